package io.tocsin.clock;

import java.time.Duration;

/** A moment after which a piece of work must have ended, on a clock that does not jump. */
public final class Deadline {
  private final Clock clock;
  private final long atNanos;

  private Deadline(Clock clock, long atNanos) {
    this.clock = clock;
    this.atNanos = atNanos;
  }

  /** The moment {@code duration} from now. */
  public static Deadline in(Duration duration, Clock clock) {
    return new Deadline(clock, clock.nanoTime() + duration.toNanos());
  }

  /** Time left; never negative. */
  public Duration remaining() {
    return Duration.ofNanos(Math.max(0, atNanos - clock.nanoTime()));
  }

  public boolean isOver() {
    return atNanos - clock.nanoTime() <= 0;
  }
}
