package io.tocsin.failover;

import io.tocsin.store.Columns;
import io.tocsin.store.Conflicts;
import io.tocsin.store.Keyset;
import io.tocsin.store.Keyset.Column;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Supplier;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.JdbiException;
import org.jdbi.v3.core.statement.Query;
import org.jspecify.annotations.Nullable;

/** SQL over {@code host}. */
final class HostStore {
  static final String UNIQUE_NAME = "host_name_is_unique_while_live";

  /** The default order within a segment is the index {@code host_by_segment}'s. */
  static final Keyset KEYSET =
      new Keyset(
          "host h join segment s on s.id = h.segment_id where h.deleted_at is null",
          List.of(
              Column.of("id", "h.id", "bigint"),
              Column.of("uuid", "h.uuid", "uuid"),
              Column.of("name", "h.name", "text"),
              Column.of("reserved", "h.reserved", "boolean"),
              Column.of("type", "h.type", "text"),
              Column.of("control_attributes", "h.control_attributes", "text"),
              Column.of("on_maintenance", "h.on_maintenance", "boolean"),
              Column.of("failover_segment_id", "s.uuid", "uuid"),
              Column.of("created_at", "h.created_at", "timestamptz"),
              Column.nullable("updated_at", "h.updated_at", "timestamptz")),
          Set.of("deleted_at", "deleted"));

  private static final String SELECT =
      """
      select h.id, h.uuid, h.name, h.type, h.control_attributes, h.reserved, h.on_maintenance,
             h.deleted_at is null as live, h.created_at, h.updated_at,
             s.id as segment_id, s.uuid as segment_uuid, s.name as segment_name,
             s.service_type as segment_service_type,
             s.recovery_method as segment_recovery_method, s.enabled as segment_enabled,
             s.description as segment_description, s.created_at as segment_created_at,
             s.updated_at as segment_updated_at
        from host h join segment s on s.id = h.segment_id
      """;

  private static final String LIST = SELECT + " where s.uuid = :segment and h.deleted_at is null";

  private static final String FIND_IN_SEGMENT =
      SELECT + " where h.uuid = :uuid and s.uuid = :segment and h.deleted_at is null";

  private static final String FIND_BY_NUMBER = SELECT + " where h.id = :id";

  private static final String LOCK_ALL =
      """
      select id from host
       where segment_id = :segment and deleted_at is null
       order by id for no key update\
      """;

  /** Index {@code failure_notification_open}. */
  private static final String IN_USE =
      """
      select exists (
        select 1 from host h join failure_notification n on n.host_id = h.id
         where h.segment_id = :segment and h.deleted_at is null
           and n.status in ('new', 'running', 'error'))\
      """;

  private static final String INSERT =
      """
      insert into host (segment_id, name, type, control_attributes, reserved, on_maintenance)
      values (:segment, :name, :type, :control_attributes, :reserved, :on_maintenance)
      returning id\
      """;

  private static final String UPDATE =
      """
      update host
         set name = coalesce(:name, name),
             type = coalesce(:type, type),
             control_attributes = coalesce(:control_attributes, control_attributes),
             reserved = coalesce(:reserved, reserved),
             on_maintenance = coalesce(:on_maintenance, on_maintenance),
             updated_at = date_trunc('second', now())
       where id = :id\
      """;

  private static final String DELETE =
      """
      update host set deleted_at = date_trunc('second', now()) where id = :id\
      """;

  private static final String TAKE_OUT_OF_SERVICE =
      """
      update host
         set on_maintenance = true, reserved = false, updated_at = date_trunc('second', now())
       where id = :id and not (on_maintenance and not reserved)\
      """;

  private static final String FIND_LIVE =
      SELECT
          + """
           where h.deleted_at is null and (h.uuid = cast(:uuid as uuid) or h.name = :name)
           order by h.uuid = cast(:uuid as uuid) desc nulls last limit 1\
          """;

  private static final String SPARES =
      SELECT
          + """
           where h.segment_id = :segment and h.deleted_at is null
             and h.reserved and not h.on_maintenance
           order by h.created_at desc, h.id desc\
          """;

  private static final String TAKE_FROM_RESERVE =
      """
      update host set reserved = false, updated_at = date_trunc('second', now())
       where id = :id and reserved\
      """;

  private static final String COUNT_LIVE =
      """
      select count(*) from host h join segment s on s.id = h.segment_id
       where h.deleted_at is null
         and (cast(:segment as uuid) is null or s.uuid = cast(:segment as uuid))\
      """;

  List<Host> list(Handle handle, UUID segment, HostFilter filter, Keyset.Page page) {
    List<String> sql = new ArrayList<>(List.of(LIST));
    if (filter.type() != null) {
      sql.add("and h.type = :type");
    }
    if (filter.isOnMaintenance() != null) {
      sql.add("and h.on_maintenance = :on_maintenance");
    }
    if (filter.isReserved() != null) {
      sql.add("and h.reserved = :reserved");
    }
    sql.add("and " + page.condition());
    sql.add(page.order());
    Query query = page.bind(handle.createQuery(String.join("\n", sql))).bind("segment", segment);
    if (filter.type() != null) {
      query.bind("type", filter.type());
    }
    if (filter.isOnMaintenance() != null) {
      query.bind("on_maintenance", filter.isOnMaintenance());
    }
    if (filter.isReserved() != null) {
      query.bind("reserved", filter.isReserved());
    }
    return query.map((row, _) -> host(row)).list();
  }

  Optional<Host> find(Handle handle, UUID segment, UUID uuid) {
    return handle
        .createQuery(FIND_IN_SEGMENT)
        .bind("segment", segment)
        .bind("uuid", uuid)
        .map((row, _) -> host(row))
        .findFirst();
  }

  /** Live or deleted. */
  Optional<Host> find(Handle handle, long number) {
    return handle
        .createQuery(FIND_BY_NUMBER)
        .bind("id", number)
        .map((row, _) -> host(row))
        .findFirst();
  }

  /**
   * Locks the live hosts of a segment in the order that intake locks hosts in. While they are held
   * no report about them can be accepted, so that {@link #isInUse} keeps its answer.
   */
  void lockAll(Handle handle, long segment) {
    handle.createQuery(LOCK_ALL).bind("segment", segment).mapTo(Long.class).list();
  }

  /** Whether a live host of the segment has an open notification (Instance HA spec §9.6). */
  boolean isInUse(Handle handle, long segment) {
    return handle.createQuery(IN_USE).bind("segment", segment).mapTo(Boolean.class).one();
  }

  /** Returns its number; refuses a name that a live host has. */
  long insert(Handle handle, long segment, NewHost host) {
    return refusingTakenName(
        host.name(),
        () ->
            handle
                .createQuery(INSERT)
                .bind("segment", segment)
                .bind("name", host.name())
                .bind("type", host.type())
                .bind("control_attributes", host.controlAttributes())
                .bind("reserved", host.isReserved())
                .bind("on_maintenance", host.isOnMaintenance())
                .mapTo(Long.class)
                .one());
  }

  /** Refuses a name that another live host has. */
  void update(Handle handle, long number, HostChange change) {
    refusingTakenName(
        change.name(),
        () ->
            handle
                .createUpdate(UPDATE)
                .bind("id", number)
                .bind("name", change.name())
                .bind("type", change.type())
                .bind("control_attributes", change.controlAttributes())
                .bind("reserved", change.isReserved())
                .bind("on_maintenance", change.isOnMaintenance())
                .execute());
  }

  private static <T> T refusingTakenName(@Nullable String name, Supplier<T> statement) {
    try {
      return statement.get();
    } catch (JdbiException e) {
      if (Conflicts.isBreachOf(UNIQUE_NAME, e)) {
        throw new RefusedException(
            new Refusal.Conflict("Host with name " + name + " already exists."));
      }
      throw e;
    }
  }

  void delete(Handle handle, long number) {
    handle.createUpdate(DELETE).bind("id", number).execute();
  }

  void takeOutOfService(Handle handle, long number) {
    handle.createUpdate(TAKE_OUT_OF_SERVICE).bind("id", number).execute();
  }

  Optional<Host> findLive(Handle handle, @Nullable UUID uuid, String name) {
    return handle
        .createQuery(FIND_LIVE)
        .bind("uuid", uuid)
        .bind("name", name)
        .map((row, _) -> host(row))
        .findFirst();
  }

  List<Host> spares(Handle handle, long segment) {
    return handle.createQuery(SPARES).bind("segment", segment).map((row, _) -> host(row)).list();
  }

  void takeFromReserve(Handle handle, long number) {
    handle.createUpdate(TAKE_FROM_RESERVE).bind("id", number).execute();
  }

  int countLive(Handle handle, @Nullable UUID segment) {
    return handle.createQuery(COUNT_LIVE).bind("segment", segment).mapTo(Integer.class).one();
  }

  static Host host(ResultSet row) throws SQLException {
    return new Host(
        row.getLong("id"),
        new HostId(Columns.uuid(row, "uuid")),
        row.getString("name"),
        SegmentStore.segment(row, "segment_"),
        row.getString("type"),
        row.getString("control_attributes"),
        row.getBoolean("reserved"),
        row.getBoolean("on_maintenance"),
        row.getBoolean("live"),
        Columns.instant(row, "created_at"),
        Columns.instantOrNull(row, "updated_at"));
  }
}
