package io.tocsin.recovery;

import io.tocsin.compute.ServerId;
import io.tocsin.failover.FailureNotificationId;
import io.tocsin.store.Columns;
import io.tocsin.store.Keyset;
import io.tocsin.store.Keyset.Column;
import io.tocsin.store.Texts;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jdbi.v3.core.Handle;

/** The table {@code vmove}, as clients read it. */
final class VmoveListStore {
  /** The default order within a recovery is the index {@code vmove_by_creation}'s. */
  static final Keyset KEYSET =
      new Keyset(
          "vmove v join failure_notification n on n.id = v.recovery_id where true",
          List.of(
              Column.of("id", "v.id", "bigint"),
              Column.of("uuid", "v.uuid", "uuid"),
              Column.of("notification_uuid", "n.uuid", "uuid"),
              Column.of("instance_uuid", "v.instance_uuid", "uuid"),
              Column.of("instance_name", "v.instance_name", "text"),
              Column.of("source_host", "v.source_host", "text"),
              Column.nullable("dest_host", "v.dest_host", "text"),
              Column.nullable("start_time", "v.start_time", "timestamptz"),
              Column.nullable("end_time", "v.end_time", "timestamptz"),
              Column.of("type", "v.type", "text"),
              Column.of("status", "v.status", "text"),
              Column.nullable("message", "v.message", "text"),
              Column.of("created_at", "v.created_at", "timestamptz"),
              Column.nullable("updated_at", "v.updated_at", "timestamptz")),
          Set.of("deleted_at", "deleted"));

  private static final String SELECT =
      """
      select v.id, v.uuid, n.uuid as notification_uuid, v.instance_uuid, v.instance_name,
             v.source_host, v.dest_host, v.start_time, v.end_time, v.type, v.status, v.message,
             v.created_at, v.updated_at
      from vmove v join failure_notification n on n.id = v.recovery_id
      where v.recovery_id = :recovery
      """;

  private VmoveListStore() {}

  static List<Vmove> list(
      Handle handle,
      long recovery,
      Optional<String> status,
      Optional<String> type,
      Keyset.Page page) {
    if (!status.map(Texts::isStorable).orElse(true) || !type.map(Texts::isStorable).orElse(true)) {
      return List.of();
    }
    String filters =
        """
        and (cast(:status as text) is null or v.status = :status)
        and (cast(:type as text) is null or v.type = :type)
        """;
    return page.bind(
            handle.createQuery(SELECT + filters + "and " + page.condition() + "\n" + page.order()))
        .bind("recovery", recovery)
        .bind("status", status.orElse(null))
        .bind("type", type.orElse(null))
        .map((row, _) -> vmove(row))
        .list();
  }

  static Optional<Vmove> find(Handle handle, long recovery, UUID id) {
    return handle
        .createQuery(SELECT + "and v.uuid = :id")
        .bind("recovery", recovery)
        .bind("id", id)
        .map((row, _) -> vmove(row))
        .findOne();
  }

  private static Vmove vmove(ResultSet row) throws SQLException {
    return new Vmove(
        row.getLong("id"),
        new VmoveId(Columns.uuid(row, "uuid")),
        new FailureNotificationId(Columns.uuid(row, "notification_uuid")),
        new ServerId(Columns.uuid(row, "instance_uuid")),
        row.getString("instance_name"),
        row.getString("source_host"),
        row.getString("dest_host"),
        Columns.instantOrNull(row, "start_time"),
        Columns.instantOrNull(row, "end_time"),
        row.getString("type"),
        VmoveStatus.of(row.getString("status")),
        row.getString("message"),
        Columns.instant(row, "created_at"),
        Columns.instantOrNull(row, "updated_at"));
  }
}
