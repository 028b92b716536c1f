package io.tocsin.failover;

import io.tocsin.failover.Imported.Added;
import io.tocsin.failover.Imported.Changed;
import io.tocsin.failover.Imported.Left;
import io.tocsin.failover.Imported.Obstacle;
import io.tocsin.failover.Imported.Same;
import io.tocsin.store.Database;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/**
 * Takes failure notifications over from another server: what is over there is over here, nothing is
 * started. May be repeated.
 */
public final class FailureImport {
  private final Database database;
  private final FailureImportStore store = new FailureImportStore();
  private final SegmentImportStore segments = new SegmentImportStore();
  private final HostImportStore hosts = new HostImportStore();

  public FailureImport(Database database) {
    this.database = database;
  }

  /**
   * One to write.
   *
   * @param isComplete false when its history could not be had whole, so that it is asked for again
   */
  public record Entry(PastFailure failure, boolean isComplete) {}

  /**
   * What {@link #write} would make of each of these, in their order. Writes nothing.
   *
   * @param alsoHere hosts that count as being here
   */
  public List<Imported> look(List<PastFailure> batch, Set<HostId> alsoHere) {
    return database.read(handle -> outcomes(handle, batch, alsoHere));
  }

  private List<Imported> outcomes(Handle handle, List<PastFailure> batch, Set<HostId> alsoHere) {
    Map<UUID, FailureImportStore.Here> here = store.find(handle, batch);
    Map<UUID, UUID> segmentsOfHosts =
        hosts.segmentsOf(handle, batch.stream().map(it -> it.sourceHost().value()).toList());
    return batch.stream()
        .map(failure -> {
          boolean hasPlace =
              failure.segment() != null
                  || alsoHere.contains(failure.sourceHost())
                  || segmentsOfHosts.containsKey(failure.sourceHost().value());
          return outcome(failure, here.get(failure.id().value()), hasPlace);
        })
        .toList();
  }

  private static Imported outcome(
      PastFailure failure, FailureImportStore.@Nullable Here here, boolean hasPlace) {
    if (here == null) {
      return hasPlace ? new Added() : new Left(Obstacle.NO_SEGMENT, "its host is gone");
    }
    if (!here.isImported()) {
      return new Left(Obstacle.FROM_HERE, "");
    }
    return failure.isSameAs(here.row()) && !here.isIncomplete() ? new Same() : new Changed();
  }

  /**
   * Writes these in the caller's transaction, in their order. One whose host is neither here nor at
   * its source gets a deleted host to belong to, which nobody ever sees.
   *
   * @return numbers of those written; the others are {@link Same} or {@link Left}
   */
  public Map<UUID, Long> write(Handle tx, List<Entry> batch) {
    segments.takeTurns(tx);
    List<PastFailure> failures = batch.stream().map(Entry::failure).toList();
    addPlaceholders(tx, failures);
    List<Imported> outcomes = outcomes(tx, failures, Set.of());
    List<Entry> added = new ArrayList<>();
    List<Entry> changed = new ArrayList<>();
    for (int i = 0; i < batch.size(); i++) {
      switch (outcomes.get(i)) {
        case Added _ -> added.add(batch.get(i));
        case Changed _ -> changed.add(batch.get(i));
        case Same _, Left _ -> {}
      }
    }
    Map<UUID, Long> numbers = new HashMap<>(store.insert(tx, added));
    numbers.putAll(store.update(tx, changed));
    return numbers;
  }

  private void addPlaceholders(Handle tx, List<PastFailure> failures) {
    Map<UUID, UUID> known =
        hosts.segmentsOf(tx, failures.stream().map(it -> it.sourceHost().value()).toList());
    for (PastFailure failure : failures) {
      UUID host = failure.sourceHost().value();
      SegmentId segment = failure.segment();
      if (segment != null && known.putIfAbsent(host, segment.value()) == null) {
        segments.insertPlaceholder(tx, segment.value());
        hosts.insertPlaceholder(tx, host, segment.value());
      }
    }
  }
}
