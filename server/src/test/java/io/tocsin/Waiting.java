package io.tocsin;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Waits for a condition, with a deadline. */
public final class Waiting {
  /** For what happens within one process; a slow machine is no failure. */
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private static final long LOOK_EVERY_NANOS = 5_000_000;

  private Waiting() {}

  /** Returns when it is true; throws an {@link AssertionError} when that takes 30 s. */
  public static void until(BooleanSupplier condition) {
    until(PATIENCE, condition);
  }

  /**
   * Returns when it is true; throws an {@link AssertionError} when it does not come true in time.
   */
  public static void until(Duration within, BooleanSupplier condition) {
    long start = System.nanoTime();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() - start > within.toNanos()) {
        throw new AssertionError("did not come true within " + within);
      }
      LockSupport.parkNanos(LOOK_EVERY_NANOS);
    }
  }
}
