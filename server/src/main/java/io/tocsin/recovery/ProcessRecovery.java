package io.tocsin.recovery;

import io.tocsin.clock.Clock;
import io.tocsin.clock.Deadline;
import io.tocsin.compute.Cloud;
import io.tocsin.compute.ComputeService;
import io.tocsin.failover.FailureNotification;
import io.tocsin.failover.Host;
import io.tocsin.failover.Hosts;
import java.time.Duration;
import java.util.Map;

/**
 * A process died on a living host. Only {@code nova-compute} has a recovery: its host gets no new
 * instances. Any other name changes nothing; putting the host on maintenance for it, as Masakari
 * does, would leave it unprotected for nothing (weakness W27).
 */
final class ProcessRecovery {
  private static final String NOVA_COMPUTE = "nova-compute";
  private static final Duration PAUSE = Duration.ofSeconds(1);

  private final Hosts hosts;
  private final RecoverySettings settings;
  private final Clock clock;

  ProcessRecovery(Hosts hosts, RecoverySettings settings, Clock clock) {
    this.hosts = hosts;
    this.settings = settings;
    this.clock = clock;
  }

  Outcome run(Lease lease, Cloud cloud, FailureNotification report, Host host) {
    Map<String, String> payload = report.payload();
    String process = String.valueOf(payload.get("process_name"));
    if (!"STOPPED".equals(payload.get("event"))) {
      return Outcome.FINISHED;
    }
    if (!process.equals(NOVA_COMPUTE)) {
      return new Outcome.Finished("No recovery is known for process '" + process + "'.");
    }
    lease.write(tx -> {
      hosts.takeOutOfService(tx, host.number());
      return host;
    });
    disable(lease, cloud, host.name());
    return confirm(lease, cloud, host.name());
  }

  private void disable(Lease lease, Cloud cloud, String host) {
    Step step =
        Step.begin(
            lease, "DisableComputeNodeTask", "Disabling compute service on host: '" + host + "'");
    step.attempt(() -> {
      disable(step, cloud, host);
      return host;
    });
  }

  private void disable(Step step, Cloud cloud, String host) {
    ComputeService service = ServiceRemoval.require(cloud, host);
    if (service.isEnabled()) {
      cloud.disable(service, settings.instance().disableReason());
      step.succeed("Disabled compute service on host: '" + host + "'");
    } else if (!step.wasDone()) {
      step.succeed("Skipping recovery for process nova-compute as it is already disabled");
    }
  }

  private Outcome confirm(Lease lease, Cloud cloud, String host) {
    Step step =
        Step.begin(
            lease,
            "ConfirmComputeNodeDisabledTask",
            "Confirming compute service is disabled on host: '" + host + "'");
    return step.attempt(() -> confirm(step, cloud, host));
  }

  private Outcome confirm(Step step, Cloud cloud, String host) {
    Deadline deadline = Deadline.in(settings.waits().serviceDown(), clock);
    while (ServiceRemoval.require(cloud, host).isEnabled()) {
      if (deadline.isOver()) {
        step.fail("Failed to disable service nova-compute");
        return new Outcome.Failed("Failed to disable service nova-compute");
      }
      Pause.sleep(clock, PAUSE);
    }
    if (!step.wasDone()) {
      step.succeed("Confirmed compute service is disabled on host: '" + host + "'");
    }
    return Outcome.FINISHED;
  }
}
