package io.tocsin.recovery;

import static org.assertj.core.api.Assertions.assertThat;

import io.tocsin.failover.FailureNotification;
import io.tocsin.failover.FailureType;
import io.tocsin.identity.AccountId;
import io.tocsin.identity.Identifiers;
import io.tocsin.recovery.RecoverySettings.HostRules;
import io.tocsin.simulator.RegionSpec;
import io.tocsin.store.CommitObserver;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** What operators and owners find in their feeds after a recovery. */
class NewsOfRecoveriesTest {
  private static final String HOST = "host-02";

  private final Rehearsal rehearsal = new Rehearsal(RegionSpec.allActive(3, 6));
  private final List<JsonNode> doomed = rehearsal.instancesOn(HOST);
  private final JsonNode first = doomed.getFirst();

  @AfterEach
  void close() {
    rehearsal.close();
  }

  private List<Told> toOperators() {
    return Told.all(rehearsal.testDatabase.database()).stream()
        .filter(it -> it.account().equals(AccountId.OPERATORS.value()))
        .toList();
  }

  private List<Told> toOwners() {
    return Told.all(rehearsal.testDatabase.database()).stream()
        .filter(it -> !it.account().equals(AccountId.OPERATORS.value()))
        .toList();
  }

  private List<Told> toOwnerOf(JsonNode instance) {
    return toOwners().stream().filter(it -> it.resource().equals(id(instance))).toList();
  }

  private static UUID id(JsonNode instance) {
    return UUID.fromString(instance.path("id").asString());
  }

  private void patch(JsonNode instance, String change) {
    rehearsal.control("PATCH", "/simulator/instances/" + id(instance), change);
  }

  private void fault(Map<String, Object> fault) {
    rehearsal.control("POST", "/simulator/faults", Rehearsal.json(new HashMap<>(fault)));
  }

  private FailureNotification recoverHost() {
    rehearsal.startNode();
    return rehearsal.awaitEnd(rehearsal.failHost(HOST));
  }

  private FailureNotification recoverInstance(String event, String detail) {
    rehearsal.startNode();
    return rehearsal.awaitEnd(reportInstance(event, detail));
  }

  private FailureNotification reportInstance(String event, String detail) {
    return rehearsal.report(
        FailureType.VM,
        HOST,
        Map.of("event", event, "vir_domain_event", detail, "instance_uuid", id(first).toString()));
  }

  @Test
  void tellsTheOperatorsAStoryOfAHostFromReportToEnd() {
    FailureNotification report = recoverHost();

    List<Told> story = toOperators();
    assertThat(story)
        .extracting(Told::gist)
        .containsExactly(
            "tocsin.host.failure.reported critical",
            "tocsin.host.recovery.started informational",
            "tocsin.host.recovery.completed cleared");
    assertThat(story).extracting(Told::sequence).containsExactly(1L, 2L, 3L);
    assertThat(story).extracting(Told::isNotification).containsExactly(true, false, true);
    assertThat(story)
        .allSatisfy(it -> {
          assertThat(it.correlation()).isEqualTo(report.id().value());
          assertThat(it.resource()).isEqualTo(report.sourceHost().value());
          assertThat(it.summary()).isEqualTo("Host host-02 failed");
        });
    assertThat(story.getLast().description())
        .isEqualTo(
            "The recovery of host host-02 is done: 2 instances moved to other hosts, 0 left alone."
                + " When the host is repaired, enable its compute service, which is disabled and"
                + " forced down, and take the host off maintenance.");
  }

  @Test
  void tellsEachOwnerOfEachInstanceAndNothingBelowIt() {
    patch(doomed.getLast(), "{\"vm_state\": \"stopped\", \"power_state\": 4}");
    FailureNotification report = recoverHost();

    assertThat(toOwnerOf(first))
        .extracting(it -> it.gist() + ": " + it.summary())
        .containsExactly(
            "tocsin.instance.recovery.started critical: Instance %s is down".formatted(name(first)),
            "tocsin.instance.recovery.completed cleared: Instance %s is down"
                .formatted(name(first)));
    assertThat(toOwnerOf(first).getLast().description())
        .matches(
            "Instance .+ was restarted on another host after its host failed\\."
                + " It was down for \\d+ s\\.");
    assertThat(toOwnerOf(doomed.getLast()))
        .extracting(it -> it.gist() + ": " + it.summary())
        .containsExactly(
            "tocsin.instance.recovery.started warning: Instance %s is being moved"
                .formatted(name(doomed.getLast())),
            "tocsin.instance.recovery.completed cleared: Instance %s is being moved"
                .formatted(name(doomed.getLast())));
    for (JsonNode instance : doomed) {
      assertThat(toOwnerOf(instance))
          .allSatisfy(it -> {
            assertThat(it.account())
                .isEqualTo(AccountId.ofProject(instance.path("project_id").asString()).value());
            assertThat(it.correlation())
                .isEqualTo(Identifiers.named(report.id().value(), id(instance).toString()));
            assertThat(it.isNotification()).isTrue();
            assertThat(it.alsoConcerned()).isEmpty();
          });
    }
    assertThat(toOwners()).hasSize(4).noneMatch(it -> it.toString().contains("host-0"));
  }

  private static String name(JsonNode instance) {
    return instance.path("name").asString();
  }

  @Test
  void leavesNothingOpenOfWhatIsOver() {
    recoverHost();
    Map<String, String> newest = new HashMap<>();
    for (Told it : Told.all(rehearsal.testDatabase.database())) {
      newest.put(it.account() + "/" + it.correlation() + "/" + it.summary(), it.severity());
    }
    assertThat(newest).hasSize(3);
    assertThat(newest.values()).containsOnly("cleared");
  }

  @Test
  void tellsWhatWasNotRecoveredAndWhatToDo() {
    fault(
        Map.of(
            "kind",
            "evacuation-fails",
            "instance",
            id(first).toString(),
            "text",
            "No room there."));
    recoverHost();

    assertThat(toOperators())
        .extracting(Told::gist)
        .containsExactly(
            "tocsin.host.failure.reported critical",
            "tocsin.host.recovery.started informational",
            "tocsin.host.attempt.failed warning",
            "tocsin.host.recovery.failed critical");
    Told failed = toOperators().getLast();
    assertThat(failed.summary()).isEqualTo("Host host-02 was not recovered");
    assertThat(failed.description()).contains("1 of 2", "1 instance moved, 1 not.");
    assertThat(failed.correctiveAction()).contains("vmoves");
    assertThat(failed.alsoConcerned()).containsExactly(id(first));
    assertThat(toOwnerOf(first))
        .extracting(it -> it.gist() + ": " + it.summary())
        .containsExactly(
            "tocsin.instance.recovery.started critical: Instance %s is down".formatted(name(first)),
            "tocsin.instance.recovery.failed critical: Instance %s could not be restarted"
                .formatted(name(first)));
    assertThat(toOwners()).hasSize(4).noneMatch(it -> it.toString().contains("No room"));
  }

  @Test
  void tellsOfAnOutageOnce() {
    fault(Map.of("kind", "error-503", "count", 12));
    recoverHost();
    assertThat(toOperators())
        .extracting(Told::gist)
        .containsExactly(
            "tocsin.host.failure.reported critical",
            "tocsin.host.recovery.started informational",
            "tocsin.host.attempt.postponed warning",
            "tocsin.host.recovery.completed cleared");
  }

  @Test
  void warnsOfAHostThatIsNotActedOn() {
    rehearsal.startNode();
    rehearsal.awaitEnd(
        rehearsal.report(
            FailureType.COMPUTE_HOST, HOST, Map.of("event", "STOPPED", "host_status", "UNKNOWN")));
    Told ignored = toOperators().getLast();
    assertThat(ignored.gist()).isEqualTo("tocsin.host.recovery.ignored warning");
    assertThat(ignored.isNotification()).isTrue();
    assertThat(ignored.description()).contains("UNKNOWN");
    assertThat(ignored.correctiveAction()).contains("host is off");
    assertThat(toOwners()).isEmpty();
  }

  @Test
  void isQuietAboutAHostThatStarted() {
    rehearsal.startNode();
    rehearsal.awaitEnd(
        rehearsal.report(
            FailureType.COMPUTE_HOST, HOST, Map.of("event", "STARTED", "host_status", "NORMAL")));
    assertThat(toOperators())
        .hasSize(3)
        .allMatch(it -> it.severity().equals("informational") && !it.isNotification());
  }

  @Test
  void tellsAnOwnerWhatIsLeftAlone() {
    patch(first, "{\"metadata\": {\"HA_Enabled\": \"False\"}}");
    RecoverySettings selective =
        Rehearsal.SETTINGS.with(
            new HostRules(false, "HA_Enabled", false, "HA_Priority", false, "r"));
    rehearsal.startNode(rehearsal.cloud(), CommitObserver.NONE, selective);
    rehearsal.awaitEnd(rehearsal.failHost(HOST));
    assertThat(toOwnerOf(first))
        .singleElement()
        .satisfies(it -> {
          assertThat(it.gist()).isEqualTo("tocsin.instance.recovery.omitted warning");
          assertThat(it.description()).contains("not marked to be recovered");
        });
    assertThat(toOperators().getLast().description())
        .contains("1 instance moved to other hosts, 1 left alone");
  }

  @Test
  void tellsTheOwnerOfAnInstanceThatIsRestarted() {
    FailureNotification report = recoverInstance("LIFECYCLE", "STOPPED_FAILED");
    assertThat(toOwners())
        .extracting(it -> it.gist() + ": " + it.summary())
        .containsExactly(
            "tocsin.instance.restart.started critical: Instance %s is down".formatted(name(first)),
            "tocsin.instance.restart.completed cleared: Instance %s is down"
                .formatted(name(first)));
    assertThat(toOwners().getLast().description()).contains("It was down for");
    assertThat(toOperators())
        .extracting(Told::gist)
        .containsExactly(
            "tocsin.instance.event.reported indeterminate",
            "tocsin.instance.recovery.started informational",
            "tocsin.instance.recovery.completed cleared");
    assertThat(toOperators())
        .allSatisfy(it -> {
          assertThat(it.isNotification()).isFalse();
          assertThat(it.resource()).isEqualTo(id(first));
          assertThat(it.alsoConcerned()).containsExactly(report.sourceHost().value());
        });
  }

  @Test
  void tellsTheOwnerOnceOfAnInstanceThatCannotBeRestarted() {
    fault(Map.of("kind", "error-500", "call", "start"));
    rehearsal.startNode(
        rehearsal.cloud(), CommitObserver.NONE, Rehearsal.expiringAfter(Duration.ofSeconds(3)));
    rehearsal.awaitEnd(reportInstance("LIFECYCLE", "STOPPED_FAILED"));
    assertThat(toOwners())
        .extracting(it -> it.gist() + ": " + it.summary())
        .containsExactly(
            "tocsin.instance.restart.started critical: Instance %s is down".formatted(name(first)),
            "tocsin.instance.restart.failed critical: Instance %s could not be restarted"
                .formatted(name(first)));
    assertThat(toOperators().getLast())
        .satisfies(it -> {
          assertThat(it.gist()).isEqualTo("tocsin.instance.recovery.failed critical");
          assertThat(it.isNotification()).isTrue();
        });
  }

  @Test
  void keepsEverydayEventsOfInstancesFromTheirOwners() {
    recoverInstance("LIFECYCLE", "STOPPED_SHUTDOWN");
    assertThat(toOwners()).isEmpty();
    assertThat(toOperators().getLast().gist())
        .isEqualTo("tocsin.instance.recovery.ignored cleared");
    assertThat(toOperators()).noneMatch(Told::isNotification);
  }

  @Test
  void tellsWhatBecameOfAProcess() {
    rehearsal.startNode();
    rehearsal.awaitEnd(
        rehearsal.report(
            FailureType.PROCESS, HOST, Map.of("event", "STOPPED", "process_name", "nova-compute")));
    assertThat(toOperators())
        .extracting(it -> it.gist() + ": " + it.summary())
        .containsExactly(
            "tocsin.process.failure.reported warning: Process nova-compute stopped on host-02",
            "tocsin.process.recovery.started informational: Process nova-compute stopped on host-02",
            "tocsin.process.recovery.completed cleared: Process nova-compute stopped on host-02");
    assertThat(toOperators().getLast().description()).contains("take the host off maintenance");
  }
}
