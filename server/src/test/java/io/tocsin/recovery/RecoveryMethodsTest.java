package io.tocsin.recovery;

import static org.assertj.core.api.Assertions.assertThat;

import io.tocsin.compute.NovaCloud;
import io.tocsin.failover.FailureNotification;
import io.tocsin.failover.FailureStatus;
import io.tocsin.failover.RecoveryMethod;
import io.tocsin.simulator.RegionSpec;
import io.tocsin.store.CommitObserver;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/**
 * Reserved hosts, and what the methods make of them (recovery-engine spec §3; W2, W6, W18, W19).
 */
class RecoveryMethodsTest {
  private static final String HOST = "host-02";
  private static final String SPARE = "host-04";

  private final Rehearsal rehearsal = new Rehearsal(RegionSpec.allActive(5, 30));
  private final NovaCloud cloud = rehearsal.cloud();

  @AfterEach
  void close() {
    rehearsal.close();
  }

  @Test
  void movesEverythingToTheSpareAndUsesItUp() {
    rehearsal.recoverBy(RecoveryMethod.RESERVED_HOST);
    rehearsal.reserve(SPARE);
    rehearsal.startNode();
    FailureNotification report = rehearsal.awaitEnd(rehearsal.failHost(HOST));

    assertThat(report.status()).as(report.message()).isEqualTo(FailureStatus.FINISHED);
    assertThat(destinations(report)).containsExactly(SPARE);
    assertThat(rehearsal.host(SPARE).isReserved()).isFalse();
    assertThat(isEnabled(SPARE)).isTrue();
    assertThat(rehearsal.claimedSpares()).isZero();
  }

  @Test
  void failsWhereOnlySparesMayBeUsedAndThereAreNone() {
    rehearsal.recoverBy(RecoveryMethod.RESERVED_HOST);
    rehearsal.startNode();
    FailureNotification report = rehearsal.awaitEnd(rehearsal.failHost(HOST));

    assertThat(report.status()).isEqualTo(FailureStatus.FAILED);
    assertThat(report.message()).isEqualTo("No reserved_hosts available for evacuation.");
    assertThat(evacuations(report)).allMatch(count -> count == 0);
  }

  @Test
  void takesTheNewestSpareFirst() {
    rehearsal.recoverBy(RecoveryMethod.RH_PRIORITY);
    rehearsal.reserve("host-03");
    rehearsal.reserve("host-05");
    rehearsal.startNode();
    FailureNotification report = rehearsal.awaitEnd(rehearsal.failHost(HOST));
    assertThat(destinations(report)).containsExactly("host-05");
    assertThat(rehearsal.host("host-03").isReserved()).isTrue();
  }

  @Test
  void neverGivesOneSpareToTwoFailingHosts() {
    rehearsal.recoverBy(RecoveryMethod.RESERVED_HOST);
    rehearsal.reserve("host-03");
    rehearsal.reserve("host-04");
    rehearsal.startNode();
    rehearsal.startNode();
    FailureNotification first = rehearsal.failHost("host-01");
    FailureNotification second = rehearsal.failHost("host-02");

    assertThat(rehearsal.awaitEnd(first).status()).isEqualTo(FailureStatus.FINISHED);
    assertThat(rehearsal.awaitEnd(second).status()).isEqualTo(FailureStatus.FINISHED);
    Set<String> used = new HashSet<>(destinations(first));
    assertThat(used).hasSize(1).doesNotContainAnyElementsOf(destinations(second));
    used.addAll(destinations(second));
    assertThat(used).containsExactlyInAnyOrder("host-03", "host-04");
  }

  @Test
  void evacuatesNothingTwiceWhenTwoHostsWantTheOnlySpare() {
    rehearsal.recoverBy(RecoveryMethod.RH_PRIORITY);
    rehearsal.reserve(SPARE);
    rehearsal.startNode();
    rehearsal.startNode();
    FailureNotification first = rehearsal.failHost("host-01");
    FailureNotification second = rehearsal.failHost("host-02");

    assertThat(rehearsal.awaitEnd(first).status()).isEqualTo(FailureStatus.FINISHED);
    assertThat(rehearsal.awaitEnd(second).status()).isEqualTo(FailureStatus.FINISHED);
    assertThat(evacuations(first)).allMatch(count -> count == 1);
    assertThat(evacuations(second)).allMatch(count -> count == 1);
    assertThat(rehearsal.instancesOn("host-01")).isEmpty();
    assertThat(rehearsal.instancesOn("host-02")).isEmpty();
  }

  @Test
  void givesASpareBackAsItWasWhenNothingLandedOnIt() {
    rehearsal.recoverBy(RecoveryMethod.RH_PRIORITY);
    rehearsal.reserve(SPARE);
    for (JsonNode instance : rehearsal.instancesOn(HOST)) {
      failOnce(instance.path("id").asString());
    }
    rehearsal.startNode();
    FailureNotification report = rehearsal.awaitEnd(rehearsal.failHost(HOST));

    assertThat(report.status()).as(report.message()).isEqualTo(FailureStatus.FINISHED);
    assertThat(destinations(report)).doesNotContain(SPARE);
    assertThat(rehearsal.steps(report)).as("one attempt, no second wait").hasSize(3);
    assertThat(rehearsal.host(SPARE).isReserved()).isTrue();
    assertThat(isEnabled(SPARE)).isFalse();
    assertThat(rehearsal.claimedSpares()).isZero();
  }

  @Test
  void fallsBackToASpareWithWhatTheSchedulerLeft() {
    rehearsal.recoverBy(RecoveryMethod.AUTO_PRIORITY);
    rehearsal.reserve(SPARE);
    String unlucky = rehearsal.instancesOn(HOST).getFirst().path("id").asString();
    failOnce(unlucky);
    rehearsal.startNode();
    FailureNotification report = rehearsal.awaitEnd(rehearsal.failHost(HOST));

    assertThat(report.status()).as(report.message()).isEqualTo(FailureStatus.FINISHED);
    assertThat(rehearsal.vmoves(report))
        .filteredOn(vmove -> SPARE.equals(vmove.destHost()))
        .singleElement()
        .satisfies(vmove -> assertThat(vmove.instance()).hasToString(unlucky));
    assertThat(rehearsal.instance(unlucky).path("vm_state").asString()).isEqualTo("active");
    assertThat(rehearsal.host(SPARE).isReserved()).isFalse();
  }

  @Test
  void goesOnToTheNextSpareWhenOneIsFull() {
    rehearsal.recoverBy(RecoveryMethod.RESERVED_HOST);
    rehearsal.reserve("host-03");
    rehearsal.reserve("host-04");
    // Each host has six; two more fit on a spare.
    rehearsal.control("PATCH", "/simulator/settings", "{\"host_capacity\": 8}");
    rehearsal.startNode();
    FailureNotification report = rehearsal.awaitEnd(rehearsal.failHost(HOST));
    assertThat(report.status()).isEqualTo(FailureStatus.FAILED);
    assertThat(destinations(report)).containsExactlyInAnyOrder("host-03", "host-04");
    assertThat(rehearsal.claimedSpares()).isZero();
  }

  @Test
  void putsTheSpareIntoTheAggregatesOfTheFailedHost() {
    rehearsal.recoverBy(RecoveryMethod.RESERVED_HOST);
    rehearsal.reserve("host-03");
    RecoverySettings.HostRules rules = RecoverySettings.HostRules.DEFAULT;
    RecoverySettings adding =
        Rehearsal.SETTINGS.with(
            new RecoverySettings.HostRules(
                rules.evacuateAll(),
                rules.haEnabledKey(),
                rules.ignoreInError(),
                rules.priorityKey(),
                true,
                rules.disableReason()));
    rehearsal.startNode(rehearsal.cloud(), CommitObserver.NONE, adding);
    rehearsal.awaitEnd(rehearsal.failHost(HOST));
    assertThat(cloud.listAggregates())
        .filteredOn(aggregate -> aggregate.hosts().contains(HOST))
        .isNotEmpty()
        .allMatch(aggregate -> aggregate.hosts().contains("host-03"));
  }

  private void failOnce(String instance) {
    rehearsal.fault(
        Map.of("kind", "evacuation-fails", "instance", instance, "count", 1, "text", "No room."));
  }

  private Set<String> destinations(FailureNotification report) {
    return rehearsal.vmoves(report).stream()
        .map(Vmove::destHost)
        .filter(java.util.Objects::nonNull)
        .collect(Collectors.toSet());
  }

  private List<Integer> evacuations(FailureNotification report) {
    return rehearsal.vmoves(report).stream()
        .map(vmove ->
            rehearsal.instance(vmove.instance()).path("evacuations").path("accepted").asInt())
        .toList();
  }

  private boolean isEnabled(String host) {
    return cloud.findComputeService(host).orElseThrow().isEnabled();
  }
}
