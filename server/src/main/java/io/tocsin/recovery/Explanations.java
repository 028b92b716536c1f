package io.tocsin.recovery;

import io.tocsin.failover.FailureNotification;
import io.tocsin.failover.Host;
import io.tocsin.failover.Reported;
import io.tocsin.failover.Segment;
import io.tocsin.recovery.Explanation.PlannedInstance;
import io.tocsin.recovery.Explanation.UsedSpare;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/**
 * Explains recoveries from the database alone: on any node, whether the recovery waits, runs, is
 * done, or was dropped by a node that died. Thread-safe.
 */
public final class Explanations {
  /** Failures older than this are no news to whoever just woke up. */
  public static final Duration LATELY = Duration.ofDays(1);

  /** Pauses looked at; whoever has more in force has lost control of them. */
  private static final int MAX_PAUSES = 1000;

  private static final int MAX_ACTIONS = 1000;

  private final Surroundings around;

  public Explanations(Surroundings around) {
    this.around = around;
  }

  /**
   * What an operator wants to see first.
   *
   * @param open recoveries that have not ended, by state
   * @param held those held, by gate
   * @param failedLately recoveries of the last {@link #LATELY} that ended as failed
   * @param pauses in force, the oldest first
   */
  public record Summary(
      Map<RecoveryLine.State, Long> open,
      Map<String, Long> held,
      long failedLately,
      List<RecoveryPause> pauses) {
    public Summary {
      open = new LinkedHashMap<>(open);
      held = new LinkedHashMap<>(held);
      pauses = List.copyOf(pauses);
    }
  }

  public Summary summary() {
    return around
        .database()
        .read(handle ->
            new Summary(
                RecoveryListStore.countOpen(handle),
                RecoveryListStore.countHeld(handle),
                around.notifications().countFailed(handle, LATELY),
                PauseStore.inForce(handle, MAX_PAUSES)));
  }

  /**
   * The newest first. Throws {@link OperationRefusedException} where the filter or {@code after}
   * names what is not there.
   *
   * @param after a recovery's id, any text: only those that are older; null for the newest
   */
  public List<RecoveryLine> list(RecoveryFilter filter, @Nullable String after, int limit) {
    RecoveryListStore.Wanted wanted =
        new RecoveryListStore.Wanted(
            filter.state(),
            filter.status(),
            filter.segment() == null ? null : segment(filter.segment()),
            filter.host() == null ? null : host(filter.host()));
    long before = after == null ? Long.MAX_VALUE : number(after);
    return around
        .database()
        .read(handle -> lines(handle, RecoveryListStore.list(handle, wanted, before, limit)));
  }

  private UUID segment(String idOrName) {
    try {
      return around.targets().segment(idOrName).id().value();
    } catch (OperationRefusedException _) {
      throw Pauses.unknown("segment");
    }
  }

  private UUID host(String idOrName) {
    try {
      return around.targets().host(idOrName).id().value();
    } catch (OperationRefusedException _) {
      throw Pauses.unknown("host");
    }
  }

  private long number(String recovery) {
    try {
      return around.targets().recovery(recovery).number();
    } catch (OperationRefusedException _) {
      throw Pauses.unknown("after");
    }
  }

  private List<RecoveryLine> lines(Handle handle, List<RecoveryListStore.Row> rows) {
    List<RecoveryPause> pauses = PauseStore.inForce(handle, MAX_PAUSES);
    Map<Long, Reported> reports = new LinkedHashMap<>();
    around
        .notifications()
        .reported(handle, rows.stream().map(RecoveryListStore.Row::number).toList())
        .forEach(it -> reports.put(it.notification().number(), it));
    List<RecoveryLine> lines = new ArrayList<>();
    for (RecoveryListStore.Row row : rows) {
      Reported report = reports.get(row.number());
      if (report != null) {
        lines.add(line(row, report, pauses));
      }
    }
    return lines;
  }

  private static RecoveryLine line(
      RecoveryListStore.Row row, Reported report, List<RecoveryPause> pauses) {
    FailureNotification it = report.notification();
    return new RecoveryLine(
        it.id(),
        it.type(),
        it.sourceHost(),
        report.hostName(),
        it.segment(),
        row.state(),
        it.status(),
        it.message(),
        row.attempts(),
        row.isCancelled(),
        waitsFor(row, pauses),
        report.receivedAt(),
        row.dueAt());
  }

  /** The first of what it waits for that would have to go away for it to go on. */
  private static @Nullable Wait waitsFor(RecoveryListStore.Row row, List<RecoveryPause> pauses) {
    if (row.state() == RecoveryLine.State.DONE) {
      return null;
    }
    if (row.isCancelled()) {
      return new Wait.ForItsEnd();
    }
    for (RecoveryPause pause : pauses) {
      if (pause.covers(row.segment(), row.host())) {
        return new Wait.ForResume(pause);
      }
    }
    if (row.state() == RecoveryLine.State.RUNNING) {
      return null;
    }
    String gate = row.gate();
    if (gate != null && row.isLater()) {
      return new Wait.ForGate(gate, row.dueAt());
    }
    if (row.isLater()) {
      return row.outages() > 0
          ? new Wait.ForCloud(row.outages(), row.dueAt())
          : new Wait.ForNextAttempt(row.dueAt());
    }
    return row.isHostBusy() ? new Wait.ForHost() : new Wait.ForNode();
  }

  /**
   * All about one. Throws {@link OperationRefusedException} when there is none with that id.
   *
   * @param id any text
   */
  public Explanation explain(String id) {
    FailureNotification found = around.targets().recovery(id);
    long number = found.number();
    RecoveryListStore.Row row =
        around
            .database()
            .read(handle -> RecoveryListStore.find(handle, number))
            .orElseThrow(() -> Targets.noRecovery(id));
    Host host = around.hosts().find(row.host()).orElseThrow(() -> Targets.noRecovery(id));
    String segment = segmentName(found);
    Map<Long, Instant> claims =
        around.database().read(handle -> ExplanationStore.claims(handle, number));
    List<UsedSpare> spares = spares(claims);
    return around.database().read(handle -> explain(handle, row, found, host, segment, spares));
  }

  private Explanation explain(
      Handle handle,
      RecoveryListStore.Row row,
      FailureNotification found,
      Host host,
      String segment,
      List<UsedSpare> spares) {
    long number = row.number();
    Reported report =
        around.notifications().reported(handle, List.of(number)).stream()
            .findFirst()
            .orElseThrow(() -> Targets.noRecovery(found.id().toString()));
    return new Explanation(
        line(row, report, PauseStore.inForce(handle, MAX_PAUSES)),
        report,
        segment,
        host.isOnMaintenance(),
        ExplanationStore.verdicts(handle, number),
        plan(handle, number),
        ExplanationStore.attempts(handle, number),
        ExplanationStore.steps(handle, number),
        ExplanationStore.moves(handle, number),
        spares,
        ExplanationStore.overrides(handle, number),
        ActionStore.ofRecovery(handle, number, MAX_ACTIONS));
  }

  private String segmentName(FailureNotification report) {
    String id = report.segment().toString();
    return around.segments().find(id).map(Segment::name).orElse(id);
  }

  private static @Nullable List<PlannedInstance> plan(Handle tx, long recovery) {
    Plan plan = PlanStore.find(tx, recovery).orElse(null);
    if (plan == null) {
      return null;
    }
    List<PlannedInstance> planned = new ArrayList<>();
    for (PlannedMove move : plan.moves()) {
      planned.add(
          new PlannedInstance(
              planned.size() + 1,
              move.instance(),
              move.name(),
              move.projectId(),
              move.vmState(),
              move.isHaEnabled(),
              move.leftBecause()));
    }
    return planned;
  }

  /** Names are looked up where no other connection is held: two at once could starve the pool. */
  private List<UsedSpare> spares(Map<Long, Instant> claims) {
    List<UsedSpare> spares = new ArrayList<>();
    claims.forEach((host, since) ->
        around.hosts().find(host).ifPresent(it -> spares.add(new UsedSpare(it.name(), since))));
    return spares;
  }
}
