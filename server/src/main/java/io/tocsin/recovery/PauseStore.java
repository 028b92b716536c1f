package io.tocsin.recovery;

import io.tocsin.store.Columns;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import org.jdbi.v3.core.Handle;

/** The table {@code pause}, as operators write and read it. */
final class PauseStore {
  private static final String COLUMNS =
      """
      uuid, scope, segment_uuid, host_id, reason, paused_by, created_at, expires_at, resumed_at,
      resumed_by, resumed_at is null and expires_at > now() as is_in_force
      """;

  /**
   * The pauses, as {@code p}, that hold the recovery {@code r} now; to stand behind {@code select}.
   * Index: {@code pause_in_force}.
   */
  static final String OF_RECOVERY =
      """
      from pause p
      where p.resumed_at is null and p.expires_at > now()
        and (p.scope = 'region' or p.segment_uuid = r.segment_uuid or p.host_id = r.host_id)
      """;

  private PauseStore() {}

  /** Who paused the recovery last, and why; empty when no pause holds it. */
  static Optional<String> reason(Handle handle, long recovery) {
    return handle
        .createQuery(
            """
            select held.reason
            from recovery r cross join lateral (
              select p.paused_by || ': ' || p.reason as reason %s order by p.id desc limit 1) held
            where r.id = :recovery
            """
                .formatted(OF_RECOVERY))
        .bind("recovery", recovery)
        .mapTo(String.class)
        .findOne();
  }

  static RecoveryPause insert(
      Handle tx, Target target, String reason, String by, Duration duration) {
    boolean isHost = target.kind() == Aim.Kind.HOST;
    boolean isSegment = target.kind() == Aim.Kind.SEGMENT;
    return tx.createQuery(
            """
            insert into pause (scope, segment_uuid, host_id, reason, paused_by, expires_at)
            values (:scope, cast(:segment as uuid), cast(:host as bigint), :reason, :by, now() + :duration * interval '1 ms')
            returning
            """
                + COLUMNS)
        .bind("scope", target.kind().wire())
        .bindByType("segment", isSegment ? target.segmentValue() : null, UUID.class)
        .bindByType("host", isHost ? target.hostNumber() : null, Long.class)
        .bind("reason", reason)
        .bind("by", by)
        .bind("duration", duration.toMillis())
        .map((row, _) -> pause(row))
        .one();
  }

  static Optional<RecoveryPause> find(Handle handle, UUID id) {
    return handle
        .createQuery("select " + COLUMNS + " from pause where uuid = :uuid")
        .bind("uuid", id)
        .map((row, _) -> pause(row))
        .findOne();
  }

  static OptionalLong number(Handle handle, UUID id) {
    Optional<Long> number =
        handle
            .createQuery("select id from pause where uuid = :uuid")
            .bind("uuid", id)
            .mapTo(Long.class)
            .findOne();
    return number.map(OptionalLong::of).orElse(OptionalLong.empty());
  }

  /** The newest first, of those with a lower number. */
  static List<RecoveryPause> list(Handle handle, boolean all, long before, int limit) {
    return handle
        .createQuery(
            "select "
                + COLUMNS
                + """
                from pause
                where id < :before and (:all or resumed_at is null and expires_at > now())
                order by id desc limit :limit
                """)
        .bind("before", before)
        .bind("all", all)
        .bind("limit", limit)
        .map((row, _) -> pause(row))
        .list();
  }

  /** All that hold recoveries back now, the oldest first. Index: {@code pause_in_force}. */
  static List<RecoveryPause> inForce(Handle handle, int limit) {
    return handle
        .createQuery(
            "select "
                + COLUMNS
                + """
                from pause where resumed_at is null and expires_at > now()
                order by id limit :limit
                """)
        .bind("limit", limit)
        .map((row, _) -> pause(row))
        .list();
  }

  /** Ends one that is in force; empty when it is not. */
  static Optional<RecoveryPause> resume(Handle tx, UUID id, String by) {
    return tx.createQuery(
            """
            update pause set resumed_at = now(), resumed_by = :by
            where uuid = :uuid and resumed_at is null and expires_at > now()
            returning
            """
                + COLUMNS)
        .bind("uuid", id)
        .bind("by", by)
        .map((row, _) -> pause(row))
        .findOne();
  }

  /** Ends all in force of exactly that scope. */
  static List<RecoveryPause> resumeAll(Handle tx, Target target, String by) {
    boolean isHost = target.kind() == Aim.Kind.HOST;
    boolean isSegment = target.kind() == Aim.Kind.SEGMENT;
    return tx.createQuery(
            """
            update pause set resumed_at = now(), resumed_by = :by
            where scope = :scope and segment_uuid is not distinct from cast(:segment as uuid)
              and host_id is not distinct from cast(:host as bigint)
              and resumed_at is null and expires_at > now()
            returning
            """
                + COLUMNS)
        .bind("scope", target.kind().wire())
        .bindByType("segment", isSegment ? target.segmentValue() : null, UUID.class)
        .bindByType("host", isHost ? target.hostNumber() : null, Long.class)
        .bind("by", by)
        .map((row, _) -> pause(row))
        .list();
  }

  private static RecoveryPause pause(ResultSet row) throws SQLException {
    return new RecoveryPause(
        Columns.uuid(row, "uuid"),
        Columns.fromLower(Aim.Kind.class, row.getString("scope")),
        row.getObject("segment_uuid", UUID.class),
        row.getObject("host_id", Long.class),
        row.getString("reason"),
        row.getString("paused_by"),
        Columns.instant(row, "created_at"),
        Columns.instant(row, "expires_at"),
        Columns.instantOrNull(row, "resumed_at"),
        row.getString("resumed_by"),
        row.getBoolean("is_in_force"));
  }
}
