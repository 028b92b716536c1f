package io.tocsin.failover;

import io.tocsin.clock.Clock;
import io.tocsin.failover.Batch.Outcome;
import io.tocsin.store.Database;
import io.tocsin.store.GroupCommit;
import io.tocsin.store.GroupCommit.Entry;
import io.tocsin.store.StoreUnavailableException;
import io.tocsin.store.Texts;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;

/**
 * The way in for reports of failures.
 *
 * <p><b>Problem.</b> After a power cut hundreds of monitors report at once, each report must
 * survive any crash once it is answered, and the disk makes only so many commits a second.
 *
 * <p><b>Idea.</b> Reports that come at the same time share a commit ({@link GroupCommit}). {@link
 * Batch} decides equal reports of one batch, {@link IntakeStore} everything else, in the database,
 * under locks on the hosts.
 *
 * <p><b>Guaranteed.</b> {@link #accept} returns after the commit. Of equal reports within the
 * window exactly one is stored, on whichever node they arrive. What one report is refused for never
 * touches another of its batch. What waits and what shares a commit is bounded.
 *
 * <p><b>Not guaranteed.</b> When the database goes away during a commit, all callers of the batch
 * are told that it is unavailable, though their reports may be stored. A caller repeats, as
 * monitors do, and if it was stored the repeat is refused as a duplicate, which is the right
 * answer. A caller that is interrupted while it commits takes its batch-mates with it.
 */
public final class Intake implements AutoCloseable {
  /** What a column of timestamps and the wire's four-digit years can both hold. */
  private static final Instant EARLIEST = Instant.parse("0001-01-01T00:00:00Z");

  private static final Instant LATEST = Instant.parse("9999-12-31T23:59:59.999999Z");

  private final Duration duplicateWindow;
  private final Clock clock;
  private final IntakeMetrics metrics;
  private final Herald herald;
  private final IntakeStore store;
  private final GroupCommit<FailureReport, Outcome> commits;

  /**
   * Makes an intake for one node.
   *
   * @param onAccepted called after each commit, on a thread of its own: what has to be done so that
   *     recoveries start now, here and on other nodes. Calls in quick succession may be merged
   */
  public Intake(
      Database database,
      IntakeSettings settings,
      Clock clock,
      IntakeMetrics metrics,
      Runnable onAccepted) {
    this.clock = clock;
    this.metrics = metrics;
    this.store = new IntakeStore(database);
    this.duplicateWindow = settings.duplicateWindow();
    this.herald = new Herald(onAccepted);
    this.commits = new GroupCommit<>(settings.bounds(), clock, this::decide);
    metrics.backlog(commits::backlog);
  }

  /** One that counts nothing. */
  public Intake(Database database, IntakeSettings settings, Clock clock, Runnable onAccepted) {
    this(database, settings, clock, IntakeMetrics.none(), onAccepted);
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
    FailureReport storable = storable(report);
    long cameAtNanos = clock.nanoTime();
    Outcome outcome = submit(storable);
    Duration after = Duration.ofNanos(clock.nanoTime() - cameAtNanos);
    return switch (outcome) {
      case Outcome.Accepted(FailureNotification notification) -> {
        metrics.decided(report.type(), ReportResult.ACCEPTED, after);
        yield notification;
      }
      case Outcome.Refused(ReportResult result, Refusal refusal) -> {
        metrics.decided(report.type(), result, after);
        throw new RefusedException(refusal);
      }
    };
  }

  private Outcome submit(FailureReport report) {
    try {
      return commits.submit(report);
    } catch (StoreUnavailableException e) {
      metrics.counts(report.type(), ReportResult.UNAVAILABLE);
      throw e;
    } catch (GroupCommit.FullException _) {
      metrics.counts(report.type(), ReportResult.BUSY);
      throw new RefusedException(
          new Refusal.Busy("Too many notifications are waiting to be stored. Try again later."));
    }
  }

  /** How many reports wait for a commit at this moment. */
  public int backlog() {
    return commits.backlog();
  }

  private List<Entry<FailureReport, Outcome>> decide(List<Entry<FailureReport, Outcome>> reports) {
    Batch batch = new Batch(reports, duplicateWindow);
    List<IntakeStore.Verdict> verdicts = store.accept(batch.rows(), duplicateWindow);
    metrics.committed(reports.size());
    if (verdicts.stream().anyMatch(IntakeStore.Verdict.Stored.class::isInstance)) {
      herald.tell();
    }
    return batch.conclude(verdicts);
  }

  /** What the database can hold, so that no report spoils the batch it is in. */
  private FailureReport storable(FailureReport report) {
    Instant generatedTime = report.generatedTime().truncatedTo(ChronoUnit.MICROS);
    if (generatedTime.isBefore(EARLIEST) || generatedTime.isAfter(LATEST)) {
      throw invalid(report, "generated_time");
    }
    report
        .payload()
        .forEach((key, value) -> {
          if (!Texts.isStorable(key) || !Texts.isStorable(value)) {
            throw invalid(report, "payload");
          }
        });
    if (!Texts.isStorable(report.hostname())) {
      throw invalid(report, "hostname");
    }
    return new FailureReport(report.type(), report.hostname(), generatedTime, report.payload());
  }

  private RefusedException invalid(FailureReport report, String field) {
    metrics.counts(report.type(), ReportResult.INVALID);
    return new RefusedException(
        new Refusal.Invalid("Invalid input for field/attribute " + field + "."));
  }
}
