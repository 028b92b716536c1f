package io.tocsin.feed;

import io.tocsin.clock.Clock;
import io.tocsin.store.Database;
import io.tocsin.store.Sweep;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends the lives of events. For readers an event is gone at the instant of its expiry; here it is
 * removed some time after, in small batches with pauses as long as the work, so that readers do not
 * feel a million of them leave. Any number of nodes may do it at once.
 */
public final class Expiry {
  private static final Logger log = LoggerFactory.getLogger(Expiry.class);

  private static final Duration INTERVAL = Duration.ofSeconds(10);

  /** Small enough that nobody waits long for a lock or a disk. */
  static final int BATCH = 250;

  /** How long a repeated request with the same {@code Idempotency-Key} gets the first answer. */
  static final Duration KEY_LIFE = Duration.ofHours(24);

  private final Database database;
  private final Clock clock;
  private final FeedMetrics metrics;

  /** Never goes back, whatever the clock does: what was over once stays over. */
  private final AtomicReference<Instant> latest = new AtomicReference<>(Instant.EPOCH);

  private final Sweep sweep;

  public Expiry(Database database, Clock clock, FeedMetrics metrics) {
    this.database = database;
    this.clock = clock;
    this.metrics = metrics;
    this.sweep = new Sweep("feed-expiry", INTERVAL, clock, metrics.expiry(), this::sweep);
  }

  /** One that counts nothing. */
  public Expiry(Database database, Clock clock) {
    this(database, clock, FeedMetrics.none());
  }

  /** The moment at which events are judged. */
  public Instant now() {
    Instant moment = clock.now();
    return latest.accumulateAndGet(moment, (a, b) -> a.isAfter(b) ? a : b);
  }

  /** Begins to remove what is over, now and then. */
  public void start() {
    sweep.start();
  }

  /** Ends the batch under way. */
  public void stop() {
    sweep.stop();
  }

  /** Removes all that is over now; how many events. */
  int sweep() throws InterruptedException {
    Instant until = now();
    Instant known = database.inTransaction(tx -> StateStore.expiredUntil(tx, until));
    latest.accumulateAndGet(known, (a, b) -> a.isAfter(b) ? a : b);
    int removed = 0;
    Instant from = Instant.EPOCH;
    while (true) {
      Instant begin = from;
      long startedNanos = clock.nanoTime();
      ExpiryStore.Removed batch =
          database.inTransaction(tx -> ExpiryStore.remove(tx, begin, until, BATCH));
      removed += batch.events();
      metrics.expired(batch.events());
      if (batch.events() < BATCH || sweep.isStopping()) {
        break;
      }
      // Behind what is removed lie the dead rows; the index need not be walked over them again.
      from = batch.last();
      clock.sleep(Duration.ofNanos(clock.nanoTime() - startedNanos));
    }
    while (!sweep.isStopping()
        && database.inTransaction(tx -> ExpiryStore.removeKeys(tx, KEY_LIFE, BATCH)) == BATCH) {
      clock.sleep(Duration.ofMillis(10));
    }
    if (removed > 0) {
      log.atInfo().addKeyValue("events", removed).log("expired events removed");
    }
    return removed;
  }
}
