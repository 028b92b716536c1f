package io.tocsin.recovery;

import io.tocsin.clock.Clock;
import io.tocsin.compute.Cloud;
import io.tocsin.compute.CloudException;
import io.tocsin.compute.ServerId;
import io.tocsin.failover.FailureNotification;
import io.tocsin.failover.Host;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A host died: its service is taken out, its instances are rebuilt elsewhere. Three steps behind
 * the safety {@link Gates}, each of which looks before it acts, so that the whole may be run again
 * from any point:
 *
 * <ol>
 *   <li>the service is disabled and forced down, and <em>seen</em> down (promise P2);
 *   <li>the plan is made and stored with one vmove per instance, or an earlier one continued;
 *   <li>the moves are run in the plan's order, along the routes of the segment's method, as many at
 *       once as the width allows.
 * </ol>
 */
final class HostRecovery {
  private static final Logger log = LoggerFactory.getLogger(HostRecovery.class);

  private final Gates gates;
  private final ServiceRemoval serviceRemoval;
  private final Preparation preparation;
  private final Spares spares;
  private final Watch watch;
  private final News news;
  private final Width width;
  private final RecoverySettings settings;
  private final Clock clock;

  HostRecovery(
      Gates gates, Spares spares, Watch watch, News news, RecoverySettings settings, Clock clock) {
    this.gates = gates;
    this.serviceRemoval = new ServiceRemoval(gates, settings, clock);
    this.preparation = new Preparation(settings.host(), news, clock);
    this.spares = spares;
    this.watch = watch;
    this.news = news;
    this.width = new Width(settings.limits().evacuations());
    this.settings = settings;
    this.clock = clock;
  }

  Outcome run(Lease lease, Cloud cloud, FailureNotification report, Host host) {
    Map<String, String> payload = report.payload();
    if ("STARTED".equals(payload.get("event"))) {
      Finding fenced = new Assessment(SafetyRules.DEFAULT, Set.of()).fenced(payload);
      return fenced.isClosed() ? new Outcome.Ignored(fenced.reason()) : Outcome.FINISHED;
    }
    Gates.Passage passage = gates.pass(lease, cloud, report, host);
    if (passage.stopped() != null) {
      return passage.stopped();
    }
    serviceRemoval.run(lease, cloud, host.name(), passage.service(), passage.rules());
    Preparation.Prepared prepared = preparation.run(lease, cloud, host.name());
    return prepared.plan().toMove().isEmpty()
        ? Outcome.FINISHED
        : evacuate(lease, cloud, host, prepared);
  }

  private Outcome evacuate(Lease lease, Cloud cloud, Host failed, Preparation.Prepared prepared) {
    String host = failed.name();
    Step step =
        Step.begin(
            lease,
            "EvacuateInstancesTask",
            "Start evacuation of instances from failed host '"
                + host
                + "', instance uuids are: '"
                + Preparation.ids(prepared.open())
                + "'");
    HostScene scene =
        new HostScene(
            lease, cloud, watch, step, news, host, Optional.empty(), settings.waits(), clock);
    Optional<String> outage = new Passes(scene, width, spares, failed, prepared).run();
    Map<VmoveStatus, List<String>> ended =
        lease.write(tx -> VmoveStore.byStatus(tx, lease.claim().recovery()));
    return conclude(step, host, outage, ended);
  }

  private static Outcome conclude(
      Step step, String host, Optional<String> outage, Map<VmoveStatus, List<String>> ended) {
    List<String> moved = ended.getOrDefault(VmoveStatus.SUCCEEDED, List.of());
    List<String> failed = ended.getOrDefault(VmoveStatus.FAILED, List.of());
    boolean isAllEnded = ended.keySet().stream().allMatch(VmoveStatus::isFinal);
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
    if (!isAllEnded) {
      // Nobody tried: the method wants a spare, and there is none.
      step.fail(Spares.NONE);
      return new Outcome.Failed(Spares.NONE);
    }
    step.succeed("Evacuation process completed!");
    return Outcome.FINISHED;
  }

  /**
   * The recovery ends for good, maybe with moves still open: lifts the locks they may hold, as far
   * as the cloud can be reached. Their rows are the caller's to end.
   */
  void giveUp(Lease lease, Cloud cloud) {
    long recovery = lease.claim().recovery();
    Optional<Plan> plan = lease.read(handle -> PlanStore.find(handle, recovery));
    Map<ServerId, VmoveStore.Progress> progress =
        lease.read(handle -> VmoveStore.progress(handle, recovery));
    for (PlannedMove move : plan.map(it -> Preparation.open(it, progress)).orElse(List.of())) {
      if (!move.wasLocked()) {
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
}
