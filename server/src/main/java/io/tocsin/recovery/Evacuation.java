package io.tocsin.recovery;

import io.tocsin.compute.CloudException;
import io.tocsin.compute.CloudInterruptedException;
import io.tocsin.compute.Server;
import io.tocsin.compute.ServerId;
import io.tocsin.store.StoreUnavailableException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
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

  private final HostScene scene;
  private final Semaphore width;
  private final Map<ServerId, Server> onHost;

  /**
   * @param onHost the servers just seen on the failed host
   */
  Evacuation(HostScene scene, Semaphore width, Map<ServerId, Server> onHost) {
    this.scene = scene;
    this.width = width;
    this.onHost = onHost;
  }

  /** Answers why the cloud could not be reached, if that kept a move from its end. */
  Optional<String> run(List<PlannedMove> moves, Map<ServerId, VmoveStore.Progress> progress) {
    List<Future<Optional<String>>> running = new ArrayList<>();
    try (ExecutorService movers = Executors.newVirtualThreadPerTaskExecutor()) {
      try {
        for (PlannedMove move : moves) {
          width.acquire();
          boolean wasStarted =
              progress.getOrDefault(move.instance(), VmoveStore.Progress.NONE).wasStarted();
          running.add(movers.submit(() -> move(move, wasStarted)));
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

  private Optional<String> move(PlannedMove planned, boolean wasStarted) {
    AtomicBoolean hasRoom = new AtomicBoolean(true);
    Runnable roomAgain =
        () -> {
          if (hasRoom.compareAndSet(true, false)) {
            width.release();
          }
        };
    InstanceMove move = new InstanceMove(scene, planned);
    try {
      move.run(now(planned.instance()), wasStarted, roomAgain);
      return Optional.empty();
    } catch (CloudException e) {
      return Optional.of(e.failure().text());
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
      move.end(VmoveStatus.FAILED, null, "Internal error; the server's log has it.");
      return Optional.empty();
    } finally {
      roomAgain.run();
    }
  }

  private Server now(ServerId id) {
    Server seen = onHost.get(id);
    return seen != null ? seen : scene.cloud().findServer(id).orElseGet(() -> Server.gone(id));
  }
}
