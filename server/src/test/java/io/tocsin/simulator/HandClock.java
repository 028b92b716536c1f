package io.tocsin.simulator;

import io.tocsin.clock.Clock;
import java.time.Duration;
import java.time.Instant;

/** A clock that moves when told, and by what anybody sleeps. */
final class HandClock implements Clock {
  private Instant now = Instant.parse("2026-03-01T12:00:00.250Z");
  private Duration slept = Duration.ZERO;

  @Override
  public synchronized Instant now() {
    return now;
  }

  @Override
  public synchronized long nanoTime() {
    return Duration.between(Instant.EPOCH, now).toNanos();
  }

  @Override
  public synchronized void sleep(Duration duration) {
    if (duration.isPositive()) {
      now = now.plus(duration);
      slept = slept.plus(duration);
    }
  }

  synchronized void pass(Duration duration) {
    now = now.plus(duration);
  }

  /** All the time anybody slept. */
  synchronized Duration slept() {
    return slept;
  }
}
