package io.tocsin.failover;

import io.tocsin.store.Conflicts;
import io.tocsin.store.Database;
import io.tocsin.store.Keyset;
import io.tocsin.store.PageRequest;
import io.tocsin.store.Texts;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Handle;

/** Keeps the segments. Everything it refuses is a {@link RefusedException}. Thread-safe. */
public final class Segments {
  /** Columns a list may be sorted by (Instance HA spec §6.2). */
  public static final List<String> SORT_COLUMNS = SegmentStore.KEYSET.columnNames();

  private final Database database;
  private final SegmentStore segments = new SegmentStore();
  private final HostStore hosts = new HostStore();

  public Segments(Database database) {
    this.database = database;
  }

  /** Live segments; throws {@link Refusal.Invalid} when the page's marker is unknown. */
  public List<Segment> list(SegmentFilter filter, PageRequest page) {
    return database.read(handle -> {
      Keyset.Page keyset = Pages.require(SegmentStore.KEYSET, handle, page);
      if (!Pages.canMatch(filter.recoveryMethod(), filter.serviceType())) {
        return List.of();
      }
      return segments.list(handle, filter, keyset);
    });
  }

  /**
   * The live segment with that id.
   *
   * @param id as it stood in the path: any text
   */
  public Segment require(String id) {
    return Ids.parse(id)
        .flatMap(uuid -> database.read(handle -> segments.find(handle, uuid)))
        .orElseThrow(() -> unknown(id));
  }

  /** The live segment with that id, or else with that name; any text. */
  public Optional<Segment> find(String idOrName) {
    return Texts.isStorable(idOrName)
        ? database.read(handle -> segments.find(handle, Ids.parse(idOrName).orElse(null), idOrName))
        : Optional.empty();
  }

  /** Stores a segment; refused when a live one has its name. */
  public Segment create(NewSegment segment) {
    return database.inTransaction(handle -> segments.insert(handle, segment));
  }

  /** Changes a segment that exists, is not in use, and whose new name is free. */
  public Segment update(String id, SegmentChange change) {
    UUID uuid = Ids.parse(id).orElseThrow(() -> unknown(id));
    return Conflicts.onceMore(() ->
        database.inTransaction(handle -> {
          long number = lockUnused(handle, id, uuid, "Failover segment %s", "updated");
          return segments.update(handle, number, change);
        }));
  }

  /** Deletes a segment that exists and is not in use, and with it its hosts. */
  public void delete(String id) {
    UUID uuid = Ids.parse(id).orElseThrow(() -> unknown(id));
    Conflicts.onceMore(() ->
        database.inTransaction(handle -> {
          long number = lockUnused(handle, id, uuid, "Failover segment (%s)", "deleted");
          segments.delete(handle, number);
          return number;
        }));
  }

  private long lockUnused(Handle handle, String id, UUID uuid, String subject, String verb) {
    long number = segments.lock(handle, uuid).orElseThrow(() -> unknown(id));
    hosts.lockAll(handle, number);
    if (hosts.isInUse(handle, number)) {
      throw InUse.refusal(subject.formatted(uuid), verb);
    }
    return number;
  }

  static RefusedException unknown(String id) {
    return new RefusedException(new Refusal.NotFound("No failover segment with id " + id + "."));
  }
}
