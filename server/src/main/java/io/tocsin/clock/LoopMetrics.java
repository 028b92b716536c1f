package io.tocsin.clock;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Instant;
import java.util.Locale;

/** Tells whether a background loop still turns. For one thread, read by others. */
public final class LoopMetrics {
  /** Every loop there is; metrics name them so. */
  public enum Loop {
    CLAIMER,
    HEARTBEAT,
    WATCH,
    QUEUE_LOOK,
    EVENT_EXPIRY,
    PURGE
  }

  private final Clock clock;
  private final Counter failures;

  // A loop that never succeeds is to look old, too; so both begin with the start of the server.
  private volatile Instant lastRun;
  private volatile Instant lastSuccess;

  public LoopMetrics(MeterRegistry registry, Loop loop, Clock clock) {
    String name = loop.name().toLowerCase(Locale.ROOT);
    this.clock = clock;
    this.lastRun = clock.now();
    this.lastSuccess = lastRun;
    this.failures =
        Counter.builder("tocsin.loop.failures")
            .description("Turns of a background loop that failed")
            .tag("loop", name)
            .register(registry);
    Gauge.builder("tocsin.loop.last.run.timestamp", () -> seconds(lastRun))
        .description("When a background loop last began a turn; at first, when it was made")
        .baseUnit("seconds")
        .tag("loop", name)
        .register(registry);
    Gauge.builder("tocsin.loop.last.success.timestamp", () -> seconds(lastSuccess))
        .description("When a background loop last ended a turn well; at first, when it was made")
        .baseUnit("seconds")
        .tag("loop", name)
        .register(registry);
  }

  /** A turn begins. */
  public void begins() {
    lastRun = clock.now();
  }

  /** The turn ended well, if there was nothing to do too. */
  public void succeeded() {
    lastSuccess = clock.now();
  }

  /** The turn could not do what it is for. */
  public void failed() {
    failures.increment();
  }

  private static double seconds(Instant moment) {
    return moment.toEpochMilli() / 1000.0;
  }
}
