package io.tocsin.recovery;

import java.util.Optional;
import org.jdbi.v3.core.Handle;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** The table {@code recovery_plan}. */
final class PlanStore {
  /** Plans of earlier releases lack numbers that came later. */
  private static final JsonMapper JSON =
      JsonMapper.builder().disable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES).build();

  private PlanStore() {}

  static Optional<Plan> find(Handle tx, long recovery) {
    return tx.createQuery("select plan from recovery_plan where recovery_id = :id")
        .bind("id", recovery)
        .mapTo(String.class)
        .findOne()
        .map(text -> JSON.readValue(text, Plan.class));
  }

  static void save(Handle tx, long recovery, Plan plan) {
    tx.createUpdate(
            """
            insert into recovery_plan (recovery_id, plan) values (:id, cast(:plan as jsonb))
            on conflict (recovery_id) do update set plan = excluded.plan
            """)
        .bind("id", recovery)
        .bind("plan", JSON.writeValueAsString(plan))
        .execute();
  }
}
