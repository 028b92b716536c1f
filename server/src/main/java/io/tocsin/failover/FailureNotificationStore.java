package io.tocsin.failover;

import io.tocsin.store.Columns;
import io.tocsin.store.Keyset;
import io.tocsin.store.Keyset.Column;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.Query;
import org.jspecify.annotations.Nullable;

/** SQL over {@code failure_notification}, but for the way in: that is {@link IntakeStore}. */
final class FailureNotificationStore {
  /** The default order is the index {@code failure_notification_by_creation}'s. */
  static final Keyset KEYSET =
      new Keyset(
          "failure_notification n where true",
          List.of(
              Column.of("id", "n.id", "bigint"),
              Column.of("notification_uuid", "n.uuid", "uuid"),
              Column.of("generated_time", "n.generated_time", "timestamptz"),
              Column.of("type", "n.type", "text"),
              Column.of("payload", "n.payload", "jsonb"),
              Column.of("status", "n.status", "text"),
              Column.of("source_host_uuid", "n.host_uuid", "uuid"),
              Column.of("failover_segment_uuid", "n.segment_uuid", "uuid"),
              Column.nullable("message", "n.message", "text"),
              Column.of("created_at", "n.created_at", "timestamptz"),
              Column.nullable("updated_at", "n.updated_at", "timestamptz")),
          Set.of("deleted_at", "deleted"));

  private static final String SELECT =
      """
      select n.id, n.uuid, n.generated_time, n.host_uuid, n.segment_uuid, n.type, n.payload,
             n.status, n.message, n.created_at, n.updated_at
        from failure_notification n
      """;

  private static final String REPORTED =
      """
      select n.id, n.uuid, n.generated_time, n.host_uuid, n.segment_uuid, n.type, n.payload,
             n.status, n.message, n.created_at, n.updated_at, h.name as host_name,
             case when n.type = 'VM' then reported_instance(n.payload) end as instance,
             failure_summary(n.type, n.payload, h.name) as summary, n.received_at,
             now() as read_at
        from failure_notification n join host h on h.id = n.host_id
       where n.id = any(:ids)
       order by n.id
      """;

  private static final String CHANGE_STATUS =
      """
      update failure_notification
         set status = :status, message = :message, updated_at = date_trunc('second', now())
       where id = :id\
      """;

  /** What a filter asks for, known to be possible. */
  record Wanted(
      @Nullable FailureStatus status,
      @Nullable FailureType type,
      @Nullable UUID sourceHost,
      @Nullable Instant generatedSince) {}

  List<FailureNotification> list(Handle handle, Wanted wanted, Keyset.Page page) {
    List<String> sql = new ArrayList<>(List.of(SELECT, " where true"));
    FailureStatus status = wanted.status();
    if (status != null) {
      sql.add("and n.status = :status");
    }
    FailureType type = wanted.type();
    if (type != null) {
      sql.add("and n.type = :type");
    }
    if (wanted.sourceHost() != null) {
      sql.add("and n.host_uuid = :source_host");
    }
    Instant since = wanted.generatedSince();
    if (since != null) {
      sql.add("and n.generated_time >= :since");
    }
    sql.add("and " + page.condition());
    sql.add(page.order());
    Query query = page.bind(handle.createQuery(String.join("\n", sql)));
    if (status != null) {
      query.bind("status", Columns.lower(status));
    }
    if (type != null) {
      query.bind("type", type.name());
    }
    if (wanted.sourceHost() != null) {
      query.bind("source_host", wanted.sourceHost());
    }
    if (since != null) {
      query.bind("since", since.atOffset(ZoneOffset.UTC));
    }
    return query.map((row, _) -> notification(row)).list();
  }

  Optional<FailureNotification> find(Handle handle, UUID uuid) {
    return handle
        .createQuery(SELECT + " where n.uuid = :uuid")
        .bind("uuid", uuid)
        .map((row, _) -> notification(row))
        .findFirst();
  }

  Optional<FailureNotification> find(Handle handle, long number) {
    return handle
        .createQuery(SELECT + " where n.id = :id")
        .bind("id", number)
        .map((row, _) -> notification(row))
        .findFirst();
  }

  List<Reported> reported(Handle handle, List<Long> numbers) {
    return handle
        .createQuery(REPORTED)
        .bindArray("ids", Long.class, numbers)
        .map((row, _) ->
            new Reported(
                notification(row),
                row.getString("host_name"),
                row.getObject("instance", UUID.class),
                row.getString("summary"),
                Columns.instant(row, "received_at"),
                Columns.instant(row, "read_at")))
        .list();
  }

  /** Index: {@code failure_notification_open}. */
  Set<String> hostsReportedDead(Handle handle) {
    return handle
        .createQuery(
            """
            select distinct h.name
            from failure_notification n join host h on h.id = n.host_id
            where n.status in ('new', 'running', 'error')
              and n.type = 'COMPUTE_HOST' and n.payload->>'event' = 'STOPPED'
            """)
        .mapTo(String.class)
        .set();
  }

  /** Returns whether there is such a notification. */
  boolean changeStatus(Handle handle, long number, FailureStatus status, @Nullable String message) {
    return handle
            .createUpdate(CHANGE_STATUS)
            .bind("id", number)
            .bind("status", Columns.lower(status))
            .bind("message", message)
            .execute()
        == 1;
  }

  static FailureNotification notification(ResultSet row) throws SQLException {
    return new FailureNotification(
        row.getLong("id"),
        new FailureNotificationId(Columns.uuid(row, "uuid")),
        Columns.instant(row, "generated_time"),
        new HostId(Columns.uuid(row, "host_uuid")),
        new SegmentId(Columns.uuid(row, "segment_uuid")),
        FailureType.valueOf(row.getString("type")),
        Payloads.read(row.getString("payload")),
        Columns.fromLower(FailureStatus.class, row.getString("status")),
        row.getString("message"),
        Columns.instant(row, "created_at"),
        Columns.instantOrNull(row, "updated_at"));
  }
}
