package io.tocsin.recovery;

import io.tocsin.store.Columns;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** The tables {@code recovery} and {@code recovery_override}, as operators change them. */
final class OperationStore {
  private OperationStore() {}

  /** How a recovery stands in the queue. */
  enum Queued {
    DUE,
    RUNNING,
    DONE
  }

  /** What a decision about a recovery depends on. */
  record Standing(
      long number, long host, Queued state, boolean isCancelled, @Nullable String heldBy) {}

  /** The row is ours until the transaction ends, but for heartbeats' and writers' key locks. */
  static Optional<Standing> lock(Handle tx, long recovery) {
    return tx.createQuery(
            """
            select id, host_id, state, cancelled, held_by from recovery
            where id = :id for no key update
            """)
        .bind("id", recovery)
        .map((row, _) ->
            new Standing(
                row.getLong("id"),
                row.getLong("host_id"),
                Columns.fromLower(Queued.class, row.getString("state")),
                row.getBoolean("cancelled"),
                row.getString("held_by")))
        .findOne();
  }

  /** One that is due is taken up at once, to be ended. */
  static void cancel(Handle tx, long recovery) {
    tx.createUpdate(
            """
            update recovery
            set cancelled = true, due_at = case state when 'due' then now() else due_at end
            where id = :id
            """)
        .bind("id", recovery)
        .execute();
  }

  /** One that is due is due now. */
  static void hurry(Handle tx, long recovery) {
    tx.createUpdate("update recovery set due_at = now(), outages = 0 where id = :id")
        .bind("id", recovery)
        .execute();
  }

  /** Those that stopped for a pause are looked at now, whether or not another pause goes on. */
  static void hurryPaused(Handle tx) {
    tx.createUpdate(
            """
            update recovery set due_at = now()
            where held_by = :paused and state = 'due' and due_at > now()
            """)
        .bind("paused", Outcome.Held.PAUSE)
        .execute();
  }

  /** One that has ended begins anew: its age and its attempts are counted from now. */
  static void reopen(Handle tx, long recovery) {
    tx.createUpdate(
            """
            update recovery
            set state = 'due', due_at = now(), created_at = now(), forgiven = attempt, outages = 0,
                cancelled = false, held_by = null, admitted_at = null
            where id = :id
            """)
        .bind("id", recovery)
        .execute();
  }

  /** Opens a gate for one recovery; nothing when it already is. */
  static void override(Handle tx, long recovery, Gate gate, long action) {
    tx.createUpdate(
            """
            insert into recovery_override (recovery_id, gate, action_id)
            values (:recovery, :gate, :action)
            on conflict (recovery_id, gate) do nothing
            """)
        .bind("recovery", recovery)
        .bind("gate", gate.text())
        .bind("action", action)
        .execute();
  }

  /**
   * Recoveries that wait for one of those gates, the oldest first, locked; those that somebody else
   * is deciding on are left out. Index: {@code recovery_held}.
   *
   * @param segment null for any, as is {@code host}
   */
  static List<Standing> lockHeld(
      Handle tx, @Nullable UUID segment, @Nullable Long host, Collection<Gate> gates, int limit) {
    return tx.createQuery(
            """
            select id, host_id, state, cancelled, held_by from recovery
            where held_by is not null and held_by = any(:gates)
              and state = 'due' and not cancelled
              and (cast(:segment as uuid) is null or segment_uuid = cast(:segment as uuid))
              and (cast(:host as bigint) is null or host_id = cast(:host as bigint))
            order by id limit :limit
            for no key update skip locked
            """)
        .bindArray("gates", String.class, gates.stream().map(Gate::text).toList())
        .bindByType("segment", segment, UUID.class)
        .bindByType("host", host, Long.class)
        .bind("limit", limit)
        .map((row, _) ->
            new Standing(
                row.getLong("id"),
                row.getLong("host_id"),
                Queued.DUE,
                false,
                row.getString("held_by")))
        .list();
  }

  /** Whether the host has a recovery that has not ended. */
  static boolean isOpen(Handle handle, long host) {
    return handle
        .createQuery(
            """
            select exists (
              select from recovery where host_id = :host and state in ('due', 'running'))
            """)
        .bind("host", host)
        .mapTo(Boolean.class)
        .one();
  }
}
