package io.tocsin.recovery;

import io.tocsin.clock.Clock;
import java.time.Duration;

/** Waiting inside a recovery. */
final class Pause {
  private Pause() {}

  /** Throws {@link StoppedException} when interrupted, with the flag restored. */
  static void sleep(Clock clock, Duration duration) {
    try {
      clock.sleep(duration);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      throw new StoppedException();
    }
  }
}
