package io.tocsin.failover;

import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** A report on its way in, and the thread that waits for what becomes of it. */
final class Waiting {
  /** What became of a report. */
  sealed interface Outcome {
    record Accepted(FailureNotification notification) implements Outcome {}

    record Refused(Refusal refusal) implements Outcome {}

    /** Not decided, or decided but unknown to us. */
    record Failed(RuntimeException failure) implements Outcome {}
  }

  private final FailureReport report;
  private final Thread caller = Thread.currentThread();
  private volatile @Nullable Outcome outcome;
  private volatile boolean isCommitter;

  Waiting(FailureReport report) {
    this.report = report;
  }

  FailureReport report() {
    return report;
  }

  @Nullable Outcome outcome() {
    return outcome;
  }

  /** True once it is this caller's turn to commit what waits. */
  boolean isCommitter() {
    return isCommitter;
  }

  /** Only the first outcome counts. */
  void end(Outcome what) {
    if (outcome == null) {
      outcome = what;
      if (!caller.equals(Thread.currentThread())) {
        LockSupport.unpark(caller);
      }
    }
  }

  void makeCommitter() {
    isCommitter = true;
    if (!caller.equals(Thread.currentThread())) {
      LockSupport.unpark(caller);
    }
  }
}
