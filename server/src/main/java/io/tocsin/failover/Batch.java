package io.tocsin.failover;

import io.tocsin.failover.IntakeStore.Row;
import io.tocsin.failover.IntakeStore.Verdict;
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
  private record Sameness(String hostname, FailureType type, Map<String, String> payload) {
    static Sameness of(FailureReport report) {
      return new Sameness(report.hostname(), report.type(), report.payload());
    }
  }

  private static final class Equals {
    final List<Waiting> all = new ArrayList<>(1);
    final Map<Waiting, Integer> chain = new LinkedHashMap<>(2);
    int first;
    Instant latest = Instant.MIN;
  }

  private final Duration window;
  private final Map<Sameness, Equals> groups = new LinkedHashMap<>();
  private final List<Row> rows = new ArrayList<>();

  Batch(List<Waiting> reports, Duration window) {
    this.window = window;
    for (Waiting waiting : reports) {
      add(waiting);
    }
  }

  private void add(Waiting waiting) {
    FailureReport report = waiting.report();
    Equals equals = groups.computeIfAbsent(Sameness.of(report), _ -> new Equals());
    equals.all.add(waiting);
    if (equals.chain.isEmpty()) {
      equals.first = rows.size();
    }
    if (equals.chain.isEmpty() || isPast(equals.latest, report.generatedTime())) {
      equals.chain.put(waiting, rows.size());
      rows.add(new Row(report, equals.all.getFirst().report()));
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
  List<Waiting> conclude(List<Verdict> verdicts) {
    List<Waiting> undecided = new ArrayList<>();
    for (Equals equals : groups.values()) {
      switch (verdicts.get(equals.first)) {
        case Verdict.UnknownHost _ -> equals.all.forEach(w -> end(w, unknownHost(w.report())));
        case Verdict.OnMaintenance _ -> equals.all.forEach(w -> end(w, onMaintenance(w.report())));
        case Verdict.Duplicate(Instant latest) -> {
          for (Waiting waiting : equals.all) {
            if (isPast(latest, waiting.report().generatedTime())) {
              undecided.add(waiting);
            } else {
              end(waiting, duplicate(waiting.report()));
            }
          }
        }
        case Verdict.Stored _ -> {
          for (Waiting waiting : equals.all) {
            Integer row = equals.chain.get(waiting);
            if (row != null && verdicts.get(row) instanceof Verdict.Stored(var notification)) {
              waiting.end(new Waiting.Outcome.Accepted(notification));
            } else {
              end(waiting, duplicate(waiting.report()));
            }
          }
        }
      }
    }
    return undecided;
  }

  private static void end(Waiting waiting, Refusal refusal) {
    waiting.end(new Waiting.Outcome.Refused(refusal));
  }

  private static Refusal unknownHost(FailureReport report) {
    return new Refusal.Invalid("Host with name " + report.hostname() + " could not be found.");
  }

  private static Refusal onMaintenance(FailureReport report) {
    return new Refusal.Conflict(
        "Notification received from host %s of type '%s' is ignored as the host is already under maintenance."
            .formatted(report.hostname(), report.type()));
  }

  private static Refusal duplicate(FailureReport report) {
    return new Refusal.Conflict(
        "Notification received from host %s of type %s is duplicate."
            .formatted(report.hostname(), report.type()));
  }
}
