package io.tocsin.recovery;

import io.tocsin.store.Columns;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/** The tables {@code recovery_gate} and {@code recovery_override}, and who was admitted. */
final class GateStore {
  private static final JsonMapper JSON = JsonMapper.builder().build();

  /** Whoever counts who was admitted, and admits one more, is alone. */
  private static final long ADMISSION = 0x746f6373696e0001L;

  private GateStore() {}

  /** Adds the finding; false when the gate's last one says the same. */
  static boolean record(Handle tx, Claim claim, Finding finding) {
    return tx.createUpdate(
                """
                insert into recovery_gate (recovery_id, attempt, gate, verdict, reason, inputs)
                select :recovery, :attempt, :gate, :verdict, :reason, cast(:inputs as jsonb)
                where not exists (
                  select from (
                    select verdict, reason from recovery_gate
                    where recovery_id = :recovery and gate = :gate
                    order by id desc limit 1) last
                  where last.verdict = :verdict and last.reason = :reason)
                """)
            .bind("recovery", claim.recovery())
            .bind("attempt", claim.attempt())
            .bind("gate", finding.gate().text())
            .bind("verdict", finding.verdict().text())
            .bind("reason", finding.reason())
            .bind("inputs", JSON.writeValueAsString(finding.inputs()))
            .execute()
        == 1;
  }

  /** The gates that an operator opened for this recovery. */
  static Set<Gate> overridden(Handle handle, long recovery) {
    return handle
        .createQuery("select gate from recovery_override where recovery_id = :recovery")
        .bind("recovery", recovery)
        .mapTo(String.class)
        .stream()
        .flatMap(text -> Gate.parse(text).stream())
        .collect(Collectors.toSet());
  }

  /** The heartbeat that the gate {@code ALIVE} saw when it was last asked; empty the first time. */
  static Optional<Instant> lastHeartbeat(Handle handle, long recovery) {
    return handle
        .createQuery(
            """
            select cast(inputs->>'last_heartbeat' as timestamptz) as seen from recovery_gate
            where recovery_id = :recovery and gate = :gate
            order by id desc limit 1
            """)
        .bind("recovery", recovery)
        .bind("gate", Gate.ALIVE.text())
        .map((row, _) -> Optional.ofNullable(Columns.instantOrNull(row, "seen")))
        .findOne()
        .flatMap(seen -> seen);
  }

  /** Whether the recovery has passed the storm brake. */
  static boolean isAdmitted(Handle handle, long recovery) {
    return handle
        .createQuery("select admitted_at is not null from recovery where id = :recovery")
        .bind("recovery", recovery)
        .mapTo(Boolean.class)
        .one();
  }

  /** Until the end of the transaction nobody else admits a recovery. */
  static void lockAdmission(Handle tx) {
    tx.createQuery("select 1 from (select pg_advisory_xact_lock(:key)) as locked")
        .bind("key", ADMISSION)
        .mapTo(Integer.class)
        .one();
  }

  /**
   * Other hosts whose recovery runs, or began within the window.
   *
   * @param freeIn until the first of them no longer counts, if it has ended by then
   */
  record Load(int hosts, Duration freeIn) {}

  /**
   * @param segment null: of the whole region. Index: {@code recovery_admitted}, {@code
   *     recovery_queue}, {@code one_running_recovery_per_host}
   */
  static Load load(Handle tx, long host, @Nullable UUID segment, Duration window) {
    return tx.createQuery(
            """
            with counted as (
              select host_id, segment_uuid, admitted_at from recovery
              where admitted_at > now() - :window * interval '1 ms'
              union
              select host_id, segment_uuid, admitted_at from recovery
              where state in ('due', 'running') and urgency = 0 and admitted_at is not null
            )
            select count(distinct host_id) as hosts,
                   coalesce(extract(epoch from
                     min(admitted_at) + :window * interval '1 ms' - now()) * 1000, 0) as free_in
            from counted
            where host_id <> :host
              and (cast(:segment as uuid) is null or segment_uuid = cast(:segment as uuid))
            """)
        .bind("host", host)
        .bind("segment", segment)
        .bind("window", window.toMillis())
        .map((row, _) -> new Load(row.getInt("hosts"), Duration.ofMillis(row.getLong("free_in"))))
        .one();
  }

  static void admit(Handle tx, long recovery) {
    tx.createUpdate("update recovery set admitted_at = now() where id = :recovery")
        .bind("recovery", recovery)
        .execute();
  }

  /** Whether another recovery waits for that gate. */
  static boolean isAnotherHeld(Handle handle, long recovery, Gate gate) {
    return handle
        .createQuery(
            "select exists (select from recovery where held_by = :gate and id <> :recovery)")
        .bind("gate", gate.text())
        .bind("recovery", recovery)
        .mapTo(Boolean.class)
        .one();
  }
}
