package io.tocsin.store;

import io.tocsin.store.GroupCommit.Entry;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;

/** The entries that wait for a commit, and whose turn it is to commit. Thread-safe. */
final class Line<I, O> {
  private final int maxWaiting;
  private final ReentrantLock lock = new ReentrantLock();
  // Both guarded by the lock. Nobody commits only while nothing waits.
  private final ArrayDeque<Entry<I, O>> waiting = new ArrayDeque<>();
  private boolean isSomebodyCommitting;

  Line(int maxWaiting) {
    this.maxWaiting = maxWaiting;
  }

  /** Queues up, unless the line is full. The entry may be told to commit at once. */
  boolean join(Entry<I, O> entry) {
    lock.lock();
    try {
      if (waiting.size() >= maxWaiting) {
        return false;
      }
      waiting.addLast(entry);
      if (!isSomebodyCommitting) {
        isSomebodyCommitting = true;
        entry.makeCommitter();
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

  /** Takes the next entries; only for who commits. */
  List<Entry<I, O>> take(int max) {
    lock.lock();
    try {
      List<Entry<I, O>> taken = new ArrayList<>(Math.min(max, waiting.size()));
      while (taken.size() < max && !waiting.isEmpty()) {
        taken.add(waiting.removeFirst());
      }
      return Collections.unmodifiableList(taken);
    } finally {
      lock.unlock();
    }
  }

  /** Puts entries back where they came from, before all others; not those given up meanwhile. */
  void putBack(List<Entry<I, O>> entries) {
    lock.lock();
    try {
      for (Entry<I, O> entry : entries.reversed()) {
        if (!entry.hasEnded()) {
          waiting.addFirst(entry);
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
      Entry<I, O> next = waiting.peekFirst();
      if (next == null) {
        isSomebodyCommitting = false;
      } else {
        next.makeCommitter();
      }
    } finally {
      lock.unlock();
    }
  }

  /** Gives up an entry that still waits, not one that is being committed or has to commit. */
  void leave(Entry<I, O> entry, StoreUnavailableException reason) {
    lock.lock();
    try {
      if (!entry.isCommitter() && waiting.remove(entry)) {
        entry.fail(reason);
      }
    } finally {
      lock.unlock();
    }
  }

  /** Gives up an entry wherever it is, unless it has to commit: then others depend on it. */
  void abandon(Entry<I, O> entry, StoreUnavailableException reason) {
    lock.lock();
    try {
      if (!entry.isCommitter()) {
        waiting.remove(entry);
        entry.fail(reason);
      }
    } finally {
      lock.unlock();
    }
  }
}
