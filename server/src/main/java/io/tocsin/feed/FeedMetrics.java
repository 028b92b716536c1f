package io.tocsin.feed;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.composite.CompositeMeterRegistry;
import io.tocsin.clock.Clock;
import io.tocsin.clock.LoopMetrics;
import java.util.Locale;

/** What the feed counts. */
public final class FeedMetrics {
  private enum Source {
    /** What Tocsin itself tells. */
    ENGINE,
    /** Through the account API. */
    OUTSIDE
  }

  private final Counter byEngine;
  private final Counter fromOutside;
  private final Counter expired;
  private final LoopMetrics expiry;

  public FeedMetrics(MeterRegistry registry, Clock clock) {
    this.byEngine = published(registry, Source.ENGINE);
    this.fromOutside = published(registry, Source.OUTSIDE);
    this.expired =
        Counter.builder("tocsin.events.expired")
            .description("Events removed because their life was over")
            .register(registry);
    this.expiry = new LoopMetrics(registry, LoopMetrics.Loop.EVENT_EXPIRY, clock);
  }

  private static Counter published(MeterRegistry registry, Source source) {
    return Counter.builder("tocsin.events.published")
        .description("Events written into the accounts' feeds")
        .tag("source", source.name().toLowerCase(Locale.ROOT))
        .register(registry);
  }

  /** Counts nothing. */
  static FeedMetrics none() {
    return new FeedMetrics(new CompositeMeterRegistry(), Clock.system());
  }

  void publishedByEngine(int events) {
    byEngine.increment(events);
  }

  void publishedFromOutside(int events) {
    fromOutside.increment(events);
  }

  void expired(int events) {
    expired.increment(events);
  }

  LoopMetrics expiry() {
    return expiry;
  }
}
