package io.tocsin.failover;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;

/** The reports that wait for a commit, and whose turn it is to commit. Thread-safe. */
final class Line {
  private final int maxWaiting;
  private final ReentrantLock lock = new ReentrantLock();
  // Both guarded by the lock. Nobody commits only while nothing waits.
  private final ArrayDeque<Waiting> waiting = new ArrayDeque<>();
  private boolean isSomebodyCommitting;

  Line(int maxWaiting) {
    this.maxWaiting = maxWaiting;
  }

  /** Queues up, unless the line is full. The report may be told to commit at once. */
  boolean join(Waiting report) {
    lock.lock();
    try {
      if (waiting.size() >= maxWaiting) {
        return false;
      }
      waiting.addLast(report);
      if (!isSomebodyCommitting) {
        isSomebodyCommitting = true;
        report.makeCommitter();
      }
      return true;
    } finally {
      lock.unlock();
    }
  }

  int length() {
    lock.lock();
    try {
      return waiting.size();
    } finally {
      lock.unlock();
    }
  }

  /** Takes the next reports; only for who commits. */
  List<Waiting> take(int max) {
    lock.lock();
    try {
      List<Waiting> taken = new ArrayList<>(Math.min(max, waiting.size()));
      while (taken.size() < max && !waiting.isEmpty()) {
        taken.add(waiting.removeFirst());
      }
      return taken;
    } finally {
      lock.unlock();
    }
  }

  /** Puts reports back where they came from, before all others; not those given up meanwhile. */
  void putBack(List<Waiting> reports) {
    lock.lock();
    try {
      for (Waiting report : reports.reversed()) {
        if (report.outcome() == null) {
          waiting.addFirst(report);
        }
      }
    } finally {
      lock.unlock();
    }
  }

  /** Ends a turn: the first who waits commits next. */
  void handOver() {
    lock.lock();
    try {
      Waiting next = waiting.peekFirst();
      if (next == null) {
        isSomebodyCommitting = false;
      } else {
        next.makeCommitter();
      }
    } finally {
      lock.unlock();
    }
  }

  /** Gives up a report that still waits. False when it is being committed, or has to commit. */
  boolean leave(Waiting report, Waiting.Outcome.Failed reason) {
    lock.lock();
    try {
      if (report.isCommitter() || !waiting.remove(report)) {
        return false;
      }
      report.end(reason);
      return true;
    } finally {
      lock.unlock();
    }
  }

  /** Gives up a report wherever it is, unless it has to commit: then others depend on it. */
  void abandon(Waiting report, Waiting.Outcome.Failed reason) {
    lock.lock();
    try {
      if (!report.isCommitter()) {
        waiting.remove(report);
        report.end(reason);
      }
    } finally {
      lock.unlock();
    }
  }
}
