package io.tocsin.feed;

import io.tocsin.identity.ResourceScope;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;

/**
 * Conditions over rows of {@code event e}, as SQL and what it refers to. The SQL is made of texts
 * that stand in this room; whatever comes from a caller is a parameter.
 */
final class Conditions {
  private static final String IS_UNREAD =
      """
      exists (
        select from feed_reader r
         where r.account_id = e.account_id and r.user_id = :user
           and e.sequence > r.from_sequence
           and e.sequence <= coalesce(r.to_sequence, 9223372036854775807)
           and e.named_roles
             & (case when :is_exact then 1 << r.role else (2 << r.role) - 1 end) <> 0)
      and not exists (
        select from read_block b
         where b.account_id = e.account_id and b.user_id = :user
           and b.block = e.sequence / 1024
           and get_bit(b.bits, (e.sequence % 1024)::integer) = 1)\
      """;

  private static final String IS_IN_NAMESPACES =
      """
      (e.resource_id = any (cast(:namespaces as uuid[]))
       or e.additional_resource_ids && cast(:namespaces as uuid[])
       or exists (
            select from unnest(array_append(e.resource_collection_url, e.resource_uri)) as u (url)
             cross join unnest(cast(:namespaces as text[])) as n (id)
             where strpos(u.url, '/namespaces/' || n.id) > 0))\
      """;

  private final List<String> texts = new ArrayList<>();
  private final Map<String, Object> parameters = new LinkedHashMap<>();

  /** What every look has to hold: the account, the view, the reader's rights, the time. */
  static Conditions ofLook(View view, Reader reader, FeedSettings settings, Object now) {
    Conditions all = new Conditions();
    all.and("e.account_id = :account").bind("account", reader.account().value());
    all.and("(e.expires_at is null or e.expires_at > :now)").bind("now", now);
    all.and("e.named_roles & :sees <> 0").bind("sees", sees(reader, settings));
    if (view != View.EVENTS) {
      all.and("e.is_notification");
    }
    if (reader.scope() instanceof ResourceScope.Namespaces namespaces) {
      all.and(IS_IN_NAMESPACES).bind("namespaces", arrayOf(namespaces.ids()));
    }
    if (view == View.UNREAD) {
      all.and(IS_UNREAD)
          .bind("user", reader.user().value())
          .bind("is_exact", settings.matchesRolesExactly());
    }
    return all;
  }

  /** The bits of {@code named_roles} of which one must be set. */
  private static int sees(Reader reader, FeedSettings settings) {
    int level = reader.role().level();
    return settings.matchesRolesExactly() ? 1 << level : (2 << level) - 1;
  }

  private static String arrayOf(Iterable<UUID> ids) {
    List<String> texts = new ArrayList<>();
    ids.forEach(id -> texts.add(id.toString()));
    return texts.stream().collect(Collectors.joining(",", "{", "}"));
  }

  Conditions and(String text) {
    texts.add(text);
    return this;
  }

  Conditions bind(String name, Object value) {
    parameters.put(name, value);
    return this;
  }

  /** Gives the value a name of its own and returns how the SQL refers to it. */
  String parameter(Object value) {
    String name = "value_" + parameters.size();
    parameters.put(name, value);
    return ":" + name;
  }

  String sql() {
    return String.join("\nand ", texts);
  }

  Map<String, Object> parameters() {
    return parameters;
  }
}
