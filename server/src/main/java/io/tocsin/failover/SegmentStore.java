package io.tocsin.failover;

import io.tocsin.store.Columns;
import io.tocsin.store.Conflicts;
import io.tocsin.store.Keyset;
import io.tocsin.store.Keyset.Column;
import io.tocsin.store.PageRequest;
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

/** SQL over {@code segment}. */
final class SegmentStore {
  static final String UNIQUE_NAME = "segment_name_is_unique_while_live";

  /** The default order is the index {@code segment_by_creation}'s. */
  static final Keyset KEYSET =
      new Keyset(
          "segment s where s.deleted_at is null",
          List.of(
              Column.of("id", "s.id", "bigint"),
              Column.of("uuid", "s.uuid", "uuid"),
              Column.of("name", "s.name", "text"),
              Column.of("service_type", "s.service_type", "text"),
              Column.of("enabled", "s.enabled", "boolean"),
              Column.nullable("description", "s.description", "text"),
              Column.of("recovery_method", "s.recovery_method", "text"),
              Column.of("created_at", "s.created_at", "timestamptz"),
              Column.nullable("updated_at", "s.updated_at", "timestamptz")),
          Set.of("deleted_at", "deleted"));

  private static final String LIST =
      """
      select s.id, s.uuid, s.name, s.service_type, s.recovery_method, s.enabled, s.description,
             s.created_at, s.updated_at
        from segment s
       where s.deleted_at is null\
      """;

  private static final String FIND =
      """
      select s.id, s.uuid, s.name, s.service_type, s.recovery_method, s.enabled, s.description,
             s.created_at, s.updated_at
        from segment s
       where s.uuid = :uuid and s.deleted_at is null\
      """;

  private static final String FIND_BY_ID_OR_NAME =
      LIST
          + """
             and (s.uuid = cast(:uuid as uuid) or s.name = :name)
           order by s.uuid is not distinct from cast(:uuid as uuid) desc limit 1\
          """;

  private static final String LOCK =
      """
      select id from segment where uuid = :uuid and deleted_at is null for no key update\
      """;

  private static final String LOCK_SHARED =
      """
      select id from segment where uuid = :uuid and deleted_at is null for share\
      """;

  private static final String INSERT =
      """
      insert into segment as s (name, service_type, recovery_method, enabled, description)
      values (:name, :service_type, :recovery_method, :enabled, :description)
      returning s.id, s.uuid, s.name, s.service_type, s.recovery_method, s.enabled, s.description,
                s.created_at, s.updated_at\
      """;

  private static final String UPDATE =
      """
      update segment s
         set name = coalesce(:name, s.name),
             service_type = coalesce(:service_type, s.service_type),
             recovery_method = coalesce(:recovery_method, s.recovery_method),
             enabled = coalesce(:enabled, s.enabled),
             description = case when :has_description then :description else s.description end,
             updated_at = date_trunc('second', now())
       where s.id = :id
      returning s.id, s.uuid, s.name, s.service_type, s.recovery_method, s.enabled, s.description,
                s.created_at, s.updated_at\
      """;

  private static final String DELETE =
      """
      with dropped_hosts as (
        update host set deleted_at = date_trunc('second', now())
         where segment_id = :id and deleted_at is null)
      update segment set deleted_at = date_trunc('second', now()) where id = :id\
      """;

  List<Segment> list(Handle handle, SegmentFilter filter, Keyset.Page page) {
    List<String> sql = new ArrayList<>(List.of(LIST));
    if (filter.recoveryMethod() != null) {
      sql.add("and s.recovery_method = :recovery_method");
    }
    if (filter.serviceType() != null) {
      sql.add("and s.service_type = :service_type");
    }
    if (filter.isEnabled() != null) {
      sql.add("and s.enabled = :enabled");
    }
    sql.add("and " + page.condition());
    sql.add(page.order());
    Query query = page.bind(handle.createQuery(String.join("\n", sql)));
    if (filter.recoveryMethod() != null) {
      query.bind("recovery_method", filter.recoveryMethod());
    }
    if (filter.serviceType() != null) {
      query.bind("service_type", filter.serviceType());
    }
    if (filter.isEnabled() != null) {
      query.bind("enabled", filter.isEnabled());
    }
    return query.map((row, _) -> segment(row, "")).list();
  }

  Optional<Keyset.Page> page(Handle handle, PageRequest request) {
    return KEYSET.page(handle, request);
  }

  Optional<Segment> find(Handle handle, UUID uuid) {
    return handle
        .createQuery(FIND)
        .bind("uuid", uuid)
        .map((row, _) -> segment(row, ""))
        .findFirst();
  }

  /** The live segment with that id, or else with that name. */
  Optional<Segment> find(Handle handle, @Nullable UUID uuid, String name) {
    return handle
        .createQuery(FIND_BY_ID_OR_NAME)
        .bindByType("uuid", uuid, UUID.class)
        .bind("name", name)
        .map((row, _) -> segment(row, ""))
        .findFirst();
  }

  /** Number of the live segment, now ours to change until the transaction ends. */
  Optional<Long> lock(Handle handle, UUID uuid) {
    return handle.createQuery(LOCK).bind("uuid", uuid).mapTo(Long.class).findFirst();
  }

  /** Number of the live segment, which nobody may change or delete until the transaction ends. */
  Optional<Long> lockShared(Handle handle, UUID uuid) {
    return handle.createQuery(LOCK_SHARED).bind("uuid", uuid).mapTo(Long.class).findFirst();
  }

  /** Refuses a name that a live segment has. */
  Segment insert(Handle handle, NewSegment segment) {
    return refusingTakenName(
        segment.name(),
        () ->
            handle
                .createQuery(INSERT)
                .bind("name", segment.name())
                .bind("service_type", segment.serviceType())
                .bind("recovery_method", Columns.lower(segment.recoveryMethod()))
                .bind("enabled", segment.isEnabled())
                .bind("description", segment.description())
                .map((row, _) -> segment(row, ""))
                .one());
  }

  /** Refuses a name that another live segment has. */
  Segment update(Handle handle, long number, SegmentChange change) {
    RecoveryMethod method = change.recoveryMethod();
    SegmentChange.Description description = change.description();
    return refusingTakenName(
        change.name(),
        () ->
            handle
                .createQuery(UPDATE)
                .bind("id", number)
                .bind("name", change.name())
                .bind("service_type", change.serviceType())
                .bind("recovery_method", method == null ? null : Columns.lower(method))
                .bind("enabled", change.isEnabled())
                .bind("has_description", description != null)
                .bind("description", description == null ? null : description.text())
                .map((row, _) -> segment(row, ""))
                .one());
  }

  private static <T> T refusingTakenName(@Nullable String name, Supplier<T> statement) {
    try {
      return statement.get();
    } catch (JdbiException e) {
      if (Conflicts.isBreachOf(UNIQUE_NAME, e)) {
        throw new RefusedException(
            new Refusal.Conflict("Failover segment with name " + name + " already exists."));
      }
      throw e;
    }
  }

  /** Also deletes the segment's hosts; the caller has locked them. */
  void delete(Handle handle, long number) {
    handle.createUpdate(DELETE).bind("id", number).execute();
  }

  /** Reads a segment whose columns all carry {@code prefix}. */
  static Segment segment(ResultSet row, String prefix) throws SQLException {
    return new Segment(
        row.getLong(prefix + "id"),
        new SegmentId(Columns.uuid(row, prefix + "uuid")),
        row.getString(prefix + "name"),
        row.getString(prefix + "service_type"),
        Columns.fromLower(RecoveryMethod.class, row.getString(prefix + "recovery_method")),
        row.getBoolean(prefix + "enabled"),
        row.getString(prefix + "description"),
        Columns.instant(row, prefix + "created_at"),
        Columns.instantOrNull(row, prefix + "updated_at"));
  }
}
