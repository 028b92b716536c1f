package io.tocsin.feed;

import io.tocsin.clock.Clock;
import io.tocsin.store.Database;
import io.tocsin.store.StoreUnavailableException;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
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
  private static final Duration STOPS_WITHIN = Duration.ofSeconds(5);

  /** Small enough that nobody waits long for a lock or a disk. */
  static final int BATCH = 250;

  /** How long a repeated request with the same {@code Idempotency-Key} gets the first answer. */
  static final Duration KEY_LIFE = Duration.ofHours(24);

  private final Database database;
  private final Clock clock;
  private final FeedMetrics metrics;

  /** Never goes back, whatever the clock does: what was over once stays over. */
  private final AtomicReference<Instant> latest = new AtomicReference<>(Instant.EPOCH);

  /** At nought once it is to stop. */
  private final CountDownLatch stop = new CountDownLatch(1);

  private @Nullable Thread thread;

  public Expiry(Database database, Clock clock, FeedMetrics metrics) {
    this.database = database;
    this.clock = clock;
    this.metrics = metrics;
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
    thread = Thread.ofVirtual().name("feed-expiry").start(this::run);
  }

  /** Ends the batch under way. */
  public void stop() {
    Thread running = thread;
    if (running == null) {
      return;
    }
    stop.countDown();
    try {
      if (!running.join(STOPS_WITHIN)) {
        // Which breaks the connection that it waits on.
        running.interrupt();
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private void run() {
    boolean isFailing = false;
    try {
      do {
        metrics.expiry().begins();
        try {
          sweep();
          metrics.expiry().succeeded();
          isFailing = false;
        } catch (StoreUnavailableException e) {
          metrics.expiry().failed();
          if (!isFailing) {
            log.atWarn().addKeyValue("reason", e.getMessage()).log("cannot remove expired events");
          }
          isFailing = true;
        } catch (RuntimeException e) {
          metrics.expiry().failed();
          log.atError().setCause(e).log("removing expired events met a bug; trying again");
        }
      } while (!stop.await(INTERVAL.toMillis(), TimeUnit.MILLISECONDS));
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
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
      if (batch.events() < BATCH || isStopping()) {
        break;
      }
      // Behind what is removed lie the dead rows; the index need not be walked over them again.
      from = batch.last();
      clock.sleep(Duration.ofNanos(clock.nanoTime() - startedNanos));
    }
    while (!isStopping()
        && database.inTransaction(tx -> ExpiryStore.removeKeys(tx, KEY_LIFE, BATCH)) == BATCH) {
      clock.sleep(Duration.ofMillis(10));
    }
    if (removed > 0) {
      log.atInfo().addKeyValue("events", removed).log("expired events removed");
    }
    return removed;
  }

  private boolean isStopping() {
    return stop.getCount() == 0;
  }
}
