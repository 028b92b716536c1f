package io.tocsin.clock;

import java.time.Duration;

/** Which of two durations; {@link Duration} itself cannot say. */
public final class Durations {
  private Durations() {}

  /** The shorter one. */
  public static Duration shorter(Duration one, Duration other) {
    return one.compareTo(other) < 0 ? one : other;
  }

  /** The longer one. */
  public static Duration longer(Duration one, Duration other) {
    return one.compareTo(other) > 0 ? one : other;
  }
}
