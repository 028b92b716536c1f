package io.tocsin.openstack;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Waits for a condition, with a deadline. */
public final class Waiting {
  private static final Duration LONGEST = Duration.ofSeconds(10);
  private static final long LOOK_EVERY_NANOS = 500_000;

  private Waiting() {}

  /**
   * Returns when it is true.
   *
   * @throws AssertionError when it does not come true
   */
  public static void until(BooleanSupplier condition) {
    long start = System.nanoTime();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() - start > LONGEST.toNanos()) {
        throw new AssertionError("did not come true within " + LONGEST);
      }
      LockSupport.parkNanos(LOOK_EVERY_NANOS);
    }
  }
}
