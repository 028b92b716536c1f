package io.tocsin.http;

import io.tocsin.clock.Deadline;
import java.time.Duration;

/** Counts requests from their head's last byte to their answer's last, up to a limit. */
final class RunningRequests {
  private final int limit;

  /** Guarded by this. */
  private int running;

  /** At least one may always enter. */
  RunningRequests(int limit) {
    this.limit = Math.max(1, limit);
  }

  /** True when there was room; the caller then owes one {@link #leave()}. */
  synchronized boolean enter() {
    if (running >= limit) {
      return false;
    }
    running++;
    return true;
  }

  synchronized void leave() {
    running--;
    if (running == 0) {
      notifyAll();
    }
  }

  synchronized int running() {
    return running;
  }

  /** Waits until none is left; false when some still ran at the deadline. */
  synchronized boolean awaitNone(Deadline deadline) throws InterruptedException {
    while (running > 0 && !deadline.isOver()) {
      Duration left = deadline.remaining();
      wait(left.toMillis(), left.toNanosPart() % 1_000_000);
    }
    return running == 0;
  }
}
