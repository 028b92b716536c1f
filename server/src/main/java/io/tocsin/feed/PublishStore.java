package io.tocsin.feed;

import io.tocsin.identity.AccountId;
import io.tocsin.store.Columns;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Gives events their places and stores them.
 *
 * <p>One statement: it raises each account's last sequence by the number of its events, in the
 * order of the accounts' ids, and inserts the events below it. The accounts' rows stay locked until
 * the commit. So of two writers of one account the second waits for the first's commit before it
 * gets its numbers: whoever sees a number has seen all before it, and a roll-back leaves no gap.
 */
final class PublishStore {
  /** Longer lives than a hundred years have no end. */
  private static final long LONGEST_TTL = 100L * 366 * 24 * 3600;

  private static final String PUBLISH =
      """
      with incoming as materialized (
        select e.*, row_number() over (partition by account_id order by ordinal) as place,
               count(*) over (partition by account_id) as places
          from json_to_recordset(cast(:events as json)) as e (
                 ordinal integer, account_id uuid, id uuid, name text, summary text,
                 event_time timestamptz, source text, resource_id uuid,
                 additional_resource_ids uuid[], resource_type text, correlation_id uuid,
                 severity text, class text, description text, description_url text,
                 corrective_action text, corrective_action_url text, visibility text[],
                 destinations text[], resource_uri text, resource_collection_url text[],
                 resource_method text, resource_method_result text, user_id uuid,
                 about_account_id uuid, ttl bigint, is_acknowledgeable boolean,
                 label_names text[], label_values text[], created_by uuid)),
      allotted as (
        insert into account_feed as f (account_id, last_sequence)
        select account_id, count(*) from incoming group by account_id order by account_id
            on conflict (account_id) do update
           set last_sequence = f.last_sequence + excluded.last_sequence
        returning account_id, last_sequence, default_ttl, max_ttl)
      insert into event (
               account_id, sequence, id, name, summary, event_time, source, resource_id,
               additional_resource_ids, resource_type, correlation_id, severity, class,
               description, description_url, corrective_action, corrective_action_url,
               visibility, destinations, resource_uri, resource_collection_url,
               resource_method, resource_method_result, user_id, about_account_id, ttl,
               is_acknowledgeable, label_names, label_values, created_by, expires_at)
      select i.account_id, a.last_sequence - i.places + i.place, i.id, i.name, i.summary,
             i.event_time, i.source, i.resource_id, i.additional_resource_ids,
             i.resource_type, i.correlation_id, i.severity, i.class, i.description,
             i.description_url, i.corrective_action, i.corrective_action_url, i.visibility,
             i.destinations, i.resource_uri, i.resource_collection_url, i.resource_method,
             i.resource_method_result, i.user_id, i.about_account_id, life.ttl,
             i.is_acknowledgeable, i.label_names, i.label_values, i.created_by,
             case when life.ttl <= :longest_ttl
                  then i.event_time + life.ttl * interval '1 second' end
        from incoming i
        join allotted a on a.account_id = i.account_id
       cross join lateral (
               select least(coalesce(nullif(i.ttl, 0), a.default_ttl, a.max_ttl), a.max_ttl)
                        as ttl) life
       order by i.account_id, i.place
      returning sequence, id, ttl, created_at
      """;

  private static final JsonMapper JSON = JsonMapper.shared();

  private PublishStore() {}

  /** One event with the id it shall have. */
  record Row(AccountId account, UUID id, EventContent content) {}

  /** What the store made of an event; {@code ttl} as the account's rules left it. */
  record Placed(long sequence, UUID id, @Nullable Long ttl, Instant createdAt) {}

  /** In no particular order. */
  static List<Placed> publish(Handle tx, List<Row> rows) {
    return tx.createQuery(PUBLISH)
        .bind("events", json(rows))
        .bind("longest_ttl", LONGEST_TTL)
        .map((row, _) ->
            new Placed(
                row.getLong("sequence"),
                Columns.uuid(row, "id"),
                row.getObject("ttl", Long.class),
                Columns.instant(row, "created_at")))
        .list();
  }

  private static String json(List<Row> rows) {
    ArrayNode all = JsonNodeFactory.instance.arrayNode();
    for (int i = 0; i < rows.size(); i++) {
      all.add(json(i, rows.get(i)));
    }
    return JSON.writeValueAsString(all);
  }

  private static ObjectNode json(int ordinal, Row row) {
    EventContent it = row.content();
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("ordinal", ordinal)
        .put("account_id", row.account().toString())
        .put("id", row.id().toString())
        .put("name", it.name())
        .put("summary", it.summary())
        .put("event_time", it.eventTime().toString())
        .put("source", it.source())
        .put("resource_id", it.resource().toString())
        .put("resource_type", it.resourceType())
        .put("correlation_id", it.correlation().toString())
        .put("severity", it.severity().wire())
        .put("class", it.eventClass().wire())
        .put("description", it.description())
        .put("description_url", it.descriptionUrl())
        .put("corrective_action", it.correctiveAction())
        .put("corrective_action_url", it.correctiveActionUrl())
        .put("resource_uri", it.resourceUri())
        .put("resource_method", it.resourceMethod())
        .put("resource_method_result", it.resourceMethodResult())
        .put("user_id", text(it.user()))
        .put("about_account_id", text(it.aboutAccount()))
        .put("ttl", it.ttl())
        .put("is_acknowledgeable", it.isAcknowledgeable())
        .put("created_by", it.createdBy().toString());
    array(
        json,
        "additional_resource_ids",
        it.additionalResources().stream().map(UUID::toString).toList());
    array(json, "visibility", it.visibility());
    array(json, "destinations", it.destinations());
    array(json, "resource_collection_url", it.resourceCollectionUrls());
    array(json, "label_names", it.labels().stream().map(Label::name).toList());
    array(json, "label_values", it.labels().stream().map(Label::value).toList());
    return json;
  }

  private static void array(ObjectNode json, String name, @Nullable List<String> texts) {
    if (texts != null) {
      ArrayNode array = json.putArray(name);
      texts.forEach(array::add);
    }
  }

  private static @Nullable String text(@Nullable UUID id) {
    return id == null ? null : id.toString();
  }
}
