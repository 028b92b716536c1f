package io.tocsin.recovery;

import io.tocsin.clock.Clock;
import io.tocsin.clock.Deadline;
import io.tocsin.clock.Durations;
import io.tocsin.compute.Cloud;
import io.tocsin.compute.CloudException;
import io.tocsin.compute.CloudFailure;
import io.tocsin.compute.Server;
import io.tocsin.compute.ServerId;
import io.tocsin.failover.FailureNotification;
import io.tocsin.failover.Host;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** An instance failed on a living host: it is stopped and started again (recovery-engine §4). */
final class InstanceRecovery {
  /** Events worth acting on, as {@code event/vir_domain_event}; the rest is everyday noise. */
  private static final Set<String> RECOVERABLE =
      Set.of(
          "LIFECYCLE/STOPPED_FAILED",
          "IO_ERROR/IO_ERROR_REPORT",
          "QEMU_GUEST_AGENT_ERROR/STOPPED_FAILED");

  /** How often a waiting recovery asks whether its host has died as well. */
  private static final Duration HOST_CHECK = Duration.ofSeconds(5);

  /** The host died as well; its recovery waits for this one to end, and will move the instance. */
  private static final class OvertakenException extends RuntimeException {
    private static final long serialVersionUID = 1;

    OvertakenException() {
      super("Its host is reported dead, and is recovered instead.");
    }
  }

  private final Watch watch;
  private final News news;
  private final RecoverySettings settings;
  private final Clock clock;

  InstanceRecovery(Watch watch, News news, RecoverySettings settings, Clock clock) {
    this.watch = watch;
    this.news = news;
    this.settings = settings;
    this.clock = clock;
  }

  Outcome run(Lease lease, Cloud cloud, FailureNotification report, Host host) {
    Map<String, String> payload = report.payload();
    String event = payload.get("event") + "/" + payload.get("vir_domain_event");
    if (!RECOVERABLE.contains(event)) {
      return new Outcome.Ignored("No recovery is known for event " + event + ".");
    }
    ServerId id = new ServerId(uuid(String.valueOf(payload.get("instance_uuid"))));
    try {
      return stop(lease, cloud, id, host)
          .or(() -> start(lease, cloud, id))
          .orElseGet(() -> confirm(lease, cloud, id));
    } catch (OvertakenException e) {
      return new Outcome.Ignored(String.valueOf(e.getMessage()));
    }
  }

  /** Empty when the instance is stopped and to be started. */
  private Optional<Outcome> stop(Lease lease, Cloud cloud, ServerId id, Host host) {
    Step step = Step.begin(lease, "StopInstanceTask", "Stopping instance: " + id);
    return step.attempt(() -> {
      Server server = Watch.look(cloud, id);
      Optional<Outcome> nothingToDo = nothingToDo(step, server, host);
      return nothingToDo.isPresent() || step.wasDone()
          ? nothingToDo
          : stop(lease, step, cloud, server);
    });
  }

  private Optional<Outcome> stop(Lease lease, Step step, Cloud cloud, Server server) {
    ServerId id = server.id();
    plan(lease, server);
    if (!server.vmState().equals("stopped")) {
      if (server.vmState().equals("resized")) {
        cloud.resetState(id, Cloud.ResetTo.ACTIVE);
      }
      String refused = callUnlessConflict(() -> cloud.stop(id));
      if (refused != null) {
        step.say(0.0, "Conflict when stopping instance: " + id);
      }
      if (!awaitState(lease, step, cloud, id, "stopped", refused, settings.waits().powerOff())) {
        return failed(step, "Failed to stop instance " + id);
      }
    }
    step.succeed("Stopped instance: '" + id + "'");
    return Optional.empty();
  }

  /**
   * Kept, so that whose it is and how it was called is known at the end, whatever happens to it.
   */
  private void plan(Lease lease, Server server) {
    long recovery = lease.claim().recovery();
    lease.write(tx -> {
      boolean isPlanned = PlanStore.find(tx, recovery).isPresent();
      if (!isPlanned) {
        PlannedMove instance = Planner.move(server, true, 0, null);
        PlanStore.save(tx, recovery, new Plan(List.of(instance)));
        news.restarting(tx, recovery, instance);
      }
      return isPlanned;
    });
  }

  private Optional<Outcome> nothingToDo(Step step, Server server, Host host) {
    ServerId id = server.id();
    RecoverySettings.InstanceRules rules = settings.instance();
    String state = server.vmState();
    if (server.isDeleted()) {
      return failed(step, "Instance " + id + " could not be found.");
    }
    if (!rules.processAll() && !Planner.isHaEnabled(server.metadata(), rules.haEnabledKey())) {
      String text = "Skipping recovery for instance: " + id + " as it is not Ha_Enabled";
      step.succeed(text);
      return Optional.of(new Outcome.Finished(text));
    }
    if (state.equals("paused") || state.equals("rescued")) {
      String text =
          "Recovery of instance '" + id + "' is ignored as it is in '" + state + "' state.";
      step.succeed(text);
      return Optional.of(new Outcome.Ignored(text));
    }
    if (!host.name().equals(server.host())) {
      // It moved on since the report; stopping it there would be an outage of our making (W33).
      String text =
          "Recovery of instance '"
              + id
              + "' is ignored as it is not on host '"
              + host.name()
              + "'.";
      step.succeed(text);
      return Optional.of(new Outcome.Ignored(text));
    }
    return Optional.empty();
  }

  private Optional<Outcome> start(Lease lease, Cloud cloud, ServerId id) {
    Step step = Step.begin(lease, "StartInstanceTask", "Starting instance: '" + id + "'");
    return step.wasDone() ? Optional.empty() : step.attempt(() -> start(step, cloud, id));
  }

  private Optional<Outcome> start(Step step, Cloud cloud, ServerId id) {
    String state = Watch.look(cloud, id).vmState();
    boolean wasStarted = step.wasBegun() && state.equals("active");
    if (!state.equals("stopped") && !wasStarted) {
      return failed(
          step,
          "Invalid state for Instance "
              + id
              + ". Expected state: 'STOPPED', Actual state: '"
              + state
              + "'");
    }
    if (!wasStarted) {
      // A conflict means that an earlier call of ours is being carried out; the next step looks.
      callUnlessConflict(() -> cloud.start(id));
    }
    step.succeed("Instance started: '" + id + "'");
    return Optional.empty();
  }

  private Outcome confirm(Lease lease, Cloud cloud, ServerId id) {
    Step step =
        Step.begin(
            lease,
            "ConfirmInstanceActiveTask",
            "Confirming instance '" + id + "' vm_state is ACTIVE");
    if (step.wasDone()) {
      return Outcome.FINISHED;
    }
    boolean isActive =
        step.attempt(
            () -> awaitState(lease, step, cloud, id, "active", null, settings.waits().powerOn()));
    if (!isActive) {
      String reason = "Failed to start instance " + id;
      step.fail(reason);
      return new Outcome.Failed(reason);
    }
    step.succeed("Confirmed instance '" + id + "' vm_state is ACTIVE");
    return Outcome.FINISHED;
  }

  /** Looks once by itself, since the change may be over; then lets the watch tell. */
  private boolean awaitState(
      Lease lease,
      Step step,
      Cloud cloud,
      ServerId id,
      String state,
      @Nullable String refused,
      Duration within) {
    if (Watch.look(cloud, id).vmState().equals(state)) {
      return true;
    }
    if (refused != null) {
      return false;
    }
    Deadline deadline = Deadline.in(within, clock);
    while (!deadline.isOver()) {
      Duration slice = Durations.shorter(deadline.remaining(), HOST_CHECK);
      Optional<Server> seen =
          watch.await(
              id, s -> s.isDeleted() || s.vmState().equals(state), Deadline.in(slice, clock));
      if (seen.isPresent()) {
        return !seen.get().isDeleted();
      }
      if (lease.read(h -> RecoveryStore.isHostRecoveryWaiting(h, lease.claim().host()))) {
        OvertakenException overtaken = new OvertakenException();
        step.fail(String.valueOf(overtaken.getMessage()));
        throw overtaken;
      }
    }
    return false;
  }

  /**
   * The text of a conflict; null when the call was accepted, or may have been: what follows it
   * waits as long as it would for a good one, and then the attempt counts as failed. A cloud that
   * answers 500 for ever would otherwise be asked until the recovery expires.
   */
  private static @Nullable String callUnlessConflict(Runnable call) {
    try {
      call.run();
      return null;
    } catch (CloudException e) {
      return switch (e.failure()) {
        case CloudFailure.Conflict(String text) -> text;
        case CloudFailure.Unanswered _ -> null;
        case CloudFailure.Refused _,
            CloudFailure.NotFound _,
            CloudFailure.Unavailable _,
            CloudFailure.Unreachable _ ->
            throw e;
      };
    }
  }

  private static Optional<Outcome> failed(Step step, String reason) {
    step.fail(reason);
    return Optional.of(new Outcome.Failed(reason));
  }

  /** Monitors may send it without dashes and in any case; intake has checked the digits. */
  private static UUID uuid(String text) {
    String hex = text.replace("-", "");
    return new UUID(
        Long.parseUnsignedLong(hex.substring(0, 16), 16),
        Long.parseUnsignedLong(hex.substring(16), 16));
  }
}
