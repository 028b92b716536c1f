package io.tocsin.clock;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * The only source of time. The application hands out {@link #system()}; tests hand out a clock of
 * their own. Leases do not use it: who holds one is decided by the database's clock.
 */
public interface Clock {
  /** The wall clock, UTC. May jump. */
  Instant now();

  /** Nanoseconds from an arbitrary origin; never goes back. For measuring, not for showing. */
  long nanoTime();

  /** Waits for {@code duration}; zero and negative return at once. */
  void sleep(Duration duration) throws InterruptedException;

  /**
   * Waits until the future has ended, but at most {@code atMost}; every wait for another thread
   * that may take too long is one of these, so that a clock can decide when it did.
   *
   * <p>Waits on the machine's time unless a clock says otherwise: on one that a test moves by hand,
   * the thread waited for would not be any quicker.
   *
   * @return whether it has ended, well or not
   */
  default boolean await(CompletableFuture<?> future, Duration atMost) throws InterruptedException {
    try {
      Object _ = future.get(Math.max(0, atMost.toNanos()), TimeUnit.NANOSECONDS);
      return true;
    } catch (TimeoutException _) {
      return false;
    } catch (ExecutionException | CancellationException _) {
      return true;
    }
  }

  /** The machine's clock. */
  static Clock system() {
    return SystemClock.INSTANCE;
  }
}
