package io.tocsin.recovery;

import io.tocsin.clock.Clock;
import io.tocsin.compute.Cloud;
import io.tocsin.compute.Server;
import io.tocsin.compute.ServerId;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;

/** Makes the plan of a host recovery and stores it, or continues an earlier one. */
final class Preparation {
  private final Planner planner;
  private final RecoverySettings.HostRules rules;
  private final News news;
  private final Clock clock;

  Preparation(RecoverySettings.HostRules rules, News news, Clock clock) {
    this.planner = new Planner(rules);
    this.rules = rules;
    this.news = news;
    this.clock = clock;
  }

  /** The plan, the instances as just seen on the host, and where the moves stand. */
  record Prepared(
      Plan plan,
      Map<ServerId, Server> onHost,
      long listedAtNanos,
      Map<ServerId, VmoveStore.Progress> progress) {
    List<PlannedMove> open() {
      return Preparation.open(plan, progress);
    }
  }

  Prepared run(Lease lease, Cloud cloud, String host) {
    Step step =
        Step.begin(lease, "PrepareHAEnabledInstancesTask", "Preparing instances for evacuation");
    return step.attempt(() -> {
      Listed onHost = new Listed(clock.nanoTime(), cloud.listServersOn(host));
      return lease.write(
          tx -> step.wasDone() ? load(tx, lease, onHost) : plan(tx, lease, step, host, onHost));
    });
  }

  private record Listed(long atNanos, List<Server> servers) {}

  private Prepared load(Handle tx, Lease lease, Listed onHost) {
    long recovery = lease.claim().recovery();
    return new Prepared(
        PlanStore.find(tx, recovery).orElseThrow(),
        onHost.servers().stream()
            .collect(Collectors.toMap(Server::id, Function.identity(), (a, _) -> a)),
        onHost.atNanos(),
        VmoveStore.progress(tx, recovery));
  }

  private Prepared plan(Handle tx, Lease lease, Step step, String host, Listed onHost) {
    long recovery = lease.claim().recovery();
    Optional<Plan> earlier = PlanStore.find(tx, recovery);
    PlanStore.Found found = PlanStore.found(tx, recovery, lease.claim().host(), onHost.servers());
    Plan plan =
        earlier
            .map(it -> planner.continued(it, found.servers()))
            .orElseGet(() -> planner.plan(found.servers()));
    PlanStore.save(tx, recovery, plan);
    VmoveStore.reopenFailed(tx, recovery);
    VmoveStore.plan(tx, recovery, host, plan, found.begun());
    Prepared prepared = load(tx, lease, onHost);
    sayPlan(tx, step, host, onHost.servers().size(), prepared);
    // A plan is only ever continued at its end.
    int known = earlier.map(it -> it.moves().size()).orElse(0);
    news.planned(tx, recovery, plan.moves().subList(known, plan.moves().size()));
    return prepared;
  }

  private void sayPlan(Handle tx, Step step, String host, int found, Prepared prepared) {
    List<PlannedMove> moves = prepared.open();
    long haEnabled = moves.stream().filter(PlannedMove::isHaEnabled).count();
    step.say(tx, 0.3, "Total instances running on failed host '" + host + "' is " + found);
    for (PlannedMove left : prepared.plan().left()) {
      if (left.isHaEnabled() && left.vmState().equals("error")) {
        step.say(
            tx,
            0.4,
            "Ignoring recovery of HA_Enabled instance '"
                + left.instance()
                + "' as it is in 'error' state.");
      }
    }
    step.say(tx, 0.6, "Total HA Enabled instances count: '" + haEnabled + "'");
    if (rules.evacuateAll()) {
      step.say(
          tx, 0.7, "Total Non-HA Enabled instances count: '" + (moves.size() - haEnabled) + "'");
      step.say(
          tx,
          0.8,
          "All instances (HA Enabled/Non-HA Enabled) should be considered for evacuation."
              + " Total count is: '"
              + moves.size()
              + "'");
    }
    step.end(
        tx,
        StepState.SUCCESS,
        moves.isEmpty()
            ? "Skipped host '" + host + "' recovery as no instances needs to be evacuated"
            : "Instances to be evacuated are: '" + ids(moves) + "'");
  }

  /** The moves that have not come to an end. */
  static List<PlannedMove> open(Plan plan, Map<ServerId, VmoveStore.Progress> progress) {
    return plan.toMove().stream()
        .filter(move ->
            !progress.getOrDefault(move.instance(), VmoveStore.Progress.NONE).status().isFinal())
        .toList();
  }

  static String ids(List<PlannedMove> moves) {
    return moves.stream().map(move -> move.instance().toString()).collect(Collectors.joining(","));
  }
}
