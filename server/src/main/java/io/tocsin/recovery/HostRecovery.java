package io.tocsin.recovery;

import io.tocsin.clock.Clock;
import io.tocsin.clock.Deadline;
import io.tocsin.compute.Cloud;
import io.tocsin.compute.CloudException;
import io.tocsin.compute.ComputeService;
import io.tocsin.compute.Server;
import io.tocsin.compute.ServerId;
import io.tocsin.failover.FailureNotification;
import io.tocsin.failover.Host;
import io.tocsin.failover.Hosts;
import io.tocsin.failover.RecoveryMethod;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A host died: its service is taken out, its instances are rebuilt elsewhere. Three steps, each of
 * which looks before it acts, so that the whole may be run again from any point:
 *
 * <ol>
 *   <li>the service is disabled and forced down, and <em>seen</em> down (promise P2);
 *   <li>the plan is made and stored with one vmove per instance, or an earlier one continued;
 *   <li>the moves are run in the plan's order, as many at once as the width allows.
 * </ol>
 */
final class HostRecovery {
  private static final Logger log = LoggerFactory.getLogger(HostRecovery.class);

  private static final Duration FIRST_LOOK = Duration.ofMillis(100);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(2);

  private final Hosts hosts;
  private final Watch watch;
  private final News news;
  private final Semaphore width;
  private final Planner planner;
  private final RecoverySettings settings;
  private final Clock clock;

  HostRecovery(Hosts hosts, Watch watch, News news, RecoverySettings settings, Clock clock) {
    this.hosts = hosts;
    this.watch = watch;
    this.news = news;
    this.width = new Semaphore(settings.limits().evacuations(), true);
    this.planner = new Planner(settings.host());
    this.settings = settings;
    this.clock = clock;
  }

  Outcome run(Lease lease, Cloud cloud, FailureNotification report, Host host) {
    Map<String, String> payload = report.payload();
    if (!"NORMAL".equals(payload.get("host_status"))) {
      return new Outcome.Ignored(
          "The report does not say that the host is fenced (host_status is "
              + payload.getOrDefault("host_status", "missing")
              + ", not NORMAL): it may still run its instances.");
    }
    if ("STARTED".equals(payload.get("event"))) {
      return Outcome.FINISHED;
    }
    if (host.segment().recoveryMethod() == RecoveryMethod.RESERVED_HOST) {
      // The segment's owner wants the spares used and nothing else.
      return new Outcome.Failed("Recovery method reserved_host is not available in this release.");
    }
    lease.write(tx -> {
      hosts.takeOutOfService(tx, host.number());
      return host;
    });
    takeServiceOut(lease, cloud, host.name());
    Prepared prepared = prepare(lease, cloud, host.name());
    return prepared.plan().toMove().isEmpty()
        ? Outcome.FINISHED
        : evacuate(lease, cloud, host.name(), prepared);
  }

  private void takeServiceOut(Lease lease, Cloud cloud, String host) {
    Step step =
        Step.begin(
            lease,
            "DisableComputeServiceTask",
            "Disabling compute service on host: '" + host + "'");
    step.attempt(() -> {
      ComputeService service = requireService(cloud, host);
      if (service.isEnabled() || !service.isForcedDown()) {
        cloud.forceDown(service, settings.host().disableReason());
        service = requireService(cloud, host);
      }
      awaitDown(cloud, service);
      if (!step.wasDone()) {
        step.succeed("Disabled compute service on host: '" + host + "'");
      }
      return service;
    });
  }

  private static ComputeService requireService(Cloud cloud, String host) {
    return cloud
        .findComputeService(host)
        .orElseThrow(() ->
            new ImpossibleException("Compute service with name " + host + " could not be found."));
  }

  /** No evacuate call goes out while the cloud counts the host as living (P2). */
  private void awaitDown(Cloud cloud, ComputeService first) {
    Deadline deadline = Deadline.in(settings.waits().serviceDown(), clock);
    Duration pause = FIRST_LOOK;
    for (ComputeService seen = first; seen.isUp(); seen = requireService(cloud, first.host())) {
      if (deadline.isOver()) {
        throw new ImpossibleException(
            "The cloud still sees the compute service on host '" + first.host() + "' as up.");
      }
      Pause.sleep(clock, pause);
      pause = Duration.ofMillis(Math.min(2 * pause.toMillis(), LONGEST_PAUSE.toMillis()));
    }
  }

  /** The plan, the instances as just seen on the host, and where the moves stand. */
  private record Prepared(
      Plan plan,
      Map<ServerId, Server> onHost,
      long listedAtNanos,
      Map<ServerId, VmoveStore.Progress> progress) {
    List<PlannedMove> open() {
      return plan.toMove().stream()
          .filter(move ->
              !progress.getOrDefault(move.instance(), VmoveStore.Progress.NONE).status().isFinal())
          .toList();
    }
  }

  private Prepared prepare(Lease lease, Cloud cloud, String host) {
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
    Plan plan =
        earlier
            .map(it -> planner.continued(it, onHost.servers()))
            .orElseGet(() -> planner.plan(onHost.servers()));
    PlanStore.save(tx, recovery, plan);
    VmoveStore.reopenFailed(tx, recovery);
    VmoveStore.plan(tx, recovery, host, plan);
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
    if (settings.host().evacuateAll()) {
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

  private Outcome evacuate(Lease lease, Cloud cloud, String host, Prepared prepared) {
    List<PlannedMove> open = prepared.open();
    Step step =
        Step.begin(
            lease,
            "EvacuateInstancesTask",
            "Start evacuation of instances from failed host '"
                + host
                + "', instance uuids are: '"
                + ids(open)
                + "'");
    HostScene scene = new HostScene(lease, cloud, watch, step, news, host, settings.waits(), clock);
    Optional<String> outage =
        new Evacuation(scene, width, prepared.onHost(), prepared.listedAtNanos())
            .run(open, prepared.progress());
    Map<VmoveStatus, List<String>> ended =
        lease.write(tx -> VmoveStore.byStatus(tx, lease.claim().recovery()));
    return conclude(step, host, outage, ended);
  }

  private static Outcome conclude(
      Step step, String host, Optional<String> outage, Map<VmoveStatus, List<String>> ended) {
    List<String> moved = ended.getOrDefault(VmoveStatus.SUCCEEDED, List.of());
    List<String> failed = ended.getOrDefault(VmoveStatus.FAILED, List.of());
    if (!moved.isEmpty()) {
      step.say(
          0.7,
          "Successfully evacuate instances '"
              + String.join(",", moved)
              + "' from host '"
              + host
              + "'");
    }
    if (outage.isPresent()) {
      step.fail("The cloud could not be reached: " + outage.get());
      return new Outcome.Postponed(outage.get());
    }
    if (!failed.isEmpty()) {
      step.fail(
          "Failed to evacuate instances '"
              + String.join(",", failed)
              + "' from host '"
              + host
              + "'");
      return new Outcome.Failed(
          failed.size()
              + " of "
              + (failed.size() + moved.size())
              + " instances could not be moved off host '"
              + host
              + "'; each vmove has the reason.");
    }
    step.succeed("Evacuation process completed!");
    return Outcome.FINISHED;
  }

  /**
   * The recovery ends for good with moves still open: lifts the locks they may hold, as far as the
   * cloud can be reached. Their rows are the caller's to end.
   */
  void giveUp(Lease lease, Cloud cloud) {
    long recovery = lease.claim().recovery();
    Optional<Plan> plan = lease.read(handle -> PlanStore.find(handle, recovery));
    Map<ServerId, VmoveStore.Progress> progress =
        lease.read(handle -> VmoveStore.progress(handle, recovery));
    for (PlannedMove move : plan.map(Plan::toMove).orElse(List.of())) {
      boolean isOpen =
          !progress.getOrDefault(move.instance(), VmoveStore.Progress.NONE).status().isFinal();
      if (isOpen && !move.wasLocked()) {
        try {
          cloud.unlock(move.instance());
        } catch (CloudException e) {
          log.atWarn()
              .addKeyValue("recovery", recovery)
              .addKeyValue("instance", move.instance())
              .addKeyValue("reason", e.failure().text())
              .log("instance may stay locked; unlock it by hand");
        }
      }
    }
  }

  private static String ids(List<PlannedMove> moves) {
    return moves.stream().map(move -> move.instance().toString()).collect(Collectors.joining(","));
  }
}
