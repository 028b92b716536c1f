package io.tocsin.failover;

import io.tocsin.store.Columns;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.PreparedBatch;

/** SQL over {@code host} for rows that come from another server. */
final class HostImportStore {
  private static final String SELECT =
      """
      select h.id, h.uuid, h.name, h.type, h.control_attributes, h.reserved, h.on_maintenance,
             h.created_at, h.updated_at, s.id as segment_id, s.uuid as segment_uuid,
             s.name as segment_name, s.service_type as segment_service_type,
             s.recovery_method as segment_recovery_method, s.enabled as segment_enabled,
             s.description as segment_description, s.created_at as segment_created_at,
             s.updated_at as segment_updated_at, %s
        from host h join segment s on s.id = h.segment_id
      """
          .formatted(SegmentImportStore.ORIGIN.formatted("h"));

  private static final String FIND =
      SELECT
          + """
           where h.uuid = any(cast(:uuids as uuid[]))
           order by h.id
             for no key update of h\
          """;

  private static final String MISSING =
      SELECT
          + """
           where h.deleted_at is null and h.imported_from = :source
             and h.uuid not in (select unnest(cast(:uuids as uuid[])))
           order by h.id\
          """;

  /** Marked as a placeholder: should its source show it again, it comes back. */
  private static final String DELETE =
      """
      update host
         set deleted_at = date_trunc('second', now()), imported_as_of = '-infinity'
       where id = :id\
      """;

  private static final String NAMES =
      """
      select name, uuid from host where name = any(:names) and deleted_at is null\
      """;

  private static final String SEGMENTS =
      """
      select uuid, id from segment
       where uuid = any(cast(:uuids as uuid[])) and deleted_at is null
         for share\
      """;

  private static final String INSERT =
      """
      insert into host
             (uuid, segment_id, name, type, control_attributes, reserved, on_maintenance,
              created_at, updated_at, imported_as_of, imported_from)
      values (:uuid, :segment, :name, :type, :control_attributes, :reserved, :on_maintenance,
              :created_at, :updated_at, coalesce(:updated_at, :created_at), :source)\
      """;

  private static final String UPDATE =
      """
      update host
         set segment_id = :segment, name = :name, type = :type,
             control_attributes = :control_attributes, reserved = :reserved,
             on_maintenance = :on_maintenance, created_at = :created_at, updated_at = :updated_at,
             imported_as_of = coalesce(:updated_at, :created_at), imported_from = :source,
             deleted_at = null
       where uuid = :uuid\
      """;

  /** Stands for a host that its source no longer shows; deleted, so that nobody sees it. */
  private static final String INSERT_PLACEHOLDER =
      """
      insert into host
             (uuid, segment_id, name, type, control_attributes, reserved, on_maintenance,
              deleted_at, imported_as_of)
      select :uuid, s.id, cast(:uuid as text), '', '', false, false, now(), '-infinity'
        from segment s
       where s.uuid = :segment
      on conflict (uuid) do nothing\
      """;

  private static final String SEGMENTS_OF_HOSTS =
      """
      select h.uuid, s.uuid as segment_uuid
        from host h join segment s on s.id = h.segment_id
       where h.uuid = any(cast(:uuids as uuid[]))\
      """;

  /** Those that are here, live or deleted, and ours to change until the transaction ends. */
  Map<UUID, Existing<Host>> find(Handle tx, Collection<Host> wanted) {
    Map<UUID, Existing<Host>> found = new HashMap<>();
    tx.createQuery(FIND)
        .bindArray("uuids", String.class, texts(wanted))
        .map((row, _) -> SegmentImportStore.existing(HostStore.host(row), row))
        .forEach(it -> found.put(it.row().id().value(), it));
    return found;
  }

  /** Who has these names now. */
  Map<String, UUID> holders(Handle tx, Collection<Host> wanted) {
    Map<String, UUID> holders = new HashMap<>();
    tx.createQuery(NAMES)
        .bindArray("names", String.class, wanted.stream().map(Host::name).toList())
        .map((row, _) -> Map.entry(row.getString("name"), Columns.uuid(row, "uuid")))
        .forEach(it -> holders.put(it.getKey(), it.getValue()));
    return holders;
  }

  /** Numbers of these hosts' segments that are here and live, and stay so in this transaction. */
  Map<UUID, Long> segmentNumbers(Handle tx, Collection<Host> hosts) {
    Map<UUID, Long> numbers = new HashMap<>();
    tx.createQuery(SEGMENTS)
        .bindArray(
            "uuids",
            String.class,
            hosts.stream().map(it -> it.segment().id().toString()).distinct().toList())
        .map((row, _) -> Map.entry(Columns.uuid(row, "uuid"), row.getLong("id")))
        .forEach(it -> numbers.put(it.getKey(), it.getValue()));
    return numbers;
  }

  /** Live ones that came from that source and are not among these. */
  List<Host> missing(Handle handle, String source, Collection<Host> known) {
    return handle
        .createQuery(MISSING)
        .bind("source", source)
        .bindArray("uuids", String.class, texts(known))
        .map((row, _) -> HostStore.host(row))
        .list();
  }

  void delete(Handle tx, long number) {
    tx.createUpdate(DELETE).bind("id", number).execute();
  }

  private static List<String> texts(Collection<Host> hosts) {
    return hosts.stream().map(it -> it.id().toString()).toList();
  }

  void insert(Handle tx, String source, List<Host> hosts, Map<UUID, Long> segments) {
    write(tx, INSERT, source, hosts, segments);
  }

  void update(Handle tx, String source, List<Host> hosts, Map<UUID, Long> segments) {
    write(tx, UPDATE, source, hosts, segments);
  }

  private static void write(
      Handle tx, String sql, String source, List<Host> hosts, Map<UUID, Long> segments) {
    if (hosts.isEmpty()) {
      return;
    }
    PreparedBatch batch = tx.prepareBatch(sql);
    for (Host host : hosts) {
      batch
          .bind("uuid", host.id().value())
          .bind("segment", segments.get(host.segment().id().value()))
          .bind("name", host.name())
          .bind("type", host.type())
          .bind("control_attributes", host.controlAttributes())
          .bind("reserved", host.isReserved())
          .bind("on_maintenance", host.isOnMaintenance())
          .bind("created_at", host.createdAt().atOffset(ZoneOffset.UTC))
          .bind("updated_at", SegmentImportStore.utc(host.updatedAt()))
          .bind("source", source)
          .add();
    }
    batch.execute();
  }

  void insertPlaceholder(Handle tx, UUID uuid, UUID segment) {
    tx.createUpdate(INSERT_PLACEHOLDER).bind("uuid", uuid).bind("segment", segment).execute();
  }

  /** The segments of these hosts, live or deleted; who is not here has no entry. */
  Map<UUID, UUID> segmentsOf(Handle tx, Collection<UUID> hosts) {
    Map<UUID, UUID> segments = new HashMap<>();
    tx.createQuery(SEGMENTS_OF_HOSTS)
        .bindArray("uuids", String.class, hosts.stream().map(UUID::toString).toList())
        .map((row, _) -> Map.entry(Columns.uuid(row, "uuid"), Columns.uuid(row, "segment_uuid")))
        .forEach(it -> segments.put(it.getKey(), it.getValue()));
    return segments;
  }
}
