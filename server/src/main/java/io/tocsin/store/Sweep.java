package io.tocsin.store;

import io.tocsin.clock.Clock;
import io.tocsin.clock.LoopMetrics;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Does something in the background now and then, the first time at once, on a thread of its own. A
 * database that cannot be asked is warned of once and tried again at the next turn.
 */
public final class Sweep {
  private static final Logger log = LoggerFactory.getLogger(Sweep.class);

  private static final Duration STOPS_WITHIN = Duration.ofSeconds(5);

  private final String name;
  private final Duration interval;
  private final Clock clock;
  private final LoopMetrics metrics;
  private final Work work;
  private final CompletableFuture<Void> stop = new CompletableFuture<>();
  private @Nullable Thread thread;

  /** One turn; looks often at {@link #isStopping} if it takes long. */
  public interface Work {
    void run() throws InterruptedException;
  }

  /**
   * A sweep, not yet started.
   *
   * @param interval between the end of a turn and the next
   */
  public Sweep(String name, Duration interval, Clock clock, LoopMetrics metrics, Work work) {
    this.name = name;
    this.interval = interval;
    this.clock = clock;
    this.metrics = metrics;
    this.work = work;
  }

  public void start() {
    thread = Thread.ofVirtual().name(name).start(this::run);
  }

  /** Whether the turn under way is to come to its end. */
  public boolean isStopping() {
    return stop.isDone();
  }

  /** Lets the turn come to its end, but not for long. Safe to repeat. */
  public void stop() {
    stop.complete(null);
    Thread running = thread;
    if (running == null) {
      return;
    }
    try {
      if (!running.join(STOPS_WITHIN)) {
        // Which breaks the connection that it waits on.
        running.interrupt();
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private void run() {
    boolean isFailing = false;
    try {
      do {
        metrics.begins();
        try {
          work.run();
          metrics.succeeded();
          isFailing = false;
        } catch (StoreUnavailableException e) {
          metrics.failed();
          if (!isFailing) {
            log.atWarn()
                .addKeyValue("sweep", name)
                .addKeyValue("reason", e.getMessage())
                .log("cannot sweep; trying on");
          }
          isFailing = true;
        } catch (RuntimeException e) {
          metrics.failed();
          log.atError()
              .addKeyValue("sweep", name)
              .setCause(e)
              .log("a sweep met a bug; trying again at the next turn");
        }
      } while (!clock.await(stop, interval));
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }
}
