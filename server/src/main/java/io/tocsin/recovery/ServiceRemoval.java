package io.tocsin.recovery;

import io.tocsin.clock.Clock;
import io.tocsin.clock.Deadline;
import io.tocsin.compute.Cloud;
import io.tocsin.compute.ComputeService;
import io.tocsin.recovery.Finding.Verdict;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Takes the compute service of a dead host out, and waits until the cloud sees it down (promise
 * P2): no fixed wait, and none at all where the cloud believes us at once (W21).
 */
final class ServiceRemoval {
  private static final Duration FIRST_LOOK = Duration.ofMillis(100);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(2);

  private final Gates gates;
  private final RecoverySettings settings;
  private final Clock clock;

  ServiceRemoval(Gates gates, RecoverySettings settings, Clock clock) {
    this.gates = gates;
    this.settings = settings;
    this.clock = clock;
  }

  /**
   * @param seen the service as just seen; null when it was not looked at
   */
  void run(
      Lease lease, Cloud cloud, String host, @Nullable ComputeService seen, SafetyRules rules) {
    Step step =
        Step.begin(
            lease,
            "DisableComputeServiceTask",
            "Disabling compute service on host: '" + host + "'");
    step.attempt(() -> {
      ComputeService service = takeOut(cloud, seen == null ? require(cloud, host) : seen, rules);
      awaitDown(lease, cloud, service);
      if (!step.wasDone()) {
        step.succeed("Disabled compute service on host: '" + host + "'");
      }
      return service;
    });
  }

  private ComputeService takeOut(Cloud cloud, ComputeService service, SafetyRules rules) {
    String reason = settings.host().disableReason();
    if (rules.forcesDown() && (service.isEnabled() || !service.isForcedDown())) {
      cloud.forceDown(service, reason);
      return require(cloud, service.host());
    }
    if (service.isEnabled()) {
      cloud.disable(service, reason);
      return require(cloud, service.host());
    }
    return service;
  }

  /** Throws {@link ImpossibleException} when the cloud has none for that host. */
  static ComputeService require(Cloud cloud, String host) {
    return cloud
        .findComputeService(host)
        .orElseThrow(() ->
            new ImpossibleException("Compute service with name " + host + " could not be found."));
  }

  private void awaitDown(Lease lease, Cloud cloud, ComputeService first) {
    long begunAtNanos = clock.nanoTime();
    Deadline deadline = Deadline.in(settings.waits().serviceDown(), clock);
    Duration pause = FIRST_LOOK;
    ComputeService seen = first;
    while (seen.isUp()) {
      if (deadline.isOver()) {
        String reason =
            "The cloud still sees the compute service on host '" + first.host() + "' as up.";
        gates.record(lease, finding(seen, Verdict.CLOSED, reason, begunAtNanos));
        throw new ImpossibleException(reason);
      }
      lease.requireWanted();
      Pause.sleep(clock, pause);
      pause = Duration.ofMillis(Math.min(2 * pause.toMillis(), LONGEST_PAUSE.toMillis()));
      seen = require(cloud, first.host());
    }
    gates.record(
        lease,
        finding(seen, Verdict.OPEN, "The cloud sees the compute service down.", begunAtNanos));
  }

  private Finding finding(ComputeService seen, Verdict verdict, String reason, long begunAtNanos) {
    Map<String, Object> inputs = new LinkedHashMap<>();
    inputs.put("is_up", seen.isUp());
    inputs.put("is_forced_down", seen.isForcedDown());
    inputs.put("is_enabled", seen.isEnabled());
    inputs.put("waited_ms", Duration.ofNanos(clock.nanoTime() - begunAtNanos).toMillis());
    return new Finding(Gate.SERVICE_DOWN, verdict, reason, inputs);
  }
}
