package io.tocsin.failover;

import io.tocsin.failover.Imported.Added;
import io.tocsin.failover.Imported.Changed;
import io.tocsin.failover.Imported.Left;
import io.tocsin.failover.Imported.Obstacle;
import io.tocsin.store.Conflicts;
import io.tocsin.store.Database;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import org.jdbi.v3.core.Handle;

/**
 * Takes segments and hosts over from another server, with their ids and times. May be repeated: a
 * row that is here is changed only while nobody has changed it here, and what its source no longer
 * has is deleted. Hosts are not looked up in the cloud: their source did that.
 *
 * <p>Each call is one transaction; in a dry run it writes nothing and tells what it would do.
 */
public final class InventoryImport {
  private final Database database;
  private final String source;
  private final boolean isDryRun;
  private final SegmentImportStore segments = new SegmentImportStore();
  private final HostImportStore hosts = new HostImportStore();
  private final HostStore liveHosts = new HostStore();

  // What a dry run would have made, for its later calls.
  private final Set<UUID> rehearsedSegments = new HashSet<>();
  private final Set<UUID> rehearsedDeletions = new HashSet<>();

  /**
   * @param source which server the rows come from: the same text at every import from it
   */
  public InventoryImport(Database database, String source, boolean isDryRun) {
    this.database = database;
    this.source = source;
    this.isDryRun = isDryRun;
  }

  /**
   * A row that came from the source and is no longer there.
   *
   * @param outcome {@link Changed} when it is deleted here now
   */
  public record Gone<T>(T row, Imported outcome) {}

  /**
   * Whether segments here came from the source and it has none of them any more: then it is more
   * likely another server, or a broken one, than one where everything was deleted.
   */
  public boolean isStrange(List<Segment> all) {
    return database.read(handle ->
        !segments.hasAny(handle, source, all) && !segments.missing(handle, source, all).isEmpty());
  }

  /** Live hosts here that came from the source and are not among all those it has now. */
  public List<Host> missingHosts(List<Host> all) {
    return database.read(handle -> hosts.missing(handle, source, all));
  }

  /** The same for segments. */
  public List<Segment> missingSegments(List<Segment> all) {
    return database.read(handle -> segments.missing(handle, source, all));
  }

  /** Deletes hosts that came from the source and are gone there. */
  public List<Gone<Host>> dropHosts(List<Host> gone) {
    return inTurn(tx -> {
      List<Gone<Host>> dropped = new ArrayList<>();
      for (Existing<Host> host : hosts.find(tx, gone).values()) {
        Imported outcome = removal(tx, host, host.row().segment().number());
        if (outcome instanceof Changed) {
          rehearsedDeletions.add(host.row().id().value());
          if (!isDryRun) {
            hosts.delete(tx, host.row().number());
          }
        }
        dropped.add(new Gone<>(host.row(), outcome));
      }
      return dropped;
    });
  }

  /** The same for segments, after their hosts; one that still has hosts here stays. */
  public List<Gone<Segment>> dropSegments(List<Segment> gone) {
    return inTurn(tx -> {
      List<Gone<Segment>> dropped = new ArrayList<>();
      for (Existing<Segment> segment : segments.find(tx, gone).values()) {
        long number = segment.row().number();
        Imported outcome = removal(tx, segment, number);
        if (outcome instanceof Changed
            && !rehearsedDeletions.containsAll(segments.liveHosts(tx, number))) {
          outcome = new Left(Obstacle.CHANGED_HERE, "it still has hosts here");
        }
        if (outcome instanceof Changed) {
          rehearsedDeletions.add(segment.row().id().value());
          if (!isDryRun) {
            segments.delete(tx, number);
          }
        }
        dropped.add(new Gone<>(segment.row(), outcome));
      }
      return dropped;
    });
  }

  private Imported removal(Handle tx, Existing<?> here, long segment) {
    if (!here.isLive()) {
      return new Left(Obstacle.DELETED_HERE, "");
    }
    if (!here.isUntouched()) {
      return new Left(Obstacle.CHANGED_HERE, "");
    }
    return isInUse(tx, segment) ? new Left(Obstacle.IN_USE_HERE, "") : new Changed();
  }

  /** The answer stays true until the transaction ends. */
  private boolean isInUse(Handle tx, long segment) {
    liveHosts.lockAll(tx, segment);
    return liveHosts.isInUse(tx, segment);
  }

  /** Takes segments over; one outcome each, in their order. */
  public List<Imported> addSegments(List<Segment> batch) {
    return inTurn(tx -> {
      Map<UUID, Existing<Segment>> existing = segments.find(tx, batch);
      Names names = new Names(segments.holders(tx, batch), rehearsedDeletions);
      Plan<Segment> plan = new Plan<>();
      for (Segment segment : batch) {
        UUID id = segment.id().value();
        Existing<Segment> here = existing.get(id);
        Imported outcome = here == null ? new Added() : here.verdict(isSame(segment, here.row()));
        if (outcome instanceof Changed && here != null && isInUse(tx, here.row().number())) {
          outcome = new Left(Obstacle.IN_USE_HERE, "");
        }
        outcome = names.check(segment.name(), id, outcome);
        if (outcome instanceof Added) {
          rehearsedSegments.add(id);
        }
        plan.add(segment, outcome);
      }
      if (!isDryRun) {
        segments.insert(tx, source, plan.added);
        segments.update(tx, source, plan.changed);
      }
      return plan.outcomes;
    });
  }

  /** Takes hosts over, after their segments; one outcome each, in their order. */
  public List<Imported> addHosts(List<Host> batch) {
    return inTurn(tx -> {
      Map<UUID, Existing<Host>> existing = hosts.find(tx, batch);
      Map<UUID, Long> numbers = hosts.segmentNumbers(tx, batch);
      Names names = new Names(hosts.holders(tx, batch), rehearsedDeletions);
      Plan<Host> plan = new Plan<>();
      for (Host host : batch) {
        UUID id = host.id().value();
        UUID segment = host.segment().id().value();
        Existing<Host> here = existing.get(id);
        Imported outcome = here == null ? new Added() : here.verdict(isSame(host, here.row()));
        if (!(outcome instanceof Left)
            && !numbers.containsKey(segment)
            && !(isDryRun && rehearsedSegments.contains(segment))) {
          outcome = new Left(Obstacle.NO_SEGMENT, "segment " + segment);
        }
        if (outcome instanceof Changed
            && here != null
            && isInUse(tx, here.row().segment().number())) {
          outcome = new Left(Obstacle.IN_USE_HERE, "");
        }
        plan.add(host, names.check(host.name(), id, outcome));
      }
      if (!isDryRun) {
        hosts.insert(tx, source, plan.added, numbers);
        hosts.update(tx, source, plan.changed, numbers);
      }
      return plan.outcomes;
    });
  }

  /** Once more when somebody here was faster: locked what we need, or took a name. */
  private <T> T inTurn(Function<Handle, T> work) {
    return Conflicts.onceMore(
        () ->
            database.inTransaction(tx -> {
              segments.takeTurns(tx);
              return work.apply(tx);
            }),
        SegmentStore.UNIQUE_NAME,
        HostStore.UNIQUE_NAME);
  }

  private static boolean isSame(Segment there, Segment here) {
    return there.name().equals(here.name())
        && there.serviceType().equals(here.serviceType())
        && there.recoveryMethod() == here.recoveryMethod()
        && there.isEnabled() == here.isEnabled()
        && Objects.equals(there.description(), here.description())
        && there.createdAt().equals(here.createdAt())
        && Objects.equals(there.updatedAt(), here.updatedAt());
  }

  private static boolean isSame(Host there, Host here) {
    return there.name().equals(here.name())
        && there.segment().id().equals(here.segment().id())
        && there.type().equals(here.type())
        && there.controlAttributes().equals(here.controlAttributes())
        && there.isReserved() == here.isReserved()
        && there.isOnMaintenance() == here.isOnMaintenance()
        && there.createdAt().equals(here.createdAt())
        && Objects.equals(there.updatedAt(), here.updatedAt());
  }

  /** Names as they will be: a unique index would end the whole batch. */
  private record Names(Map<String, UUID> holders, Set<UUID> deleted) {
    Imported check(String name, UUID id, Imported outcome) {
      if (!(outcome instanceof Added || outcome instanceof Changed)) {
        return outcome;
      }
      UUID holder = holders.get(name);
      if (holder != null && !holder.equals(id) && !deleted.contains(holder)) {
        return new Left(Obstacle.NAME_TAKEN, "'%s' is the name of %s".formatted(name, holder));
      }
      holders.put(name, id);
      return outcome;
    }
  }

  private static final class Plan<T> {
    final List<Imported> outcomes = new ArrayList<>();
    final List<T> added = new ArrayList<>();
    final List<T> changed = new ArrayList<>();

    void add(T row, Imported outcome) {
      outcomes.add(outcome);
      switch (outcome) {
        case Added _ -> added.add(row);
        case Changed _ -> changed.add(row);
        case Imported.Same _, Left _ -> {}
      }
    }
  }
}
