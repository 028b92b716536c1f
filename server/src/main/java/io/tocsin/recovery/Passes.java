package io.tocsin.recovery;

import io.tocsin.compute.ServerId;
import io.tocsin.failover.Host;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Sends the instances of a plan along the routes of the segment's method. Each pass takes on what
 * the ones before left behind, and nothing else: what has arrived stays where it is, and a failure
 * that a later pass made good is none (W2).
 */
final class Passes {
  private final HostScene scene;
  private final Width width;
  private final Spares spares;
  private final Host failed;
  private final Preparation.Prepared prepared;

  Passes(HostScene scene, Width width, Spares spares, Host failed, Preparation.Prepared prepared) {
    this.scene = scene;
    this.width = width;
    this.spares = spares;
    this.failed = failed;
    this.prepared = prepared;
  }

  /**
   * Answers why the cloud could not be reached, if that kept a move from its end. Throws {@link
   * OrderedToStopException} between two moves, but not behind the last.
   */
  Optional<String> run() {
    for (Route route : Route.of(failed.segment().recoveryMethod())) {
      Optional<String> outage =
          switch (route) {
            case SCHEDULER -> pass(Optional.empty(), true);
            case SPARES -> overSpares();
          };
      if (outage.isPresent()) {
        return outage;
      }
    }
    return Optional.empty();
  }

  private Optional<String> overSpares() {
    Set<Long> tried = new HashSet<>();
    while (!isNothingLeft()) {
      Optional<Host> spare = spares.claim(scene.lease(), failed, tried);
      if (spare.isEmpty()) {
        if (tried.isEmpty()) {
          scene.step().say(0.1, Spares.NONE);
        }
        return Optional.empty();
      }
      tried.add(spare.get().number());
      boolean isOpen = spares.open(scene.lease(), scene.cloud(), scene.step(), failed, spare.get());
      Optional<String> outage = pass(Optional.of(spare.get().name()), isOpen);
      if (outage.isPresent()) {
        // It stays claimed: the next attempt goes on with it.
        return outage;
      }
      spares.settle(scene.lease(), scene.cloud());
    }
    return Optional.empty();
  }

  private boolean isNothingLeft() {
    Map<ServerId, VmoveStore.Progress> progress =
        scene.lease().read(handle -> VmoveStore.progress(handle, scene.recovery()));
    return prepared.plan().toMove().stream()
        .map(move -> status(move, progress))
        .allMatch(status -> status.isFinal() && status != VmoveStatus.FAILED);
  }

  /**
   * @param mayBegin whether the target takes instances; those that were sent there before, maybe by
   *     an earlier holder, are seen to their end in any case
   */
  private Optional<String> pass(Optional<String> target, boolean mayBegin) {
    requireWanted();
    Map<ServerId, VmoveStore.Progress> progress =
        scene
            .lease()
            .write(tx -> {
              if (mayBegin) {
                VmoveStore.reopenFailed(tx, scene.recovery());
              }
              return VmoveStore.progress(tx, scene.recovery());
            });
    List<PlannedMove> open =
        Preparation.open(prepared.plan(), progress).stream()
            .filter(it -> mayBegin || status(it, progress) == VmoveStatus.ONGOING)
            .toList();
    Optional<String> outage =
        new Evacuation(scene.to(target), width, prepared.onHost(), prepared.listedAtNanos())
            .run(open, progress);
    requireWanted();
    return outage;
  }

  /** An order to stop has nothing to stop when all have arrived; there is no more to wait for. */
  private void requireWanted() {
    Lease lease = scene.lease();
    if (lease.order() != Order.GO_ON && !isNothingLeft()) {
      lease.requireWanted();
    }
  }

  private static VmoveStatus status(PlannedMove move, Map<ServerId, VmoveStore.Progress> progress) {
    return progress.getOrDefault(move.instance(), VmoveStore.Progress.NONE).status();
  }
}
