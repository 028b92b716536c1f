package io.tocsin.failover;

import io.tocsin.store.Columns;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** SQL over {@code failure_notification} for rows that come from another server. */
final class FailureImportStore {
  private static final String FIND =
      """
      select n.id, n.uuid, n.generated_time, n.host_uuid, n.segment_uuid, n.type, n.payload,
             n.status, n.message, n.created_at, n.updated_at,
             n.imported_as_of is not null as is_imported,
             coalesce(n.imported_as_of = '-infinity', false) as is_incomplete
        from failure_notification n
       where n.uuid = any(cast(:uuids as uuid[]))\
      """;

  /** As one statement, so that the trigger that makes the recoveries runs once. */
  private static final String INSERT =
      """
      insert into failure_notification
             (uuid, host_id, host_uuid, segment_uuid, type, payload, status, message,
              generated_time, received_at, created_at, updated_at, imported_as_of)
      select n.uuid, h.id, h.uuid, coalesce(n.segment, s.uuid), n.type, n.payload, n.status,
             n.message, n.generated_time, n.created_at, n.created_at, n.updated_at,
             case when n.is_complete then coalesce(n.updated_at, n.created_at) else '-infinity' end
        from unnest(
               cast(:uuids as uuid[]), cast(:hosts as uuid[]), cast(:segments as uuid[]),
               cast(:types as text[]), cast(:payloads as jsonb[]), cast(:statuses as text[]),
               cast(:messages as text[]), cast(:generated_times as timestamptz[]),
               cast(:created_at as timestamptz[]), cast(:updated_at as timestamptz[]),
               cast(:complete as boolean[])) with ordinality
             as n (uuid, host, segment, type, payload, status, message, generated_time,
                   created_at, updated_at, is_complete, ordinal)
        join host h on h.uuid = n.host
        join segment s on s.id = h.segment_id
       order by n.ordinal
      returning id, uuid\
      """;

  private static final String UPDATE =
      """
      update failure_notification f
         set segment_uuid = coalesce(n.segment, f.segment_uuid), status = n.status,
             message = n.message, payload = n.payload, generated_time = n.generated_time,
             created_at = n.created_at, updated_at = n.updated_at,
             imported_as_of =
               case when n.is_complete then coalesce(n.updated_at, n.created_at)
                    else '-infinity' end
        from unnest(
               cast(:uuids as uuid[]), cast(:hosts as uuid[]), cast(:segments as uuid[]),
               cast(:types as text[]), cast(:payloads as jsonb[]), cast(:statuses as text[]),
               cast(:messages as text[]), cast(:generated_times as timestamptz[]),
               cast(:created_at as timestamptz[]), cast(:updated_at as timestamptz[]),
               cast(:complete as boolean[]))
             as n (uuid, host, segment, type, payload, status, message, generated_time,
                   created_at, updated_at, is_complete)
       where f.uuid = n.uuid and f.imported_as_of is not null
      returning f.id, f.uuid\
      """;

  /** What is here under an id. */
  record Here(FailureNotification row, boolean isImported, boolean isIncomplete) {}

  Map<UUID, Here> find(Handle tx, Collection<PastFailure> wanted) {
    Map<UUID, Here> found = new HashMap<>();
    tx.createQuery(FIND)
        .bindArray("uuids", String.class, wanted.stream().map(it -> it.id().toString()).toList())
        .map((row, _) ->
            new Here(
                FailureNotificationStore.notification(row),
                row.getBoolean("is_imported"),
                row.getBoolean("is_incomplete")))
        .forEach(it -> found.put(it.row().id().value(), it));
    return found;
  }

  /** Numbers by id, growing in the order given. The hosts are here, live or deleted. */
  Map<UUID, Long> insert(Handle tx, List<FailureImport.Entry> entries) {
    return write(tx, INSERT, entries);
  }

  Map<UUID, Long> update(Handle tx, List<FailureImport.Entry> entries) {
    return write(tx, UPDATE, entries);
  }

  private static Map<UUID, Long> write(Handle tx, String sql, List<FailureImport.Entry> entries) {
    if (entries.isEmpty()) {
      return Map.of();
    }
    Columned columns = new Columned();
    entries.forEach(columns::add);
    Map<UUID, Long> numbers = new HashMap<>();
    tx.createQuery(sql)
        .bindArray("uuids", String.class, columns.uuids)
        .bindArray("hosts", String.class, columns.hosts)
        .bindArray("segments", String.class, columns.segments)
        .bindArray("types", String.class, columns.types)
        .bindArray("payloads", String.class, columns.payloads)
        .bindArray("statuses", String.class, columns.statuses)
        .bindArray("messages", String.class, columns.messages)
        .bindArray("generated_times", String.class, columns.generatedTimes)
        .bindArray("created_at", String.class, columns.createdAt)
        .bindArray("updated_at", String.class, columns.updatedAt)
        .bindArray("complete", Boolean.class, columns.complete)
        .map((row, _) -> Map.entry(Columns.uuid(row, "uuid"), row.getLong("id")))
        .forEach(it -> numbers.put(it.getKey(), it.getValue()));
    return numbers;
  }

  /** Rows turned into arrays. */
  private static final class Columned {
    final List<String> uuids = new ArrayList<>();
    final List<String> hosts = new ArrayList<>();
    final List<@Nullable String> segments = new ArrayList<>();
    final List<String> types = new ArrayList<>();
    final List<String> payloads = new ArrayList<>();
    final List<String> statuses = new ArrayList<>();
    final List<@Nullable String> messages = new ArrayList<>();
    final List<String> generatedTimes = new ArrayList<>();
    final List<String> createdAt = new ArrayList<>();
    final List<@Nullable String> updatedAt = new ArrayList<>();
    final List<Boolean> complete = new ArrayList<>();

    void add(FailureImport.Entry entry) {
      PastFailure failure = entry.failure();
      SegmentId segment = failure.segment();
      Instant updated = failure.updatedAt();
      uuids.add(failure.id().toString());
      hosts.add(failure.sourceHost().toString());
      segments.add(segment == null ? null : segment.toString());
      types.add(failure.type().name());
      payloads.add(Payloads.write(failure.payload()));
      statuses.add(Columns.lower(failure.status()));
      messages.add(failure.message());
      generatedTimes.add(failure.generatedTime().toString());
      createdAt.add(failure.createdAt().toString());
      updatedAt.add(updated == null ? null : updated.toString());
      complete.add(entry.isComplete());
    }
  }
}
