package io.tocsin.failover;

import io.tocsin.store.Conflicts;
import io.tocsin.store.Database;
import io.tocsin.store.Keyset;
import io.tocsin.store.PageRequest;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** Keeps the hosts of segments. What it refuses is a {@link RefusedException}. Thread-safe. */
public final class Hosts {
  /** Columns a list may be sorted by (Instance HA spec §6.2). */
  public static final List<String> SORT_COLUMNS = HostStore.KEYSET.columnNames();

  private final Database database;
  private final HostDirectory directory;
  private final SegmentStore segments = new SegmentStore();
  private final HostStore hosts = new HostStore();

  public Hosts(Database database, HostDirectory directory) {
    this.database = database;
    this.directory = directory;
  }

  /**
   * Live hosts of a segment; throws {@link Refusal.NotFound} when there is no such segment, {@link
   * Refusal.Invalid} when the page's marker is unknown.
   */
  public List<Host> list(String segmentId, HostFilter filter, PageRequest page) {
    UUID segment = Ids.parse(segmentId).orElseThrow(() -> Segments.unknown(segmentId));
    return database.read(handle -> {
      if (segments.find(handle, segment).isEmpty()) {
        throw Segments.unknown(segmentId);
      }
      Keyset.Page keyset = Pages.require(HostStore.KEYSET, handle, page);
      if (!Pages.canMatch(filter.type())) {
        return List.of();
      }
      return hosts.list(handle, segment, filter, keyset);
    });
  }

  /**
   * The live host with that id in that segment.
   *
   * @param segmentId as it stood in the path: any text, and so is {@code hostId}
   */
  public Host require(String segmentId, String hostId) {
    if (Ids.parse(hostId).isEmpty()) {
      throw new RefusedException(new Refusal.NotFound("No host with id " + hostId + "."));
    }
    return requireUnder(segmentId, hostId);
  }

  /** Enrols a host that the cloud knows and whose name no live host of any segment has. */
  public Host create(String segmentId, NewHost host) {
    UUID segment = Ids.parse(segmentId).orElseThrow(() -> Segments.unknown(segmentId));
    if (database.read(handle -> segments.find(handle, segment)).isEmpty()) {
      throw Segments.unknown(segmentId);
    }
    requireComputeService(host.name());
    return database.inTransaction(handle -> {
      // Shared: enrolments do not wait for each other, a deletion waits for them.
      long number =
          segments.lockShared(handle, segment).orElseThrow(() -> Segments.unknown(segmentId));
      return requireStored(handle, hosts.insert(handle, number, host));
    });
  }

  /** Changes a host whose segment is not in use, and whose new name the cloud knows and is free. */
  public Host update(String segmentId, String hostId, HostChange change) {
    Host before = requireUnder(segmentId, hostId);
    String name = change.name();
    if (name != null) {
      // Asked again below, under the locks; here so that a host in use costs no call to the cloud.
      if (database.read(handle -> hosts.isInUse(handle, before.segment().number()))) {
        throw InUse.refusal("Host " + before.id(), "updated");
      }
      requireComputeService(name);
    }
    return Conflicts.onceMore(() ->
        database.inTransaction(handle -> {
          long number = lockUnused(handle, segmentId, hostId, "updated");
          hosts.update(handle, number, change);
          return requireStored(handle, number);
        }));
  }

  /** Deletes a host whose segment is not in use. */
  public void delete(String segmentId, String hostId) {
    Conflicts.onceMore(() ->
        database.inTransaction(handle -> {
          long number = lockUnused(handle, segmentId, hostId, "deleted");
          hosts.delete(handle, number);
          return number;
        }));
  }

  /** The host with that number, deleted or not: a recovery outlives the host's enrolment. */
  public Optional<Host> find(long number) {
    return database.read(handle -> hosts.find(handle, number));
  }

  /** Puts a host on maintenance and stops its being a spare; nothing when it already is so. */
  public void takeOutOfService(Handle handle, long number) {
    hosts.takeOutOfService(handle, number);
  }

  /**
   * The live host with that id or, where none has it, of that name.
   *
   * @param idOrName any text
   */
  public Host requireLive(String idOrName) {
    return database
        .read(handle -> hosts.findLive(handle, Ids.parse(idOrName).orElse(null), idOrName))
        .orElseThrow(() ->
            new RefusedException(
                new Refusal.NotFound("No host with id or name " + idOrName + ".")));
  }

  /** The same, as part of more. */
  public Optional<Host> find(Handle handle, long number) {
    return hosts.find(handle, number);
  }

  /**
   * The live reserved hosts of a segment that are not on maintenance, the newest first, as Masakari
   * takes them.
   *
   * @param segment its number
   */
  public List<Host> spares(Handle handle, long segment) {
    return hosts.spares(handle, segment);
  }

  /** The host is no spare any more; nothing when it already is none. */
  public void takeFromReserve(Handle handle, long number) {
    hosts.takeFromReserve(handle, number);
  }

  /**
   * How many live hosts are enrolled.
   *
   * @param segment null: in all segments
   */
  public int countLive(Handle handle, @Nullable UUID segment) {
    return hosts.countLive(handle, segment);
  }

  private Host requireUnder(String segmentId, String hostId) {
    return database.read(handle -> findUnder(handle, segmentId, hostId));
  }

  private Host findUnder(Handle handle, String segmentId, String hostId) {
    Optional<UUID> segment = Ids.parse(segmentId);
    Optional<UUID> host = Ids.parse(hostId);
    Optional<Host> found =
        segment.isPresent() && host.isPresent()
            ? hosts.find(handle, segment.get(), host.get())
            : Optional.empty();
    return found.orElseThrow(() ->
        new RefusedException(
            new Refusal.NotFound(
                "Host '%s' under failover_segment '%s' could not be found."
                    .formatted(hostId, segmentId))));
  }

  private long lockUnused(Handle handle, String segmentId, String hostId, String verb) {
    Host seen = findUnder(handle, segmentId, hostId);
    segments.lock(handle, seen.segment().id().value());
    hosts.lockAll(handle, seen.segment().number());
    Host host = findUnder(handle, segmentId, hostId);
    if (hosts.isInUse(handle, host.segment().number())) {
      throw InUse.refusal("Host " + host.id(), verb);
    }
    return host.number();
  }

  private Host requireStored(Handle handle, long number) {
    return hosts
        .find(handle, number)
        .orElseThrow(() -> new IllegalStateException("a host just written is not there"));
  }

  private void requireComputeService(String name) {
    if (!directory.knows(name)) {
      throw new RefusedException(
          new Refusal.Invalid("Compute service with name " + name + " could not be found."));
    }
  }
}
