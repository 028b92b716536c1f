package io.tocsin.recovery;

import io.tocsin.failover.SegmentId;
import io.tocsin.recovery.Purged.Kind;
import io.tocsin.store.Columns;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.Query;
import org.jdbi.v3.core.statement.Update;

/** Finds and removes rows of recoveries that ended long ago. */
final class PurgeStore {
  /** A spare still in use is an accident that somebody has to look at. */
  private static final String ENDED =
      """
      select r.id from recovery r
       where r.id = any(:ids) and r.state = 'done'
         and not exists (select from reserved_host_claim c where c.recovery_id = r.id)
       order by r.id
      """;

  private static final String ENDED_PAUSES =
      """
      select p.id from pause p
       where coalesce(p.resumed_at, p.expires_at) < :before order by p.id limit :most
      """;

  private PurgeStore() {}

  /** The moment so long ago, on the database's clock, on which ends were written. */
  static Instant ago(Handle handle, Duration age) {
    return handle
        .createQuery("select now() - :age * interval '1 ms' as moment")
        .bind("age", age.toMillis())
        .map((row, _) -> Columns.instant(row, "moment"))
        .one();
  }

  /** Of these, those that are done and may go. */
  static List<Long> ended(Handle handle, Collection<Long> recoveries) {
    return ids(handle.createQuery(ENDED), recoveries);
  }

  /** The same, ours until the transaction ends, without those that somebody has. */
  static List<Long> lockEnded(Handle tx, Collection<Long> recoveries) {
    return ids(tx.createQuery(ENDED + " for update of r skip locked"), recoveries);
  }

  private static List<Long> ids(Query query, Collection<Long> recoveries) {
    return query.bindArray("ids", Long.class, recoveries).mapTo(Long.class).list();
  }

  /** How many rows {@link #delete} would remove. */
  static Map<Kind, Long> count(Handle handle, Collection<Long> recoveries) {
    Map<Kind, Long> counts = new EnumMap<>(Kind.class);
    handle
        .createQuery(
            """
            select 'RECOVERIES' as kind, count(*) as rows from recovery
             where id = any(:ids)
            union all
            select 'PLANS', count(*) from recovery_plan where recovery_id = any(:ids)
            union all
            select 'STEP_MESSAGES', count(*)
              from recovery_step s join recovery_step_message m on m.step_id = s.id
             where s.recovery_id = any(:ids)
            union all
            select 'STEPS', count(*) from recovery_step where recovery_id = any(:ids)
            union all
            select 'VMOVES', count(*) from vmove where recovery_id = any(:ids)
            union all
            select 'ATTEMPTS', count(*) from recovery_attempt where recovery_id = any(:ids)
            union all
            select 'GATE_VERDICTS', count(*) from recovery_gate where recovery_id = any(:ids)
            union all
            select 'OVERRIDES', count(*) from recovery_override where recovery_id = any(:ids)
            """)
        .bindArray("ids", Long.class, recoveries)
        .map((row, _) -> Map.entry(Kind.valueOf(row.getString("kind")), row.getLong("rows")))
        .forEach(it -> counts.put(it.getKey(), it.getValue()));
    return counts;
  }

  /**
   * Removes those recoveries with all that is theirs alone. What operators did to them stays: its
   * details name what it was about.
   */
  static Map<Kind, Long> delete(Handle tx, Collection<Long> recoveries) {
    Map<Kind, Long> counts = new EnumMap<>(Kind.class);
    counts.put(
        Kind.STEP_MESSAGES,
        run(
            tx,
            """
            delete from recovery_step_message m using recovery_step s
             where s.id = m.step_id and s.recovery_id = any(:ids)
            """,
            recoveries));
    counts.put(
        Kind.STEPS, run(tx, "delete from recovery_step where recovery_id = any(:ids)", recoveries));
    counts.put(
        Kind.PLANS, run(tx, "delete from recovery_plan where recovery_id = any(:ids)", recoveries));
    counts.put(Kind.VMOVES, run(tx, "delete from vmove where recovery_id = any(:ids)", recoveries));
    counts.put(
        Kind.ATTEMPTS,
        run(tx, "delete from recovery_attempt where recovery_id = any(:ids)", recoveries));
    counts.put(
        Kind.GATE_VERDICTS,
        run(tx, "delete from recovery_gate where recovery_id = any(:ids)", recoveries));
    counts.put(
        Kind.OVERRIDES,
        run(tx, "delete from recovery_override where recovery_id = any(:ids)", recoveries));
    run(
        tx,
        "update operator_action set recovery_id = null where recovery_id = any(:ids)",
        recoveries);
    counts.put(Kind.RECOVERIES, run(tx, "delete from recovery where id = any(:ids)", recoveries));
    return counts;
  }

  private static long run(Handle tx, String sql, Collection<Long> recoveries) {
    try (Update update = tx.createUpdate(sql)) {
      return update.bindArray("ids", Long.class, recoveries).execute();
    }
  }

  /** Pauses are made by hand, and few: no index. */
  static long countPauses(Handle handle, Instant before, int most) {
    return pauses(handle.createQuery(ENDED_PAUSES), before, most).size();
  }

  static long deletePauses(Handle tx, Instant before, int most) {
    List<Long> ended =
        pauses(tx.createQuery(ENDED_PAUSES + " for update skip locked"), before, most);
    return run(tx, "delete from pause where id = any(:ids)", ended);
  }

  private static List<Long> pauses(Query query, Instant before, int most) {
    return query
        .bind("before", before.atOffset(ZoneOffset.UTC))
        .bind("most", most)
        .mapTo(Long.class)
        .list();
  }

  /** Numbers of hosts that a pause or a claim names. */
  static List<Long> namedHosts(Handle handle) {
    return handle
        .createQuery(
            """
            select host_id from reserved_host_claim
            union select host_id from pause where host_id is not null
            """)
        .mapTo(Long.class)
        .list();
  }

  static long deleteRules(Handle tx, Collection<SegmentId> segments) {
    return tx.createUpdate(
            "delete from segment_rules where segment_uuid = any(cast(:segments as uuid[]))")
        .bindArray("segments", String.class, segments.stream().map(SegmentId::toString).toList())
        .execute();
  }

  static long countRules(Handle handle, Collection<SegmentId> segments) {
    return handle
        .createQuery(
            """
            select count(*) from segment_rules
             where segment_uuid = any(cast(:segments as uuid[]))
            """)
        .bindArray("segments", String.class, segments.stream().map(SegmentId::toString).toList())
        .mapTo(Long.class)
        .one();
  }

  /**
   * Removes up to {@code most} actions from before that moment whose recovery, if they had one, is
   * gone. Index: {@code operator_action_by_age}.
   */
  static long deleteActions(Handle tx, Instant before, int most) {
    return tx.createUpdate(
            """
            delete from operator_action
             where id = any(array(
                     select a.id from operator_action a
                      where a.at < :before and a.recovery_id is null
                        and not exists (select from recovery_override o where o.action_id = a.id)
                      order by a.at limit :most
                        for update skip locked))
            """)
        .bind("before", before.atOffset(ZoneOffset.UTC))
        .bind("most", most)
        .execute();
  }
}
