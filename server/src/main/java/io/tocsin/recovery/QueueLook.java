package io.tocsin.recovery;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.tocsin.clock.Clock;
import io.tocsin.clock.LoopMetrics;
import io.tocsin.store.Database;
import io.tocsin.store.StoreUnavailableException;
import java.time.Duration;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks now and then how much there is to do, so that whoever reads the metrics reads memory: a
 * page that is open to everybody must cost the database nothing and answer while the database is
 * away. Then it shows what was seen last, and how old that is stands beside it.
 */
public final class QueueLook {
  private static final Logger log = LoggerFactory.getLogger(QueueLook.class);

  private static final Duration INTERVAL = Duration.ofSeconds(5);

  /** A look that takes longer is not worth its price. */
  private static final Duration LONGEST_LOOK = Duration.ofSeconds(2);

  private final Database database;
  private final Clock clock;
  private final LoopMetrics loop;
  private volatile QueueStore.Seen seen = QueueStore.Seen.NOTHING;
  private @Nullable Thread thread;

  public QueueLook(Database database, MeterRegistry registry, Clock clock) {
    this.database = database;
    this.clock = clock;
    this.loop = new LoopMetrics(registry, LoopMetrics.Loop.QUEUE_LOOK, clock);
    for (QueueStore.State state : QueueStore.State.values()) {
      Gauge.builder("tocsin.recoveries", () -> seen.open().getOrDefault(state, 0))
          .description("Recoveries that have not ended, of all nodes")
          .tag("state", state.name().toLowerCase(Locale.ROOT))
          .register(registry);
    }
    for (QueueStore.Urgency urgency : QueueStore.Urgency.values()) {
      Gauge.builder("tocsin.recovery.longest.wait", () -> seconds(longestWait(urgency)))
          .description("Since when the longest waiting recovery could be worked at, of all nodes")
          .baseUnit("seconds")
          .tag("urgency", urgency.name().toLowerCase(Locale.ROOT))
          .register(registry);
    }
    Gauge.builder("tocsin.recovery.oldest.age", () -> seconds(seen.oldest()))
        .description("Since the arrival of the oldest recovery that has not ended, of all nodes")
        .baseUnit("seconds")
        .register(registry);
  }

  private Duration longestWait(QueueStore.Urgency urgency) {
    return seen.longestWait().getOrDefault(urgency, Duration.ZERO);
  }

  private static double seconds(Duration duration) {
    return duration.toMillis() / 1000.0;
  }

  /** Begins to look. */
  public void start() {
    thread = Thread.ofVirtual().name("queue-look").start(this::run);
  }

  public void stop() {
    Thread running = thread;
    if (running != null) {
      running.interrupt();
    }
  }

  private void run() {
    boolean isFailing = false;
    try {
      while (true) {
        isFailing = !lookedWell(isFailing);
        clock.sleep(INTERVAL);
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private boolean lookedWell(boolean wasFailing) {
    loop.begins();
    try {
      seen = database.inTransaction(tx -> QueueStore.look(tx, LONGEST_LOOK));
      loop.succeeded();
      return true;
    } catch (StoreUnavailableException e) {
      loop.failed();
      if (!wasFailing && !Thread.currentThread().isInterrupted()) {
        log.atWarn().addKeyValue("reason", e.getMessage()).log("metrics of the queue grow old");
      }
    } catch (RuntimeException e) {
      loop.failed();
      if (Thread.currentThread().isInterrupted()) {
        return false;
      }
      log.atError().setCause(e).log("looking at the queue met a bug; trying again");
    }
    return false;
  }
}
