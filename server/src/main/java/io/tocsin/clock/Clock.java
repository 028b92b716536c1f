package io.tocsin.clock;

import java.time.Duration;
import java.time.Instant;

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

  /** The machine's clock. */
  static Clock system() {
    return SystemClock.INSTANCE;
  }
}
