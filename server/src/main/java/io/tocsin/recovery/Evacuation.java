package io.tocsin.recovery;

import io.tocsin.compute.CloudException;
import io.tocsin.compute.CloudInterruptedException;
import io.tocsin.compute.Server;
import io.tocsin.compute.ServerId;
import io.tocsin.store.StoreUnavailableException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs the moves of one host side by side. Places in the width are taken here, in the plan's order,
 * so that the important instances really go first (weakness W4), and are shared with every other
 * recovery of the node.
 */
final class Evacuation {
  private static final Logger log = LoggerFactory.getLogger(Evacuation.class);

  /** So long the list of the host's servers spares a look at each. */
  private static final Duration FRESH = Duration.ofSeconds(3);

  private final HostScene scene;
  private final Width width;
  private final Map<ServerId, Server> onHost;
  private final long listedAtNanos;

  /**
   * @param onHost the servers seen on the failed host
   * @param listedAtNanos when they were, on the scene's clock
   */
  Evacuation(HostScene scene, Width width, Map<ServerId, Server> onHost, long listedAtNanos) {
    this.scene = scene;
    this.width = width;
    this.onHost = onHost;
    this.listedAtNanos = listedAtNanos;
  }

  /**
   * Answers why the cloud could not be reached, if that kept a move from its end. Throws {@link
   * OrderedToStopException} when moves were left because of an order, even one that is taken back
   * before the others have ended.
   */
  Optional<String> run(List<PlannedMove> moves, Map<ServerId, VmoveStore.Progress> progress) {
    List<Future<Optional<String>>> running = new ArrayList<>();
    try (ExecutorService movers = Executors.newVirtualThreadPerTaskExecutor()) {
      try {
        for (PlannedMove move : moves) {
          width.acquire(move);
          Order order = scene.lease().order();
          if (order != Order.GO_ON) {
            // What is under way comes to its end; nothing else begins.
            width.release();
            join(running);
            throw new OrderedToStopException(order);
          }
          VmoveStore.Progress soFar =
              progress.getOrDefault(move.instance(), VmoveStore.Progress.NONE);
          running.add(movers.submit(() -> move(move, soFar)));
        }
        return join(running);
      } catch (InterruptedException _) {
        Thread.currentThread().interrupt();
        throw new StoppedException();
      } finally {
        // Reached with work left only when this node lost the lease or stops.
        movers.shutdownNow();
      }
    }
  }

  private static Optional<String> join(List<Future<Optional<String>>> running)
      throws InterruptedException {
    Optional<String> outage = Optional.empty();
    for (Future<Optional<String>> move : running) {
      try {
        Optional<String> reason = move.get();
        outage = outage.isPresent() ? outage : reason;
      } catch (ExecutionException e) {
        switch (e.getCause()) {
          case RuntimeException cause -> throw cause;
          case Error cause -> throw cause;
          case null, default -> throw new IllegalStateException("a move threw", e);
        }
      }
    }
    return outage;
  }

  private Optional<String> move(PlannedMove planned, VmoveStore.Progress soFar) {
    AtomicBoolean hasRoom = new AtomicBoolean(true);
    Runnable roomAgain =
        () -> {
          if (hasRoom.compareAndSet(true, false)) {
            width.release();
          }
        };
    InstanceMove move = new InstanceMove(scene, planned);
    try {
      move.run(now(planned, soFar.wasStarted()), soFar, roomAgain);
      return Optional.empty();
    } catch (CloudException e) {
      if (Attempt.isOutage(e.failure())) {
        return Optional.of(e.failure().text());
      }
      move.fail(e.failure().text());
      return Optional.empty();
    } catch (LeaseLostException
        | StoppedException
        | CloudInterruptedException
        | StoreUnavailableException e) {
      throw e;
    } catch (RuntimeException e) {
      // A bug met by one instance must not keep the others from being moved.
      log.atError()
          .addKeyValue("recovery", scene.recovery())
          .addKeyValue("instance", planned.instance())
          .setCause(e)
          .log("moving an instance met a bug");
      move.fail("Internal error; the server's log has it.");
      return Optional.empty();
    } finally {
      roomAgain.run();
    }
  }

  /**
   * From the list where that can do no harm: nobody has acted on the instance yet, and Nova itself
   * refuses to evacuate one that has moved meanwhile. A reset it would not refuse.
   */
  private Server now(PlannedMove planned, boolean wasStarted) {
    Server listed = onHost.get(planned.instance());
    boolean isFresh = scene.clock().nanoTime() - listedAtNanos < FRESH.toNanos();
    return listed != null && !wasStarted && (isFresh || !planned.needsReset())
        ? listed
        : Watch.look(scene.cloud(), planned.instance());
  }
}
