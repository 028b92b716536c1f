package io.tocsin.recovery;

import io.tocsin.failover.FailureStatus;
import io.tocsin.store.Columns;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.Query;
import org.jspecify.annotations.Nullable;

/** The table {@code recovery}, as operators read it. */
final class RecoveryListStore {
  /** Beside its report's columns, by which lists of recoveries are narrowed. */
  private static final String SELECT =
      """
      select r.id, r.segment_uuid, r.host_id, r.state, r.held_by, r.cancelled, r.attempt, r.outages,
             r.due_at, r.due_at > now() as is_later,
             r.state = 'due' and exists (
               select from recovery other
               where other.host_id = r.host_id and other.state = 'running') as is_host_busy
        from recovery r join failure_notification n on n.id = r.id
      """;

  private RecoveryListStore() {}

  /**
   * One row.
   *
   * @param segment null in rows of the release before
   * @param gate what holds it, or did while it was due; null for none
   * @param isHostBusy another recovery of its host runs
   */
  record Row(
      long number,
      @Nullable UUID segment,
      long host,
      RecoveryLine.State state,
      @Nullable String gate,
      boolean isCancelled,
      int attempts,
      int outages,
      Instant dueAt,
      boolean isLater,
      boolean isHostBusy) {}

  /** What is asked for, all of it found. */
  record Wanted(
      RecoveryLine.@Nullable State state,
      @Nullable FailureStatus status,
      @Nullable UUID segment,
      @Nullable UUID host) {}

  /**
   * The newest first, of those with a lower number. Indexes: {@code recovery_queue}, {@code
   * recovery_held}, {@code one_running_recovery_per_host}, {@code failure_notification_by_status},
   * {@code failure_notification_by_host}; else the primary key, backwards. Which can be used, the
   * database only sees where state and status are part of the text.
   */
  static List<Row> list(Handle handle, Wanted wanted, long before, int limit) {
    List<String> sql = new ArrayList<>(List.of(SELECT, "where r.id < :before"));
    RecoveryLine.State state = wanted.state();
    if (state != null) {
      sql.add(
          switch (state) {
            case DUE -> "and r.state = 'due' and (r.held_by is null or r.held_by = 'pause')";
            case HELD -> "and r.state = 'due' and r.held_by is not null and r.held_by <> 'pause'";
            case RUNNING -> "and r.state = 'running'";
            case DONE -> "and r.state = 'done'";
          });
    }
    FailureStatus status = wanted.status();
    if (status != null) {
      sql.add(
          switch (status) {
            case NEW -> "and n.status = 'new'";
            case RUNNING -> "and n.status = 'running'";
            case ERROR -> "and n.status = 'error'";
            case FAILED -> "and n.status = 'failed'";
            case IGNORED -> "and n.status = 'ignored'";
            case FINISHED -> "and n.status = 'finished'";
          });
    }
    if (wanted.segment() != null) {
      sql.add("and n.segment_uuid = :segment");
    }
    if (wanted.host() != null) {
      sql.add("and n.host_uuid = :host");
    }
    sql.add("order by r.id desc limit :limit");
    Query query =
        handle.createQuery(String.join("\n", sql)).bind("before", before).bind("limit", limit);
    if (wanted.segment() != null) {
      query.bind("segment", wanted.segment());
    }
    if (wanted.host() != null) {
      query.bind("host", wanted.host());
    }
    return query.map((row, _) -> row(row)).list();
  }

  static Optional<Row> find(Handle handle, long number) {
    return handle
        .createQuery(SELECT + "where r.id = :id")
        .bind("id", number)
        .map((row, _) -> row(row))
        .findOne();
  }

  /** Recoveries that have not ended, by state; a state that none has is left out. */
  static Map<RecoveryLine.State, Long> countOpen(Handle handle) {
    Map<RecoveryLine.State, Long> counts = new LinkedHashMap<>();
    handle
        .createQuery(
            """
            select state, coalesce(held_by <> 'pause', false) as is_held, count(*) as recoveries from recovery
            where state in ('due', 'running') group by 1, 2 order by 1, 2
            """)
        .map((row, _) ->
            Map.entry(
                state(row.getString("state"), row.getBoolean("is_held")),
                row.getLong("recoveries")))
        .forEach(it -> counts.merge(it.getKey(), it.getValue(), Long::sum));
    return counts;
  }

  /** Held ones by gate, as the gate stands in the row. */
  static Map<String, Long> countHeld(Handle handle) {
    Map<String, Long> counts = new LinkedHashMap<>();
    handle
        .createQuery(
            """
            select held_by, count(*) as recoveries from recovery
            where held_by is not null and held_by <> 'pause' and state = 'due'
            group by 1 order by 1
            """)
        .map((row, _) -> Map.entry(row.getString("held_by"), row.getLong("recoveries")))
        .forEach(it -> counts.put(it.getKey(), it.getValue()));
    return counts;
  }

  private static Row row(ResultSet row) throws SQLException {
    String heldBy = row.getString("held_by");
    String gate = heldBy == null || heldBy.equals(Outcome.Held.PAUSE) ? null : heldBy;
    return new Row(
        row.getLong("id"),
        row.getObject("segment_uuid", UUID.class),
        row.getLong("host_id"),
        state(row.getString("state"), gate != null),
        gate,
        row.getBoolean("cancelled"),
        row.getInt("attempt"),
        row.getInt("outages"),
        Columns.instant(row, "due_at"),
        row.getBoolean("is_later"),
        row.getBoolean("is_host_busy"));
  }

  /** While it runs and when it is done, what once held it is history. */
  private static RecoveryLine.State state(String stored, boolean isHeld) {
    return stored.equals("due") && isHeld
        ? RecoveryLine.State.HELD
        : Columns.fromLower(RecoveryLine.State.class, stored);
  }
}
