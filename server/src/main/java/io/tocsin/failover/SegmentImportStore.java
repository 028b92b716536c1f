package io.tocsin.failover;

import io.tocsin.store.Columns;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.PreparedBatch;
import org.jspecify.annotations.Nullable;

/** SQL over {@code segment} for rows that come from another server. */
final class SegmentImportStore {
  /** One import writes at a time; others wait for its transaction. The number is arbitrary. */
  private static final String TAKE_TURNS = "select pg_advisory_xact_lock(7464273901)";

  /** The columns that {@link #existing} reads, of the table called {@code %1$s} in the query. */
  static final String ORIGIN =
      """
      %1$s.deleted_at is null as live, %1$s.imported_as_of is not null as is_imported,
      coalesce(%1$s.imported_as_of = '-infinity', false) as is_placeholder,
      coalesce(%1$s.imported_as_of = coalesce(%1$s.updated_at, %1$s.created_at), false)
        as is_untouched\
      """;

  private static final String FIND =
      """
      select s.id, s.uuid, s.name, s.service_type, s.recovery_method, s.enabled, s.description,
             s.created_at, s.updated_at, %s
        from segment s
       where s.uuid = any(cast(:uuids as uuid[]))
       order by s.id
         for no key update\
      """
          .formatted(ORIGIN.formatted("s"));

  private static final String NAMES =
      """
      select name, uuid from segment where name = any(:names) and deleted_at is null\
      """;

  private static final String MISSING =
      """
      select s.id, s.uuid, s.name, s.service_type, s.recovery_method, s.enabled, s.description,
             s.created_at, s.updated_at
        from segment s
       where s.deleted_at is null and s.imported_from = :source
         and s.uuid not in (select unnest(cast(:uuids as uuid[])))
       order by s.id\
      """;

  private static final String HAS_ANY =
      """
      select exists (
        select 1 from segment
         where deleted_at is null and imported_from = :source
           and uuid = any(cast(:uuids as uuid[])))\
      """;

  /** Marked as a placeholder: should its source show it again, it comes back. */
  private static final String DELETE =
      """
      update segment
         set deleted_at = date_trunc('second', now()), imported_as_of = '-infinity'
       where id = :id\
      """;

  private static final String INSERT =
      """
      insert into segment
             (uuid, name, service_type, recovery_method, enabled, description, created_at,
              updated_at, imported_as_of, imported_from)
      values (:uuid, :name, :service_type, :recovery_method, :enabled, :description, :created_at,
              :updated_at, coalesce(:updated_at, :created_at), :source)\
      """;

  private static final String UPDATE =
      """
      update segment
         set name = :name, service_type = :service_type, recovery_method = :recovery_method,
             enabled = :enabled, description = :description, created_at = :created_at,
             updated_at = :updated_at, imported_as_of = coalesce(:updated_at, :created_at),
             imported_from = :source, deleted_at = null
       where uuid = :uuid\
      """;

  /** Stands for a segment that its source no longer shows; deleted, so that nobody sees it. */
  private static final String INSERT_PLACEHOLDER =
      """
      insert into segment
             (uuid, name, service_type, recovery_method, enabled, deleted_at, imported_as_of)
      values (:uuid, cast(:uuid as text), '', 'auto', false, now(), '-infinity')
      on conflict (uuid) do nothing\
      """;

  private static final String LIVE_HOSTS =
      """
      select uuid from host where segment_id = :segment and deleted_at is null\
      """;

  void takeTurns(Handle tx) {
    tx.execute(TAKE_TURNS);
  }

  /** Those that are here, live or deleted, and ours to change until the transaction ends. */
  Map<UUID, Existing<Segment>> find(Handle tx, Collection<Segment> wanted) {
    Map<UUID, Existing<Segment>> found = new HashMap<>();
    tx.createQuery(FIND)
        .bindArray("uuids", String.class, texts(wanted))
        .map((row, _) -> existing(SegmentStore.segment(row, ""), row))
        .forEach(it -> found.put(it.row().id().value(), it));
    return found;
  }

  /** Who has these names now. */
  Map<String, UUID> holders(Handle tx, Collection<Segment> wanted) {
    Map<String, UUID> holders = new HashMap<>();
    tx.createQuery(NAMES)
        .bindArray("names", String.class, wanted.stream().map(Segment::name).toList())
        .map((row, _) -> Map.entry(row.getString("name"), Columns.uuid(row, "uuid")))
        .forEach(it -> holders.put(it.getKey(), it.getValue()));
    return holders;
  }

  /** Live ones that came from that source and are not among these. */
  List<Segment> missing(Handle handle, String source, Collection<Segment> known) {
    return handle
        .createQuery(MISSING)
        .bind("source", source)
        .bindArray("uuids", String.class, texts(known))
        .map((row, _) -> SegmentStore.segment(row, ""))
        .list();
  }

  /** Whether one of these is here, live, and came from that source. */
  boolean hasAny(Handle handle, String source, Collection<Segment> known) {
    return handle
        .createQuery(HAS_ANY)
        .bind("source", source)
        .bindArray("uuids", String.class, texts(known))
        .mapTo(Boolean.class)
        .one();
  }

  void delete(Handle tx, long number) {
    tx.createUpdate(DELETE).bind("id", number).execute();
  }

  private static List<String> texts(Collection<Segment> segments) {
    return segments.stream().map(it -> it.id().toString()).toList();
  }

  static <T> Existing<T> existing(T row, ResultSet origin) throws SQLException {
    return new Existing<>(
        row,
        origin.getBoolean("live"),
        origin.getBoolean("is_imported"),
        origin.getBoolean("is_placeholder"),
        origin.getBoolean("is_untouched"));
  }

  Set<UUID> liveHosts(Handle tx, long segment) {
    return tx.createQuery(LIVE_HOSTS)
        .bind("segment", segment)
        .map((row, _) -> Columns.uuid(row, "uuid"))
        .set();
  }

  void insert(Handle tx, String source, List<Segment> segments) {
    write(tx, INSERT, source, segments);
  }

  void update(Handle tx, String source, List<Segment> segments) {
    write(tx, UPDATE, source, segments);
  }

  private static void write(Handle tx, String sql, String source, List<Segment> segments) {
    if (segments.isEmpty()) {
      return;
    }
    PreparedBatch batch = tx.prepareBatch(sql);
    for (Segment segment : segments) {
      batch
          .bind("uuid", segment.id().value())
          .bind("name", segment.name())
          .bind("service_type", segment.serviceType())
          .bind("recovery_method", Columns.lower(segment.recoveryMethod()))
          .bind("enabled", segment.isEnabled())
          .bind("description", segment.description())
          .bind("created_at", segment.createdAt().atOffset(ZoneOffset.UTC))
          .bind("updated_at", utc(segment.updatedAt()))
          .bind("source", source)
          .add();
    }
    batch.execute();
  }

  static @Nullable OffsetDateTime utc(@Nullable Instant time) {
    return time == null ? null : time.atOffset(ZoneOffset.UTC);
  }

  void insertPlaceholder(Handle tx, UUID uuid) {
    tx.createUpdate(INSERT_PLACEHOLDER).bind("uuid", uuid).execute();
  }
}
