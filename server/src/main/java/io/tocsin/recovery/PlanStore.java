package io.tocsin.recovery;

import io.tocsin.compute.Server;
import io.tocsin.compute.ServerId;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;
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

  /**
   * The same servers; those that another recovery has not done with, as that one found them. When
   * the host that received an instance dies, what the cloud shows is what was done to it last.
   */
  static List<Server> asFound(Handle tx, long recovery, List<Server> servers) {
    Map<ServerId, PlannedMove> unfinished =
        tx.createQuery(
                """
                select move
                from recovery r
                join vmove v on v.recovery_id = r.id
                join recovery_plan p on p.recovery_id = r.id
                cross join jsonb_array_elements(p.plan -> 'moves') as move
                where r.state in ('due', 'running') and r.id <> :recovery
                  and v.instance_uuid = any(:instances)
                  and v.status in ('pending', 'ongoing', 'failed')
                  and move -> 'instance' ->> 'value' = v.instance_uuid::text
                order by r.id
                """)
            .bind("recovery", recovery)
            .bindArray(
                "instances", UUID.class, servers.stream().map(it -> it.id().value()).toList())
            .mapTo(String.class)
            .map(text -> JSON.readValue(text, PlannedMove.class))
            .collect(
                Collectors.toMap(PlannedMove::instance, Function.identity(), (first, _) -> first));
    return servers.stream()
        .map(it -> unfinished.containsKey(it.id()) ? unfinished.get(it.id()).before(it) : it)
        .toList();
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
