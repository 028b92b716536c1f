package io.tocsin.recovery;

import static org.assertj.core.api.Assertions.assertThat;

import io.tocsin.failover.FailureNotification;
import io.tocsin.failover.FailureStatus;
import io.tocsin.failover.FailureType;
import io.tocsin.simulator.RegionSpec;
import io.tocsin.store.CommitObserver;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class InstanceRecoveryTest {
  private static final String HOST = "host-01";

  private final Rehearsal rehearsal = new Rehearsal(RegionSpec.allActive(2, 4));
  private final JsonNode instance = rehearsal.instancesOn(HOST).getFirst();
  private final String id = instance.path("id").asString();

  @AfterEach
  void close() {
    rehearsal.close();
  }

  private FailureNotification recover(String event, String detail) {
    return recover(HOST, event, detail, id);
  }

  private FailureNotification recover(String host, String event, String detail, String uuid) {
    rehearsal.startNode();
    return rehearsal.awaitEnd(
        rehearsal.report(
            FailureType.VM,
            host,
            Map.of("event", event, "vir_domain_event", detail, "instance_uuid", uuid)));
  }

  private int calls(String kind) {
    return rehearsal.control("GET", "/simulator/calls", "").path("by_kind").path(kind).asInt(0);
  }

  @Test
  void stopsAndStartsTheInstance() {
    FailureNotification report = recover("LIFECYCLE", "STOPPED_FAILED");
    assertThat(report.status()).as(report.message()).isEqualTo(FailureStatus.FINISHED);
    assertThat(rehearsal.steps(report))
        .extracting(RecordedStep::name)
        .containsExactly("StopInstanceTask", "StartInstanceTask", "ConfirmInstanceActiveTask");
    assertThat(rehearsal.steps(report)).allMatch(step -> step.state().equals("SUCCESS"));
    assertThat(rehearsal.instance(id).path("vm_state").asString()).isEqualTo("active");
    assertThat(calls("stop")).isEqualTo(1);
    assertThat(calls("start")).isEqualTo(1);
  }

  @Test
  void takesAnIdWithoutDashesInAnyCase() {
    FailureNotification report =
        recover(
            HOST,
            "LIFECYCLE",
            "STOPPED_FAILED",
            id.replace("-", "").toUpperCase(java.util.Locale.ROOT));
    assertThat(report.status()).as(report.message()).isEqualTo(FailureStatus.FINISHED);
    assertThat(calls("start")).isEqualTo(1);
  }

  @Test
  void ignoresEverydayEvents() {
    FailureNotification report = recover("LIFECYCLE", "STOPPED_SHUTDOWN");
    assertThat(report.status()).isEqualTo(FailureStatus.IGNORED);
    assertThat(rehearsal.steps(report)).isEmpty();
    assertThat(calls("stop")).isZero();
  }

  @Test
  void skipsInstancesThatAreNotHaEnabled() {
    rehearsal.control(
        "PATCH", "/simulator/instances/" + id, "{\"metadata\": {\"HA_Enabled\": \"False\"}}");
    FailureNotification report = recover("LIFECYCLE", "STOPPED_FAILED");
    assertThat(report.status()).isEqualTo(FailureStatus.FINISHED);
    assertThat(report.message()).contains("not Ha_Enabled");
    assertThat(calls("stop")).isZero();
  }

  @Test
  void leavesPausedInstancesAlone() {
    rehearsal.control("PATCH", "/simulator/instances/" + id, "{\"vm_state\": \"paused\"}");
    FailureNotification report = recover("LIFECYCLE", "STOPPED_FAILED");
    assertThat(report.status()).isEqualTo(FailureStatus.IGNORED);
    assertThat(report.message()).contains("'paused'");
    assertThat(calls("stop")).isZero();
  }

  @Test
  void doesNotStopAnInstanceThatMovedElsewhereSinceTheReport() {
    FailureNotification report = recover("host-02", "LIFECYCLE", "STOPPED_FAILED", id);
    assertThat(report.status()).isEqualTo(FailureStatus.IGNORED);
    assertThat(report.message()).contains("not on host 'host-02'");
    assertThat(calls("stop")).isZero();
  }

  @Test
  void failsWithAReasonWhenTheInstanceIsUnknown() {
    FailureNotification report =
        recover(HOST, "LIFECYCLE", "STOPPED_FAILED", "00000000-0000-4000-8000-000000000000");
    assertThat(report.status()).isEqualTo(FailureStatus.FAILED);
    assertThat(report.message()).contains("could not be found");
  }

  @Test
  void failsInTheEndWhenTheCloudAlwaysBreaksAtStartingIt() {
    rehearsal.fault(Map.of("kind", "error-500", "call", "start"));
    RecoverySettings.Waits waits = Rehearsal.SETTINGS.waits();
    RecoverySettings impatient =
        Rehearsal.SETTINGS.with(
            new RecoverySettings.Waits(
                waits.serviceDown(),
                waits.evacuation(),
                waits.settle(),
                waits.powerOff(),
                Duration.ofSeconds(1),
                waits.retry(),
                waits.outage(),
                waits.expiry()));
    rehearsal.startNode(rehearsal.cloud(), CommitObserver.NONE, impatient);
    FailureNotification report =
        rehearsal.awaitEnd(
            rehearsal.report(
                FailureType.VM,
                HOST,
                Map.of(
                    "event",
                    "LIFECYCLE",
                    "vir_domain_event",
                    "STOPPED_FAILED",
                    "instance_uuid",
                    id)));
    assertThat(report.status()).isEqualTo(FailureStatus.FAILED);
    assertThat(report.message()).contains("Failed to start");
    assertThat(calls("start")).isEqualTo(2);
  }
}
