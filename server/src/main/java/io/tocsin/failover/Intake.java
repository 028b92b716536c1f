package io.tocsin.failover;

import io.tocsin.clock.Clock;
import io.tocsin.clock.Deadline;
import io.tocsin.store.Database;
import io.tocsin.store.StoreUnavailableException;
import io.tocsin.store.Texts;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/**
 * The way in for reports of failures.
 *
 * <p><b>Problem.</b> After a power cut hundreds of monitors report at once, each report must
 * survive any crash once it is answered, and the disk makes only so many commits a second.
 *
 * <p><b>Idea.</b> Natural batching. While nobody commits, a caller commits its own report at once,
 * on its own thread. While somebody commits, reports gather in a {@link Line}; when the commit
 * ends, the first in the line commits all that gathered. Nobody waits for a timer, and a lone
 * caller pays nothing for it. {@link Batch} decides equal reports of one batch, {@link IntakeStore}
 * everything else, in the database, under locks on the hosts.
 *
 * <p><b>Guaranteed.</b> {@link #accept} returns after the commit. Of equal reports within the
 * window exactly one is stored, on whichever node they arrive. What one report is refused for never
 * touches another of its batch. Line and batch are bounded.
 *
 * <p><b>Not guaranteed.</b> When the database goes away during a commit, all callers of the batch
 * are told that it is unavailable, though their reports may be stored. A caller repeats, as
 * monitors do, and if it was stored the repeat is refused as a duplicate, which is the right
 * answer. A caller that is interrupted while it commits takes its batch-mates with it: the JDK
 * closes the socket under it.
 */
public final class Intake implements AutoCloseable {
  /** What a column of timestamps and the wire's four-digit years can both hold. */
  private static final Instant EARLIEST = Instant.parse("0001-01-01T00:00:00Z");

  private static final Instant LATEST = Instant.parse("9999-12-31T23:59:59.999999Z");

  private final IntakeSettings settings;
  private final Clock clock;
  private final Line line;
  private final Herald herald;
  private final IntakeStore store;

  /**
   * Makes an intake for one node.
   *
   * @param onAccepted called after each commit, on a thread of its own: what has to be done so that
   *     recoveries start now, here and on other nodes. Calls in quick succession may be merged
   */
  public Intake(Database database, IntakeSettings settings, Clock clock, Runnable onAccepted) {
    this.store = new IntakeStore(database);
    this.settings = settings;
    this.clock = clock;
    this.line = new Line(settings.maxWaiting());
    this.herald = new Herald(onAccepted);
  }

  /** From now on {@code onAccepted} is called. */
  public void start() {
    herald.start();
  }

  /** Announces what is not announced yet. Reports still under way are not waited for. */
  @Override
  public void close() {
    herald.close();
  }

  /**
   * Stores a report and returns it as any later read will show it, once it is committed.
   *
   * <p>Throws {@link RefusedException} when the host is unknown ({@link Refusal.Invalid}), on
   * maintenance, or the report is a duplicate ({@link Refusal.Conflict}), or more reports wait than
   * the stated bound ({@link Refusal.Busy}). Throws {@link StoreUnavailableException} when the
   * database cannot be reached or does not answer in time; then it is unknown whether the report is
   * stored, and a repeat is safe.
   */
  public FailureNotification accept(FailureReport report) {
    Waiting mine = new Waiting(storable(report));
    if (!line.join(mine)) {
      throw new RefusedException(
          new Refusal.Busy("Too many notifications are waiting to be stored. Try again later."));
    }
    if (!mine.isCommitter()) {
      await(mine);
    }
    if (mine.isCommitter()) {
      commit(mine);
    }
    return switch (mine.outcome()) {
      case Waiting.Outcome.Accepted(FailureNotification notification) -> notification;
      case Waiting.Outcome.Refused(Refusal refusal) -> throw new RefusedException(refusal);
      case Waiting.Outcome.Failed(RuntimeException failure) -> throw failure;
      case null -> throw new IllegalStateException("a report went through without an outcome");
    };
  }

  /** How many reports wait for a commit at this moment. */
  public int backlog() {
    return line.length();
  }

  /** Until the report has an outcome or its caller has to commit; bounded by the settings. */
  private void await(Waiting mine) {
    Deadline deadline = Deadline.in(settings.maxWait(), clock);
    boolean wasInterrupted = false;
    while (mine.outcome() == null && !mine.isCommitter()) {
      LockSupport.parkNanos(this, Math.max(1, deadline.remaining().toNanos()));
      if (Thread.interrupted()) {
        wasInterrupted = true;
        line.leave(mine, unavailable("its caller was interrupted"));
      }
      if (deadline.isOver()) {
        line.abandon(mine, unavailable("it waited too long"));
      }
    }
    if (wasInterrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** Commits batches until this caller's report is through, then lets the next one do it. */
  private void commit(Waiting mine) {
    try {
      while (mine.outcome() == null) {
        List<Waiting> reports = line.take(settings.maxBatch());
        try {
          line.putBack(decide(reports));
        } catch (RuntimeException e) {
          fail(reports, e);
        }
      }
    } finally {
      line.handOver();
    }
  }

  private static void fail(List<Waiting> reports, RuntimeException failure) {
    reports.forEach(w -> w.end(new Waiting.Outcome.Failed(failure)));
  }

  private List<Waiting> decide(List<Waiting> reports) {
    Batch batch = new Batch(reports, settings.duplicateWindow());
    List<IntakeStore.Verdict> verdicts = store.accept(batch.rows(), settings.duplicateWindow());
    if (verdicts.stream().anyMatch(IntakeStore.Verdict.Stored.class::isInstance)) {
      herald.tell();
    }
    return batch.conclude(verdicts);
  }

  private static Waiting.Outcome.Failed unavailable(String why) {
    return new Waiting.Outcome.Failed(
        StoreUnavailableException.because("a report is not known to be stored: " + why));
  }

  /** What the database can hold, so that no report spoils the batch it is in. */
  private static FailureReport storable(FailureReport report) {
    Instant generatedTime = report.generatedTime().truncatedTo(ChronoUnit.MICROS);
    if (generatedTime.isBefore(EARLIEST) || generatedTime.isAfter(LATEST)) {
      throw new RefusedException(
          new Refusal.Invalid("Invalid input for field/attribute generated_time."));
    }
    report
        .payload()
        .forEach((key, value) -> {
          if (!Texts.isStorable(key) || !Texts.isStorable(value)) {
            throw new RefusedException(
                new Refusal.Invalid("Invalid input for field/attribute payload."));
          }
        });
    if (!Texts.isStorable(report.hostname())) {
      throw new RefusedException(
          new Refusal.Invalid("Invalid input for field/attribute hostname."));
    }
    return new FailureReport(report.type(), report.hostname(), generatedTime, report.payload());
  }
}
