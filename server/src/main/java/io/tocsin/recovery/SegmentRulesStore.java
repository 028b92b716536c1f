package io.tocsin.recovery;

import java.util.UUID;
import org.jdbi.v3.core.Handle;
import tools.jackson.databind.json.JsonMapper;

/** The table {@code segment_rules}. */
final class SegmentRulesStore {
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private SegmentRulesStore() {}

  /** {@link SegmentRules#NONE} where nobody has set any. */
  static SegmentRules find(Handle handle, UUID segment) {
    return handle
        .createQuery("select rules from segment_rules where segment_uuid = :segment")
        .bind("segment", segment)
        .mapTo(String.class)
        .findOne()
        .map(text -> JSON.readValue(text, SegmentRules.class))
        .orElse(SegmentRules.NONE);
  }

  static void save(Handle tx, UUID segment, SegmentRules rules, String operator) {
    tx.createUpdate(
            """
            insert into segment_rules (segment_uuid, rules, changed_by)
            values (:segment, cast(:rules as jsonb), :operator)
            on conflict (segment_uuid) do update
            set rules = excluded.rules, changed_by = excluded.changed_by, changed_at = now()
            """)
        .bind("segment", segment)
        .bind("rules", JSON.writeValueAsString(rules))
        .bind("operator", operator)
        .execute();
  }
}
