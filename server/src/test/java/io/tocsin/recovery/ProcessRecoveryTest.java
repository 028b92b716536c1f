package io.tocsin.recovery;

import static org.assertj.core.api.Assertions.assertThat;

import io.tocsin.failover.FailureNotification;
import io.tocsin.failover.FailureStatus;
import io.tocsin.failover.FailureType;
import io.tocsin.failover.Host;
import io.tocsin.simulator.RegionSpec;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class ProcessRecoveryTest {
  private static final String HOST = "host-01";

  private final Rehearsal rehearsal = new Rehearsal(RegionSpec.allActive(2, 2));

  @AfterEach
  void close() {
    rehearsal.close();
  }

  private FailureNotification recover(String process, String event) {
    rehearsal.startNode();
    return rehearsal.awaitEnd(
        rehearsal.report(
            FailureType.PROCESS, HOST, Map.of("process_name", process, "event", event)));
  }

  private Host host(FailureNotification report) {
    return rehearsal.hosts.require(
        rehearsal.segment.id().toString(), report.sourceHost().toString());
  }

  @Test
  void disablesTheServiceOfAHostWhoseComputeStopped() {
    FailureNotification report = recover("nova-compute", "STOPPED");
    assertThat(report.status()).as(report.message()).isEqualTo(FailureStatus.FINISHED);
    assertThat(rehearsal.steps(report))
        .extracting(RecordedStep::name)
        .containsExactly("DisableComputeNodeTask", "ConfirmComputeNodeDisabledTask");
    JsonNode simulated = rehearsal.control("GET", "/simulator/hosts/" + HOST, "");
    assertThat(simulated.path("status").asString()).isEqualTo("disabled");
    assertThat(simulated.path("forced_down").asBoolean()).isFalse();
    assertThat(host(report).isOnMaintenance()).isTrue();
  }

  @Test
  void leavesAHostProtectedWhenAnotherProcessStopped() {
    FailureNotification report = recover("sshd", "STOPPED");
    assertThat(report.status()).isEqualTo(FailureStatus.FINISHED);
    assertThat(report.message()).contains("'sshd'");
    assertThat(host(report).isOnMaintenance()).isFalse();
  }

  @Test
  void hasNothingToDoWhenAProcessStarted() {
    FailureNotification report = recover("nova-compute", "STARTED");
    assertThat(report.status()).isEqualTo(FailureStatus.FINISHED);
    assertThat(host(report).isOnMaintenance()).isFalse();
  }
}
