package io.tocsin.recovery;

import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * How many instances a node has rebuilt at once. A free place goes to the most important instance
 * of all recoveries that wait, not to the one that came first. Thread-safe.
 */
final class Width {
  private static final class Waiter {
    final PlannedMove move;
    final long arrival;
    final Condition admission;
    boolean isAdmitted;

    Waiter(PlannedMove move, long arrival, Condition admission) {
      this.move = move;
      this.arrival = arrival;
      this.admission = admission;
    }
  }

  /** Guards everything below. */
  private final ReentrantLock lock = new ReentrantLock();

  private final PriorityQueue<Waiter> waiters =
      new PriorityQueue<>(
          Comparator.comparing((Waiter waiter) -> waiter.move, Planner.BY_IMPORTANCE)
              .thenComparingLong(waiter -> waiter.arrival));
  private long arrivals;
  private int free;

  Width(int places) {
    this.free = places;
  }

  /** Waits for a place; whoever got one gives it back with {@link #release}. */
  void acquire(PlannedMove move) throws InterruptedException {
    lock.lockInterruptibly();
    try {
      if (free > 0) {
        free--;
        return;
      }
      Waiter waiter = new Waiter(move, arrivals++, lock.newCondition());
      waiters.add(waiter);
      await(waiter);
    } finally {
      lock.unlock();
    }
  }

  private void await(Waiter waiter) throws InterruptedException {
    try {
      while (!waiter.isAdmitted) {
        waiter.admission.await();
      }
    } catch (InterruptedException e) {
      if (!waiters.remove(waiter)) {
        // Admitted meanwhile: the place goes to somebody else.
        give();
      }
      throw e;
    }
  }

  void release() {
    lock.lock();
    try {
      give();
    } finally {
      lock.unlock();
    }
  }

  private void give() {
    Waiter next = waiters.poll();
    if (next == null) {
      free++;
    } else {
      next.isAdmitted = true;
      next.admission.signal();
    }
  }
}
