package io.tocsin.recovery;

import io.tocsin.store.Columns;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;

/** The table {@code recovery}: queue, lease and epoch in one row. */
final class RecoveryStore {
  private RecoveryStore() {}

  /** A row's clock: so long a transaction that stored a report may have been under way. */
  private static final Duration LONGEST_INTAKE = Duration.ofMinutes(1);

  /**
   * What a claim asks for; {@code expiry} only marks what is older.
   *
   * @param floor nothing that is due was due before; {@link Instant#MIN} where that is not known
   * @param isThorough also those whose holder fell silent
   */
  record Wish(NodeId node, Duration lease, Duration expiry, Instant floor, boolean isThorough) {
    /** Everything. */
    Wish(NodeId node, Duration lease, Duration expiry) {
      this(node, lease, expiry, Instant.MIN, true);
    }
  }

  /**
   * Before when nothing is due that has not ended: what a claim need not read again. Without it a
   * claim walks over every index entry since the oldest snapshot that anybody holds open. Index:
   * {@code recovery_queue}.
   */
  static Instant floor(Handle handle) {
    return handle
        .createQuery(
            """
            select least(
                     (select min(due_at) from recovery where state = 'due' and urgency = 0),
                     (select min(due_at) from recovery where state = 'due' and urgency = 1),
                     now() - :intake * interval '1 ms') as floor
            """)
        .bind("intake", LONGEST_INTAKE.toMillis())
        .map((row, _) -> Columns.instant(row, "floor"))
        .one();
  }

  /**
   * Claims up to {@code most} recoveries of one urgency (0: hosts): those whose holder fell silent,
   * then those that are due, a host at a time and the oldest first. A host recovery that has begun
   * keeps its host until it has ended, also between its attempts. Index: {@code recovery_queue},
   * {@code recovery_queue_by_host}, {@code one_running_recovery_per_host}.
   *
   * <p>Two nodes racing for two recoveries of one host are told apart by the unique index, which
   * fails this statement for the slower one; it asks again at its next turn.
   */
  static List<Claim> claim(Handle tx, Wish wish, int urgency, int most) {
    return tx.createQuery(
            """
            with abandoned as materialized (
              select id from recovery
              where :thorough and state = 'running' and urgency = :urgency and lease_until < now()
              order by id limit :most
              for update skip locked
            ), due as materialized (
              select r.id from recovery r
              where r.state = 'due' and r.urgency = :urgency and r.due_at <= now()
                and r.due_at >= cast(:floor as timestamptz)
                and not exists (
                  select from recovery running
                  where running.host_id = r.host_id and running.state = 'running')
                and not exists (
                  select from recovery before
                  where before.host_id = r.host_id and before.state = 'due'
                    and (before.due_at <= now() and (before.urgency, before.id) < (r.urgency, r.id)
                         or before.urgency = 0 and before.attempt > 0 and before.id <> r.id))
                and (r.cancelled or not exists (select %s))
              order by r.due_at, r.id limit :most
              for update skip locked
            ), claimed as (
              update recovery r
              set state = 'running', epoch = epoch + 1, lease_owner = :node,
                  lease_until = now() + :lease * interval '1 ms',
                  attempt = attempt
                    + case when r.state = 'due'
                             and (outages = 0 and held_by is null or attempt = 0)
                           then 1 else 0 end
              from (select id from abandoned union all select id from due limit :most) chosen
              where r.id = chosen.id
              returning r.id, r.host_id, r.attempt, r.forgiven, r.outages, r.epoch,
                        r.created_at < now() - :expiry * interval '1 ms' as is_expired,
                        r.cancelled, r.held_by,
                        extract(epoch from clock_timestamp() - r.created_at) as age
            )
            select id, host_id, attempt, forgiven, outages, epoch, is_expired, cancelled, held_by,
                   age
            from claimed order by id
            """
                .formatted(PauseStore.OF_RECOVERY))
        .bind("urgency", urgency)
        .bind("thorough", wish.isThorough())
        .bind("floor", wish.floor().equals(Instant.MIN) ? "-infinity" : wish.floor().toString())
        .bind("most", most)
        .bind("node", wish.node().value())
        .bind("lease", wish.lease().toMillis())
        .bind("expiry", wish.expiry().toMillis())
        .map((row, _) ->
            new Claim(
                row.getLong("id"),
                row.getLong("host_id"),
                row.getInt("attempt"),
                row.getInt("forgiven"),
                row.getInt("outages"),
                row.getLong("epoch"),
                row.getBoolean("is_expired"),
                row.getBoolean("cancelled"),
                row.getString("held_by"),
                Duration.ofMillis((long) (row.getDouble("age") * 1000))))
        .list();
  }

  /**
   * Renews all these leases in one statement; answers which are still this node's, and what an
   * operator wants of each.
   */
  static Map<Long, Order> renew(Handle tx, NodeId node, Duration lease, Map<Long, Long> epochs) {
    List<Long> ids = List.copyOf(epochs.keySet());
    List<Long> theirEpochs = ids.stream().map(epochs::get).toList();
    return tx
        .createQuery(
            """
            update recovery r set lease_until = now() + :lease * interval '1 ms'
            from unnest(:ids, :epochs) as held(id, epoch)
            where r.id = held.id and r.epoch = held.epoch
              and r.state = 'running' and r.lease_owner = :node
            returning r.id,
                      case when r.cancelled then 'CANCEL'
                           when exists (select %s) then 'PAUSE'
                           else 'GO_ON' end as orders
            """
                .formatted(PauseStore.OF_RECOVERY))
        .bind("lease", lease.toMillis())
        .bind("node", node.value())
        .bindArray("ids", Long.class, ids)
        .bindArray("epochs", Long.class, theirEpochs)
        .map((row, _) -> Map.entry(row.getLong("id"), Order.valueOf(row.getString("orders"))))
        .stream()
        .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
  }

  /**
   * Whether the claim's epoch is still the row's; while this transaction lasts it cannot change,
   * for the epoch is part of a key and this lock is one on the key.
   */
  static boolean isEpoch(Handle tx, Claim claim) {
    return tx.createQuery(
            """
            select 1 from recovery
            where id = :id and epoch = :epoch and state = 'running'
            for key share
            """)
        .bind("id", claim.recovery())
        .bind("epoch", claim.epoch())
        .mapTo(Integer.class)
        .findOne()
        .isPresent();
  }

  /** The recovery has reached its end. */
  static void done(Handle tx, Claim claim) {
    require(
        tx.createUpdate(
                """
                update recovery
                set state = 'done', lease_owner = null, lease_until = null, held_by = null
                where id = :id and epoch = :epoch and state = 'running'
                """)
            .bind("id", claim.recovery())
            .bind("epoch", claim.epoch())
            .execute(),
        claim);
  }

  /** Another attempt follows after {@code delay}; after an outage, the same one goes on. */
  static void again(Handle tx, Claim claim, Duration delay, boolean isOutage) {
    require(
        tx.createUpdate(
                """
                update recovery
                set state = 'due', lease_owner = null, lease_until = null,
                    due_at = now() + :delay * interval '1 ms', held_by = null,
                    outages = case when :is_outage then outages + 1 else 0 end
                where id = :id and epoch = :epoch and state = 'running'
                """)
            .bind("id", claim.recovery())
            .bind("epoch", claim.epoch())
            .bind("delay", delay.toMillis())
            .bind("is_outage", isOutage)
            .execute(),
        claim);
  }

  /** It waits for a gate, or for an operator to resume it; the attempt goes on then. */
  static void hold(Handle tx, Claim claim, String by, Duration delay) {
    require(
        tx.createUpdate(
                """
                update recovery
                set state = 'due', lease_owner = null, lease_until = null, held_by = :by,
                    due_at = now() + :delay * interval '1 ms'
                where id = :id and epoch = :epoch and state = 'running'
                """)
            .bind("by", by)
            .bind("delay", delay.toMillis())
            .bind("id", claim.recovery())
            .bind("epoch", claim.epoch())
            .execute(),
        claim);
  }

  /** Whether the host is reported dead by a recovery that waits for this one to end. */
  static boolean isHostRecoveryWaiting(Handle handle, long host) {
    return handle
        .createQuery(
            """
            select exists (
              select from recovery
              where host_id = :host and urgency = 0 and state = 'due' and due_at <= now())
            """)
        .bind("host", host)
        .mapTo(Boolean.class)
        .one();
  }

  /** Gives the lease back at once, the recovery standing where it stands: anyone may take it. */
  static void handOver(Handle tx, Claim claim) {
    tx.createUpdate(
            """
            update recovery set lease_until = '-infinity'
            where id = :id and epoch = :epoch and state = 'running'
            """)
        .bind("id", claim.recovery())
        .bind("epoch", claim.epoch())
        .execute();
  }

  private static void require(int rows, Claim claim) {
    if (rows != 1) {
      throw new LeaseLostException(claim);
    }
  }
}
