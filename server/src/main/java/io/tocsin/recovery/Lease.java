package io.tocsin.recovery;

import io.tocsin.clock.Clock;
import io.tocsin.store.Database;
import java.time.Duration;
import java.util.function.Function;
import org.jdbi.v3.core.Handle;

/**
 * A claim this node holds, and the only door through which a recovery writes.
 *
 * <p>Two guards, for two kinds of harm. A write checks the epoch inside its own transaction, so a
 * node that lost its lease cannot write however late it is. A call to the cloud cannot be part of a
 * transaction; before each one {@link #requireHeld} compares our own monotonic clock with the
 * moment the last renewal was <em>sent</em>, which is earlier than the moment the database counted
 * from. Thread-safe.
 */
final class Lease {
  private final Claim claim;
  private final Duration duration;
  private final Clock clock;
  private final Database database;
  private volatile long renewedAtNanos;
  private volatile boolean isLost;
  private volatile Order order = Order.GO_ON;

  /**
   * @param askedAtNanos {@link Clock#nanoTime} before the claim was sent
   */
  Lease(Claim claim, long askedAtNanos, Duration duration, Clock clock, Database database) {
    this.claim = claim;
    this.renewedAtNanos = askedAtNanos;
    this.duration = duration;
    this.clock = clock;
    this.database = database;
  }

  Claim claim() {
    return claim;
  }

  /** The database renewed it; asked at {@code askedAtNanos}. */
  void renewed(long askedAtNanos) {
    renewedAtNanos = askedAtNanos;
  }

  /** What an operator wants of it now. */
  void ordered(Order newOrder) {
    order = newOrder;
  }

  /** The latest that was heard. */
  Order order() {
    return order;
  }

  /** Throws {@link OrderedToStopException}; called where nothing is under way. */
  void requireWanted() {
    Order now = order;
    if (now != Order.GO_ON) {
      throw new OrderedToStopException(now);
    }
  }

  /** The database says that it is somebody else's. */
  void lost() {
    isLost = true;
  }

  boolean isHeld() {
    return !isLost && clock.nanoTime() - renewedAtNanos < duration.toNanos();
  }

  /** Throws {@link LeaseLostException} or, when this thread was interrupted, StoppedException. */
  void requireHeld() {
    if (Thread.currentThread().isInterrupted()) {
      throw new StoppedException();
    }
    if (!isHeld()) {
      throw new LeaseLostException(claim);
    }
  }

  /** Reads; needs no lease. */
  <T> T read(Function<Handle, T> work) {
    return database.read(work);
  }

  /** One transaction that commits only while the epoch is still ours. */
  <T> T write(Function<Handle, T> work) {
    requireHeld();
    return database.inTransaction(tx -> {
      if (!RecoveryStore.isEpoch(tx, claim)) {
        lost();
        throw new LeaseLostException(claim);
      }
      return work.apply(tx);
    });
  }
}
