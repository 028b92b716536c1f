package io.tocsin.recovery;

import io.tocsin.compute.Server;
import io.tocsin.compute.ServerId;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;
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
   * What there is to know of servers when their host fails.
   *
   * @param servers as their owners had them
   * @param begun those that an earlier recovery may have sent somewhere
   */
  record Found(List<Server> servers, Set<ServerId> begun) {}

  /**
   * Where another recovery has not done with servers, as when the host that received them dies, or
   * the one before it of the same host gave up and left them in {@code error}, the cloud shows what
   * was done to them last.
   */
  static Found found(Handle tx, long recovery, long host, List<Server> servers) {
    Map<ServerId, Earlier> earlier =
        tx.createQuery(
                """
                with others as (
                  select id, false as is_over from recovery
                  where state in ('due', 'running') and id <> :recovery
                  union all
                  select id, true from recovery
                  where state = 'done' and id = (
                    select max(id) from failure_notification
                    where host_id = :host and type = 'COMPUTE_HOST' and id < :recovery)
                )
                select move, v.start_time is not null as was_started, is_over
                from others
                join vmove v on v.recovery_id = others.id
                join recovery_plan p on p.recovery_id = others.id
                cross join jsonb_array_elements(p.plan -> 'moves') as move
                where v.status in ('pending', 'ongoing', 'failed')
                  and v.instance_uuid = any(:instances)
                  and move -> 'instance' ->> 'value' = v.instance_uuid::text
                order by others.id
                """)
            .bind("recovery", recovery)
            .bind("host", host)
            .bindArray(
                "instances", UUID.class, servers.stream().map(it -> it.id().value()).toList())
            .map((row, _) ->
                new Earlier(
                    JSON.readValue(row.getString("move"), PlannedMove.class),
                    row.getBoolean("was_started"),
                    row.getBoolean("is_over")))
            .collect(
                Collectors.toMap(
                    it -> it.move().instance(), Function.identity(), (first, _) -> first));
    return new Found(
        servers.stream().map(it -> before(it, earlier.get(it.id()))).toList(),
        earlier.values().stream()
            .filter(Earlier::wasStarted)
            .map(it -> it.move().instance())
            .collect(Collectors.toSet()));
  }

  private record Earlier(PlannedMove move, boolean wasStarted, boolean isOver) {}

  /** Of what was given up long ago the owner may have made something else than an error. */
  private static Server before(Server now, @Nullable Earlier earlier) {
    return earlier == null || (earlier.isOver() && !now.vmState().equals("error"))
        ? now
        : earlier.move().before(now, earlier.isOver());
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
