package io.tocsin.recovery;

import static org.assertj.core.api.Assertions.assertThat;

import io.tocsin.compute.NovaCloud;
import io.tocsin.failover.FailureNotification;
import io.tocsin.failover.FailureStatus;
import io.tocsin.failover.FailureType;
import io.tocsin.simulator.RegionSpec;
import io.tocsin.store.CommitObserver;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Forty hosts of one segment are reported dead at once (weakness W26). */
class StormTest {
  private static final int DEAD = 40;
  private static final int ALLOWED = 5;
  private static final int WIDTH = 3;

  private final Rehearsal rehearsal = new Rehearsal(RegionSpec.allActive(100, 100));

  @AfterEach
  void close() {
    rehearsal.close();
  }

  @Test
  void evacuatesNoMoreThanTheBrakeAllowsUntilSomebodyApproves() {
    rehearsal.startNode(rehearsal.cloud(), CommitObserver.NONE, settings(16));
    rehearsal.startNode(rehearsal.cloud(), CommitObserver.NONE, settings(16));
    List<FailureNotification> reports = failAll();
    Rehearsal.await(
        Duration.ofSeconds(60),
        () ->
            with(reports, FailureStatus.FINISHED).size() == ALLOWED
                && held(reports).size() == DEAD - ALLOWED);

    List<FailureNotification> held = held(reports);
    assertThat(held).allSatisfy(report -> assertThat(rehearsal.vmoves(report)).isEmpty());
    assertThat(evacuations()).isEqualTo(ALLOWED);
    assertThat(Told.all(rehearsal.testDatabase.database()))
        .filteredOn(it -> it.gist().equals("tocsin.host.storm.braked critical"))
        .hasSize(1)
        .allSatisfy(it -> assertThat(it.description()).contains("limit"));

    approve();
    for (FailureNotification report : held) {
      FailureNotification end = rehearsal.awaitEnd(report);
      assertThat(end.status()).as(end.message()).isEqualTo(FailureStatus.FINISHED);
    }
    assertThat(evacuations()).isEqualTo(DEAD);
  }

  @Test
  void thenRecoversInTheOrderOfImportanceWithinTheWidth() {
    Map<String, Integer> priorities = new HashMap<>();
    for (JsonNode instance : instances()) {
      int priority = Math.floorMod(instance.path("id").asString().hashCode(), 1000);
      String id = instance.path("id").asString();
      priorities.put(id, priority);
      rehearsal.control(
          "PATCH",
          "/simulator/instances/" + id,
          "{\"metadata\": {\"HA_Enabled\": \"True\", \"HA_Priority\": \"%d\"}}"
              .formatted(priority));
    }
    rehearsal.control("PATCH", "/simulator/settings", "{\"evacuation_time\": \"1s\"}");
    rehearsal.startNode(rehearsal.cloud(), CommitObserver.NONE, settings(64));
    List<FailureNotification> reports = failAll();
    Rehearsal.await(Duration.ofSeconds(60), () -> held(reports).size() == DEAD - ALLOWED);
    List<FailureNotification> held = held(reports);
    approve();
    held.forEach(rehearsal::awaitEnd);

    List<Vmove> inOrder = new ArrayList<>();
    held.forEach(report -> inOrder.addAll(rehearsal.vmoves(report)));
    inOrder.sort(Comparator.comparing(Vmove::startTime));
    assertThat(inOrder).hasSize(DEAD - ALLOWED);
    for (int i = WIDTH; i < inOrder.size(); i++) {
      assertThat(inOrder.get(i).startTime())
          .as("no more than the width at once")
          .isAfterOrEqualTo(
              inOrder.subList(0, i).stream()
                  .map(Vmove::endTime)
                  .sorted(Comparator.reverseOrder())
                  .toList()
                  .get(WIDTH - 1)
                  .minusSeconds(1));
    }
    // The first ones began before all plans were made.
    List<Integer> settled =
        inOrder.subList(4 * WIDTH, inOrder.size()).stream()
            .map(vmove -> priorities.getOrDefault(vmove.instance().toString(), 0))
            .toList();
    for (int i = 0; i + WIDTH < settled.size(); i++) {
      // Those that get their places at the same moment may begin in any order.
      assertThat(settled.get(i))
          .as("of " + settled)
          .isGreaterThanOrEqualTo(Collections.max(settled.subList(i + WIDTH, settled.size())));
    }
  }

  private static RecoverySettings settings(int recoveries) {
    SafetyRules.Brake brake = new SafetyRules.Brake(ALLOWED, 0, Duration.ofMinutes(10));
    return Rehearsal.SETTINGS
        .with(
            new RecoverySettings.Leasing(
                Duration.ofSeconds(6), Duration.ofSeconds(1), Duration.ofMillis(100)))
        .with(new RecoverySettings.Limits(recoveries, WIDTH, 2))
        .with(
            new RecoverySettings.Safety(
                new SafetyRules(true, true, 50, true, brake),
                new SafetyRules.Brake(0, 0, Duration.ofMinutes(10)),
                Duration.ofSeconds(1),
                Duration.ZERO));
  }

  private List<FailureNotification> failAll() {
    List<FailureNotification> reports = new ArrayList<>();
    for (int i = 1; i <= DEAD; i++) {
      rehearsal.control("POST", "/simulator/hosts/" + host(i) + "/fail?report=false", "");
    }
    // Or the scheduler would send instances to hosts that are dead as well.
    NovaCloud cloud = rehearsal.cloud();
    Rehearsal.await(
        Duration.ofSeconds(10),
        () -> cloud.listComputeServices().stream().filter(it -> !it.isUp()).count() == DEAD);
    for (int i = 1; i <= DEAD; i++) {
      reports.add(rehearsal.report(FailureType.COMPUTE_HOST, host(i), Rehearsal.HOST_STOPPED));
    }
    return reports;
  }

  private static String host(int number) {
    return "host-%03d".formatted(number);
  }

  private List<FailureNotification> held(List<FailureNotification> reports) {
    return reports.stream()
        .filter(report -> rehearsal.column(report, "held_by").isPresent())
        .filter(report -> rehearsal.column(report, "state").orElseThrow().equals("due"))
        .toList();
  }

  private List<FailureNotification> with(List<FailureNotification> reports, FailureStatus status) {
    return reports.stream()
        .filter(report -> rehearsal.notification(report).status() == status)
        .toList();
  }

  private JsonNode instances() {
    return rehearsal.control("GET", "/simulator/instances", "").path("instances");
  }

  private int evacuations() {
    return instances()
        .valueStream()
        .mapToInt(it -> it.path("evacuations").path("accepted").asInt())
        .sum();
  }

  private void approve() {
    rehearsal
        .interventions()
        .approve(Rehearsal.ROSA, Aim.REGION, Set.of(Gate.STORM), "a switch burnt down");
  }
}
