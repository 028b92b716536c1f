package io.tocsin.failover;

import io.tocsin.failover.IntakeStore.Row;
import io.tocsin.failover.IntakeStore.Verdict;
import io.tocsin.store.GroupCommit.Entry;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reports that are decided together, as if one after the other.
 *
 * <p>Reports of the same host, type and payload are <i>equal</i>; an equal report is a duplicate
 * when it was generated at most the window after the latest equal one stored. So what the database
 * knows decides the first of a row of equals; were it stored, we can say ourselves which of the
 * rest would be stored after it (the <i>chain</i>) and which refused. The database gets the chain
 * with the first's verdict for all. Should the first turn out to be a duplicate, it names the
 * latest equal one: that settles most of the rest, and what is left goes into the next batch.
 */
final class Batch {
  /** What became of a report. */
  sealed interface Outcome {
    record Accepted(FailureNotification notification) implements Outcome {}

    record Refused(ReportResult result, Refusal refusal) implements Outcome {}
  }

  private record Sameness(String hostname, FailureType type, Map<String, String> payload) {
    static Sameness of(FailureReport report) {
      return new Sameness(report.hostname(), report.type(), report.payload());
    }
  }

  private static final class Equals {
    final List<Entry<FailureReport, Outcome>> all = new ArrayList<>(1);
    final Map<Entry<FailureReport, Outcome>, Integer> chain = new LinkedHashMap<>(2);
    int first;
    Instant latest = Instant.MIN;
  }

  private final Duration window;
  private final Map<Sameness, Equals> groups = new LinkedHashMap<>();
  private final List<Row> rows = new ArrayList<>();

  Batch(List<Entry<FailureReport, Outcome>> reports, Duration window) {
    this.window = window;
    for (Entry<FailureReport, Outcome> entry : reports) {
      add(entry);
    }
  }

  private void add(Entry<FailureReport, Outcome> entry) {
    FailureReport report = entry.item();
    Equals equals = groups.computeIfAbsent(Sameness.of(report), _ -> new Equals());
    equals.all.add(entry);
    if (equals.chain.isEmpty()) {
      equals.first = rows.size();
    }
    if (equals.chain.isEmpty() || isPast(equals.latest, report.generatedTime())) {
      equals.chain.put(entry, rows.size());
      rows.add(new Row(report, equals.all.getFirst().item()));
      equals.latest = report.generatedTime();
    }
  }

  private boolean isPast(Instant latest, Instant generatedTime) {
    return generatedTime.isAfter(latest.plus(window));
  }

  /** What the database has to decide. */
  List<Row> rows() {
    return rows;
  }

  /**
   * Tells every caller what the verdicts mean for it.
   *
   * @return those still undecided, in their order
   */
  List<Entry<FailureReport, Outcome>> conclude(List<Verdict> verdicts) {
    List<Entry<FailureReport, Outcome>> undecided = new ArrayList<>();
    for (Equals equals : groups.values()) {
      switch (verdicts.get(equals.first)) {
        case Verdict.UnknownHost _ -> equals.all.forEach(e -> e.end(unknownHost(e.item())));
        case Verdict.OnMaintenance _ -> equals.all.forEach(e -> e.end(onMaintenance(e.item())));
        case Verdict.Duplicate(Instant latest) -> {
          for (Entry<FailureReport, Outcome> entry : equals.all) {
            if (isPast(latest, entry.item().generatedTime())) {
              undecided.add(entry);
            } else {
              entry.end(duplicate(entry.item()));
            }
          }
        }
        case Verdict.Stored _ -> {
          for (Entry<FailureReport, Outcome> entry : equals.all) {
            Integer row = equals.chain.get(entry);
            if (row != null && verdicts.get(row) instanceof Verdict.Stored(var notification)) {
              entry.end(new Outcome.Accepted(notification));
            } else {
              entry.end(duplicate(entry.item()));
            }
          }
        }
      }
    }
    return undecided;
  }

  private static Outcome unknownHost(FailureReport report) {
    return new Outcome.Refused(
        ReportResult.UNKNOWN_HOST,
        new Refusal.Invalid("Host with name " + report.hostname() + " could not be found."));
  }

  private static Outcome onMaintenance(FailureReport report) {
    return new Outcome.Refused(
        ReportResult.ON_MAINTENANCE,
        new Refusal.Conflict(
            "Notification received from host %s of type '%s' is ignored as the host is already under maintenance."
                .formatted(report.hostname(), report.type())));
  }

  private static Outcome duplicate(FailureReport report) {
    return new Outcome.Refused(
        ReportResult.DUPLICATE,
        new Refusal.Conflict(
            "Notification received from host %s of type %s is duplicate."
                .formatted(report.hostname(), report.type())));
  }
}
