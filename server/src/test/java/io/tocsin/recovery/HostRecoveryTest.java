package io.tocsin.recovery;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import io.tocsin.Waiting;
import io.tocsin.compute.Cloud;
import io.tocsin.compute.NovaCloud;
import io.tocsin.compute.ServerId;
import io.tocsin.failover.FailureNotification;
import io.tocsin.failover.FailureStatus;
import io.tocsin.failover.FailureType;
import io.tocsin.failover.HostChange;
import io.tocsin.failover.SegmentChange;
import io.tocsin.http.LoggedLines;
import io.tocsin.simulator.RegionSpec;
import io.tocsin.store.CommitObserver;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class HostRecoveryTest {
  private static final String HOST = "host-02";

  private final Rehearsal rehearsal = new Rehearsal(RegionSpec.allActive(4, 40));

  @AfterEach
  void close() {
    rehearsal.close();
  }

  @Test
  void bringsEveryInstanceBackOnce() {
    rehearsal.startNode();
    List<JsonNode> doomed = rehearsal.instancesOn(HOST);
    FailureNotification report = rehearsal.awaitEnd(rehearsal.failHost(HOST));

    assertThat(report.status()).isEqualTo(FailureStatus.FINISHED);
    assertThat(rehearsal.instancesOn(HOST)).isEmpty();
    assertThat(rehearsal.vmoves(report))
        .hasSize(doomed.size())
        .allMatch(vmove -> vmove.status() == VmoveStatus.SUCCEEDED);
    assertThat(rehearsal.hosts.find(hostNumber(report)).orElseThrow().isOnMaintenance()).isTrue();
  }

  private long hostNumber(FailureNotification report) {
    return rehearsal
        .hosts
        .require(rehearsal.segment.id().toString(), report.sourceHost().toString())
        .number();
  }

  @Test
  void tellsItsStepsInTheWordsClientsKnow() {
    rehearsal.startNode();
    FailureNotification report = rehearsal.awaitEnd(rehearsal.failHost(HOST));
    assertThat(rehearsal.steps(report))
        .extracting(RecordedStep::name)
        .containsExactly(
            "DisableComputeServiceTask", "PrepareHAEnabledInstancesTask", "EvacuateInstancesTask");
    assertThat(rehearsal.steps(report))
        .allSatisfy(step -> {
          assertThat(step.state()).isEqualTo("SUCCESS");
          assertThat(step.progress()).isEqualTo(1.0);
          assertThat(step.messages()).isNotEmpty();
        });
    assertThat(rehearsal.steps(report).get(1).messages())
        .extracting(RecordedStep.RecordedMessage::text)
        .contains("Total instances running on failed host 'host-02' is 10");
  }

  @Test
  void ignoresAHostThatIsNotKnownToBeFenced() {
    rehearsal.startNode();
    FailureNotification report =
        rehearsal.awaitEnd(
            rehearsal.report(
                FailureType.COMPUTE_HOST,
                HOST,
                Map.of("event", "STOPPED", "host_status", "UNKNOWN")));
    assertThat(report.status()).isEqualTo(FailureStatus.IGNORED);
    assertThat(report.message()).contains("UNKNOWN");
    assertThat(rehearsal.instancesOn(HOST)).hasSize(10);
    assertThat(rehearsal.hosts.find(hostNumber(report)).orElseThrow().isOnMaintenance()).isFalse();
  }

  @Test
  void logsHowAnAttemptEndedAndWhyWhereThatIsNotPlain() {
    try (LoggedLines lines = LoggedLines.of(Attempt.class.getName())) {
      rehearsal.startNode();
      rehearsal.awaitEnd(rehearsal.failHost(HOST));
      Waiting.until(() -> endings(lines).size() == 1);
      assertThat(endings(lines).getFirst())
          .contains("status=\"FINISHED\"")
          .doesNotContain("reason", "next_attempt_in");

      rehearsal.report(
          FailureType.COMPUTE_HOST,
          "host-03",
          Map.of("event", "STOPPED", "host_status", "UNKNOWN"));
      Waiting.until(() -> endings(lines).size() == 2);
      assertThat(endings(lines).getLast())
          .containsPattern("status=\"IGNORED\".*reason=\".*UNKNOWN")
          .doesNotContain("next_attempt_in");
    }
  }

  private static List<String> endings(LoggedLines lines) {
    return lines.atLevel(Level.INFO).stream()
        .filter(line -> line.getMessage().equals("recovery attempt ended"))
        .map(line -> line.getKeyValuePairs().toString())
        .toList();
  }

  @Test
  void goesOnWhereAnEarlierRecoveryOfTheHostGaveUp() {
    String unlucky = rehearsal.instancesOn(HOST).getFirst().path("id").stringValue();
    fault(Map.of("kind", "evacuation-fails", "instance", unlucky, "count", 2));
    rehearsal.startNode();
    FailureNotification first = rehearsal.awaitEnd(rehearsal.failHost(HOST));
    assertThat(first.status()).isEqualTo(FailureStatus.FAILED);
    assertThat(state(unlucky)).isEqualTo("error");

    rehearsal.hosts.update(
        rehearsal.segment.id().toString(),
        first.sourceHost().toString(),
        new HostChange(null, null, null, null, false));
    Map<String, String> inOtherWords = new HashMap<>(Rehearsal.HOST_STOPPED);
    inOtherWords.put("cluster_status", "ONLINE");
    FailureNotification second =
        rehearsal.awaitEnd(rehearsal.report(FailureType.COMPUTE_HOST, HOST, inOtherWords));
    assertThat(second.status()).as(second.message()).isEqualTo(FailureStatus.FINISHED);
    assertThat(rehearsal.instancesOn(HOST)).isEmpty();
    assertThat(state(unlucky)).as("it ran before").isEqualTo("active");
  }

  private String state(String instance) {
    return rehearsal
        .control("GET", "/simulator/instances/" + instance, "")
        .path("vm_state")
        .stringValue();
  }

  /** W12. */
  @Test
  void endsOneRecoveryByABugAndNoOther() {
    rehearsal.startNode(
        failingFor(HOST, rehearsal.cloud()), CommitObserver.NONE, Rehearsal.SETTINGS);
    FailureNotification unlucky = rehearsal.awaitEnd(rehearsal.failHost(HOST));
    assertThat(unlucky.status()).isEqualTo(FailureStatus.FAILED);
    assertThat(unlucky.message()).contains("Internal error");
    FailureNotification next = rehearsal.awaitEnd(rehearsal.failHost("host-03"));
    assertThat(next.status()).isEqualTo(FailureStatus.FINISHED);
  }

  private static Cloud failingFor(String host, Cloud cloud) {
    return (Cloud)
        Proxy.newProxyInstance(
            Cloud.class.getClassLoader(),
            new Class<?>[] {Cloud.class},
            (_, method, arguments) -> {
              if (method.getName().equals("listServersOn") && host.equals(arguments[0])) {
                throw new IllegalStateException("nobody thought of this");
              }
              try {
                Object answer = method.invoke(cloud, arguments);
                return answer instanceof Cloud inner ? failingFor(host, inner) : answer;
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }

  /** W24: an instance costs the calls that act on it, and shares those that look. */
  @Test
  void looksAtAllInstancesAtOnce() {
    rehearsal.control("DELETE", "/simulator/calls", "");
    rehearsal.startNode();
    rehearsal.awaitEnd(rehearsal.failHost(HOST));
    JsonNode calls = rehearsal.control("GET", "/simulator/calls", "").path("by_kind");
    for (String acting : List.of("lock", "evacuate", "unlock")) {
      assertThat(calls.path(acting).intValue(0)).as(acting).isEqualTo(10);
    }
    assertThat(calls.path("show-server").intValue(0)).as(calls.toString()).isZero();
  }

  @Test
  void ignoresHostsOfADisabledSegment() {
    rehearsal.segments.update(
        rehearsal.segment.id().toString(), new SegmentChange(null, null, null, false, null));
    rehearsal.startNode();
    FailureNotification report = rehearsal.awaitEnd(rehearsal.failHost(HOST));
    assertThat(report.status()).isEqualTo(FailureStatus.IGNORED);
    assertThat(report.message()).isEqualTo("Recovery aboart: the segment HA is disabled.");
  }

  @Test
  void finishesAtOnceWhenAHostStarted() {
    rehearsal.startNode();
    FailureNotification report =
        rehearsal.awaitEnd(
            rehearsal.report(
                FailureType.COMPUTE_HOST,
                HOST,
                Map.of("event", "STARTED", "host_status", "NORMAL")));
    assertThat(report.status()).isEqualTo(FailureStatus.FINISHED);
    assertThat(rehearsal.steps(report)).isEmpty();
  }

  @Test
  void continuesWhatFailedAndKeepsWhatSucceeded() {
    String unlucky = rehearsal.instancesOn(HOST).getFirst().path("id").asString();
    fault(
        Map.of(
            "kind", "evacuation-fails", "instance", unlucky, "count", 1, "text", "No room there."));
    rehearsal.startNode();
    FailureNotification report = rehearsal.awaitEnd(rehearsal.failHost(HOST));

    assertThat(report.status()).as(report.message()).isEqualTo(FailureStatus.FINISHED);
    assertThat(rehearsal.vmoves(report))
        .hasSize(10)
        .allMatch(vmove -> vmove.status() == VmoveStatus.SUCCEEDED);
    assertThat(rehearsal.instance(unlucky).path("vm_state").asString()).isEqualTo("active");
    assertThat(rehearsal.steps(report)).hasSize(6);
    for (JsonNode instance :
        rehearsal.control("GET", "/simulator/instances", "").path("instances")) {
      assertThat(instance.path("evacuations").path("accepted").asInt())
          .isLessThanOrEqualTo(instance.path("id").asString().equals(unlucky) ? 2 : 1);
    }
  }

  @Test
  void givesTheReasonOfEachInstanceThatCannotBeMoved() {
    String doomed = rehearsal.instancesOn(HOST).getFirst().path("id").asString();
    fault(Map.of("kind", "evacuation-fails", "instance", doomed, "text", "No room there."));
    rehearsal.startNode();
    FailureNotification report = rehearsal.awaitEnd(rehearsal.failHost(HOST));

    assertThat(report.status()).isEqualTo(FailureStatus.FAILED);
    assertThat(report.message()).contains("1 of 10");
    assertThat(rehearsal.vmoves(report))
        .filteredOn(vmove -> vmove.status() == VmoveStatus.FAILED)
        .singleElement()
        .satisfies(vmove -> {
          assertThat(vmove.instance()).hasToString(doomed);
          assertThat(vmove.message()).contains("No room there.");
        });
  }

  @Test
  void outlivesACloudThatIsAwayForAWhile() {
    rehearsal.startNode();
    fault(Map.of("kind", "error-503", "count", 12));
    FailureNotification report = rehearsal.awaitEnd(rehearsal.failHost(HOST));
    assertThat(report.status()).as(report.message()).isEqualTo(FailureStatus.FINISHED);
    assertThat(rehearsal.instancesOn(HOST)).isEmpty();
  }

  @Test
  void doesNotEvacuateTwiceWhenAnswersAreLost() {
    rehearsal.startNode();
    fault(Map.of("kind", "cut-after", "call", "evacuate"));
    FailureNotification report = rehearsal.awaitEnd(rehearsal.failHost(HOST));
    assertThat(report.status()).as(report.message()).isEqualTo(FailureStatus.FINISHED);
    for (Vmove vmove : rehearsal.vmoves(report)) {
      assertThat(rehearsal.instance(vmove.instance()).path("evacuations").path("accepted").asInt())
          .isEqualTo(1);
    }
  }

  @Test
  void movesOnWhatWasOnItsWayToAHostThatDiedToo() {
    rehearsal.control("PATCH", "/simulator/settings", "{\"evacuation_time\": \"4s\"}");
    rehearsal.startNode();
    FailureNotification first = rehearsal.failHost(HOST);
    NovaCloud cloud = rehearsal.cloud();
    Rehearsal.await(Duration.ofSeconds(20), () -> areTakenUp(cloud, rehearsal.instancesOn(HOST)));
    FailureNotification second = rehearsal.failHost("host-03");

    assertThat(rehearsal.awaitEnd(first).status()).isEqualTo(FailureStatus.FINISHED);
    assertThat(rehearsal.awaitEnd(second).status()).isEqualTo(FailureStatus.FINISHED);
    assertThat(rehearsal.instancesOn(HOST)).isEmpty();
    assertThat(rehearsal.instancesOn("host-03")).isEmpty();
    assertThat(rehearsal.vmoves(first))
        .hasSize(10)
        .allMatch(vmove -> vmove.status() == VmoveStatus.SUCCEEDED)
        .noneMatch(vmove -> "host-03".equals(vmove.destHost()));
  }

  private static boolean areTakenUp(Cloud cloud, List<JsonNode> instances) {
    return instances.stream()
        .map(instance -> new ServerId(UUID.fromString(instance.path("id").asString())))
        .allMatch(id -> cloud.findEvacuationTarget(id).isPresent());
  }

  @Test
  void beginsAnewWhatNoHostTookUpInTime() {
    String lost = rehearsal.instancesOn(HOST).getFirst().path("id").asString();
    fault(Map.of("kind", "evacuation-hangs", "instance", lost, "count", 1));
    RecoverySettings impatient =
        Rehearsal.SETTINGS.with(
            new RecoverySettings.Waits(
                Duration.ofSeconds(5),
                Duration.ofSeconds(2),
                Duration.ofMillis(500),
                Duration.ofSeconds(5),
                Duration.ofSeconds(5),
                Duration.ofMillis(200),
                Duration.ofSeconds(1),
                Duration.ofDays(1)));
    rehearsal.startNode(rehearsal.cloud(), CommitObserver.NONE, impatient);
    FailureNotification report = rehearsal.awaitEnd(rehearsal.failHost(HOST));
    assertThat(report.status()).as(report.message()).isEqualTo(FailureStatus.FINISHED);
    assertThat(rehearsal.instancesOn(HOST)).isEmpty();
  }

  private void fault(Map<String, Object> fault) {
    Map<String, Object> body = new HashMap<>(fault);
    rehearsal.control("POST", "/simulator/faults", Rehearsal.json(body));
  }
}
