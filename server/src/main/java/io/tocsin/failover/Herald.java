package io.tocsin.failover;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says "something was accepted" on a thread of its own, so that no caller waits for it. Many calls
 * in a row may become one announcement, but each call is followed by one.
 */
final class Herald implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Herald.class);
  private static final Duration LONGEST_FAREWELL = Duration.ofSeconds(5);

  private final Runnable announcement;
  private final AtomicBoolean isDue = new AtomicBoolean();
  private volatile boolean isClosing;
  private volatile @Nullable Thread thread;

  Herald(Runnable announcement) {
    this.announcement = announcement;
  }

  synchronized void start() {
    if (thread == null) {
      thread = Thread.ofVirtual().name("intake-herald").start(this::run);
    }
  }

  /** Never blocks. Before {@link #start} it only takes a note. */
  void tell() {
    if (!isDue.getAndSet(true)) {
      LockSupport.unpark(thread);
    }
  }

  /** Announces what is due and ends. */
  @Override
  public synchronized void close() {
    isClosing = true;
    Thread running = thread;
    if (running == null) {
      return;
    }
    LockSupport.unpark(running);
    try {
      running.join(LONGEST_FAREWELL);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private void run() {
    boolean failedBefore = false;
    while (true) {
      if (isDue.getAndSet(false)) {
        failedBefore = announce(failedBefore);
      } else if (isClosing) {
        return;
      } else {
        LockSupport.park(this);
      }
    }
  }

  /** A failure costs time, not a recovery: engines also look for due work by themselves. */
  private boolean announce(boolean failedBefore) {
    try {
      announcement.run();
      return false;
    } catch (RuntimeException e) {
      if (!failedBefore) {
        log.atWarn()
            .setCause(e)
            .log("accepted reports could not be announced; recoveries start at the next look");
      }
      return true;
    }
  }
}
