package io.tocsin.recovery;

import static org.assertj.core.api.Assertions.assertThat;

import io.tocsin.compute.NovaCloud;
import io.tocsin.failover.FailureNotification;
import io.tocsin.failover.FailureStatus;
import io.tocsin.failover.FailureType;
import io.tocsin.simulator.RegionSpec;
import io.tocsin.store.CommitObserver;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What keeps a recovery from touching a host that may be alive (promise P2, W26, W31). */
class GatesTest {
  private static final String HOST = "host-02";

  private final Rehearsal rehearsal = new Rehearsal(RegionSpec.allActive(8, 32));
  private final NovaCloud cloud = rehearsal.cloud();

  @AfterEach
  void close() {
    rehearsal.close();
  }

  @Test
  void recordsWhatEachGateSaw() {
    rehearsal.startNode();
    FailureNotification report = rehearsal.awaitEnd(rehearsal.failHost(HOST));
    assertThat(rehearsal.gates(report))
        .containsExactly(
            "fenced open", "alive open", "isolation open", "storm open", "service-down open");
    assertThat(inputs(report, "service-down")).contains("\"is_forced_down\": true");
  }

  @Test
  void leavesAHostAloneThatGoesOnBeating() {
    FailureNotification report =
        rehearsal.report(FailureType.COMPUTE_HOST, HOST, Rehearsal.HOST_STOPPED);
    // Asked before the next beat, the gate would have to believe the report.
    Rehearsal.await(Duration.ofSeconds(5), () -> hasBeatenSince(report));
    rehearsal.startNode();
    FailureNotification end = rehearsal.awaitEnd(report);
    assertThat(end.status()).isEqualTo(FailureStatus.IGNORED);
    assertThat(end.message()).contains("alive");
    assertUntouched();
  }

  @Test
  void goesOnWhenTheHeartbeatsEndAfterTheReport() {
    RecoverySettings patient = lookingAgainAfter(Duration.ofSeconds(1));
    FailureNotification report =
        rehearsal.report(FailureType.COMPUTE_HOST, HOST, Rehearsal.HOST_STOPPED);
    Rehearsal.await(Duration.ofSeconds(5), () -> hasBeatenSince(report));
    // Its last breath came after the report; a living host would have another.
    rehearsal.control("POST", "/simulator/hosts/" + HOST + "/fail?report=false", "");
    rehearsal.startNode(rehearsal.cloud(), CommitObserver.NONE, patient);
    FailureNotification end = rehearsal.awaitEnd(report);
    assertThat(end.status()).as(end.message()).isEqualTo(FailureStatus.FINISHED);
    assertThat(rehearsal.gates(report)).contains("alive closed", "alive open");
    assertThat(rehearsal.instancesOn(HOST)).isEmpty();
  }

  private boolean hasBeatenSince(FailureNotification report) {
    Instant lastSeen = cloud.findComputeService(HOST).orElseThrow().lastSeen();
    return lastSeen != null && lastSeen.isAfter(report.createdAt().plusMillis(1500));
  }

  @Test
  void concludesNothingWhileTheCloudSeesFewOthersUp() {
    for (String other : List.of("host-04", "host-05", "host-06", "host-07", "host-08")) {
      rehearsal.control("POST", "/simulator/hosts/" + other + "/fail?report=false", "");
    }
    Rehearsal.await(
        Duration.ofSeconds(5), () -> !cloud.findComputeService("host-08").orElseThrow().isUp());
    rehearsal.startNode();
    FailureNotification report = rehearsal.failHost(HOST);
    Rehearsal.await(
        Duration.ofSeconds(5), () -> rehearsal.gates(report).contains("isolation closed"));
    Rehearsal.await(Duration.ofSeconds(5), () -> isHeld(report));
    assertThat(rehearsal.notification(report).message()).contains("2 of 7 other");
    assertUntouched();

    for (String other : List.of("host-04", "host-05", "host-06", "host-07", "host-08")) {
      rehearsal.control("POST", "/simulator/hosts/" + other + "/recover", "");
    }
    assertThat(rehearsal.awaitEnd(report).status()).isEqualTo(FailureStatus.FINISHED);
    assertThat(rehearsal.gates(report)).contains("isolation open");
  }

  @Test
  void holdsFurtherHostsOfAStormAndTellsTheOperatorsLoudly() {
    rehearsal.startNode();
    rehearsal.startNode();
    // A quarter of eight: two at once.
    FailureNotification first = rehearsal.failHost("host-01");
    FailureNotification second = rehearsal.failHost("host-02");
    rehearsal.awaitEnd(first);
    rehearsal.awaitEnd(second);
    FailureNotification third = rehearsal.failHost("host-03");
    FailureNotification fourth = rehearsal.failHost("host-04");
    Rehearsal.await(Duration.ofSeconds(5), () -> isHeld(third) && isHeld(fourth));

    assertThat(rehearsal.notification(third).message()).contains("Storm brake");
    assertThat(rehearsal.instancesOn("host-03")).isNotEmpty();
    assertThat(rehearsal.host("host-03").isOnMaintenance()).isFalse();
    List<Told> told = Told.all(rehearsal.testDatabase.database());
    assertThat(told)
        .filteredOn(it -> it.gist().equals("tocsin.host.storm.braked critical"))
        .as("told once a storm")
        .hasSize(1);

    approve(third);
    assertThat(rehearsal.awaitEnd(third).status()).isEqualTo(FailureStatus.FINISHED);
    assertThat(rehearsal.gates(third)).contains("storm closed", "storm overridden");
    assertThat(isHeld(fourth)).isTrue();
  }

  @Test
  void goesOnByItselfWhenTheWindowHasPassed() {
    Duration window = Duration.ofSeconds(8);
    RecoverySettings quick =
        Rehearsal.SETTINGS.with(
            new RecoverySettings.Safety(
                new SafetyRules(true, true, 50, true, new SafetyRules.Brake(1, 0, window)),
                new SafetyRules.Brake(0, 0, window),
                Duration.ofMillis(300),
                Duration.ZERO));
    rehearsal.startNode(rehearsal.cloud(), CommitObserver.NONE, quick);
    rehearsal.awaitEnd(rehearsal.failHost("host-01"));
    FailureNotification second = rehearsal.failHost("host-02");
    Rehearsal.await(Duration.ofSeconds(5), () -> isHeld(second));
    assertThat(rehearsal.awaitEnd(second).status()).isEqualTo(FailureStatus.FINISHED);
  }

  @Test
  void obeysTheRulesOfASegment() {
    rehearsal
        .testDatabase
        .database()
        .inTransaction(tx -> {
          SegmentRulesStore.save(
              tx,
              rehearsal.segment.id().value(),
              new SegmentRules(null, null, null, null, 1, null, null),
              "rosa");
          return tx;
        });
    rehearsal.startNode();
    rehearsal.awaitEnd(rehearsal.failHost("host-01"));
    FailureNotification second = rehearsal.failHost("host-02");
    Rehearsal.await(Duration.ofSeconds(5), () -> isHeld(second));
    assertThat(rehearsal.notification(second).message()).contains("1 at once is the limit");
  }

  @Test
  void takesTheRulesOfASegmentFromTheDatabaseAsTheyWereWritten() {
    SegmentRules rules = new SegmentRules(false, false, 10, false, 7, 8, Duration.ofSeconds(90));
    SegmentRules back =
        rehearsal
            .testDatabase
            .database()
            .inTransaction(tx -> {
              SegmentRulesStore.save(tx, rehearsal.segment.id().value(), rules, "rosa");
              return SegmentRulesStore.find(tx, rehearsal.segment.id().value());
            });
    assertThat(back).isEqualTo(rules);
    assertThat(back.over(SafetyRules.DEFAULT))
        .isEqualTo(
            new SafetyRules(
                false, false, 10, false, new SafetyRules.Brake(7, 8, Duration.ofSeconds(90))));
  }

  @Test
  void saysWhyAHostThatTheCloudSeesUpCannotBeEvacuated() {
    rehearsal.fault(Map.of("kind", "state-lags", "host", HOST, "delay", "60s"));
    rehearsal.startNode();
    FailureNotification report = rehearsal.awaitEnd(rehearsal.failHost(HOST));
    assertThat(report.status()).isEqualTo(FailureStatus.FAILED);
    assertThat(rehearsal.gates(report)).contains("service-down closed");
    assertThat(rehearsal.instancesOn(HOST)).hasSize(4);
  }

  private RecoverySettings lookingAgainAfter(Duration pause) {
    return Rehearsal.SETTINGS.with(
        new RecoverySettings.Safety(
            SafetyRules.DEFAULT, SafetyRules.Brake.OF_THE_REGION, pause, Duration.ZERO));
  }

  private boolean isHeld(FailureNotification report) {
    return rehearsal.column(report, "held_by").isPresent()
        && rehearsal.column(report, "state").equals(Optional.of("due"));
  }

  private void approve(FailureNotification report) {
    rehearsal
        .interventions()
        .approve(
            Rehearsal.ROSA,
            new Aim(Aim.Kind.RECOVERY, report.id().toString()),
            null,
            "I was there");
  }

  private String inputs(FailureNotification report, String gate) {
    return rehearsal
        .testDatabase
        .database()
        .read(handle ->
            handle
                .createQuery(
                    "select inputs::text from recovery_gate where recovery_id = :id and gate = :gate")
                .bind("id", report.number())
                .bind("gate", gate)
                .mapTo(String.class)
                .one());
  }

  private void assertUntouched() {
    assertThat(cloud.findComputeService(HOST).orElseThrow())
        .returns(true, it -> it.isEnabled())
        .returns(false, it -> it.isForcedDown());
    assertThat(rehearsal.host(HOST).isOnMaintenance()).isFalse();
    assertThat(rehearsal.instancesOn(HOST)).hasSize(4);
  }
}
