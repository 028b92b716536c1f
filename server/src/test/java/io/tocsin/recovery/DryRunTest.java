package io.tocsin.recovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tocsin.failover.FailureNotification;
import io.tocsin.failover.RecoveryMethod;
import io.tocsin.failover.RefusedException;
import io.tocsin.simulator.RegionSpec;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class DryRunTest {
  private static final String HOST = "host-02";

  private final Rehearsal rehearsal = new Rehearsal(new RegionSpec(4, 40));

  @AfterEach
  void close() {
    rehearsal.close();
  }

  @Test
  void showsTheVeryPlanThatARecoveryThenRuns() {
    HostPlan plan = rehearsal.dryRun().plan(HOST);
    rehearsal.startNode();
    FailureNotification report = rehearsal.awaitEnd(rehearsal.failHost(HOST));
    List<PlannedMove> run =
        rehearsal
            .testDatabase
            .database()
            .read(handle -> PlanStore.find(handle, report.number()))
            .orElseThrow()
            .moves();
    assertThat(plan.instances())
        .extracting(HostPlan.Instance::id)
        .containsExactlyElementsOf(run.stream().map(move -> move.instance().value()).toList());
    assertThat(plan.instances())
        .allSatisfy(it ->
            assertThat(rehearsal.instance(it.id()).path("vm_state").asString())
                .as(it.name())
                .isEqualTo(it.endState().equals("running") ? "active" : it.endState()));
  }

  @Test
  void changesNothing() {
    JsonNode before = rehearsal.control("GET", "/simulator/instances", "");
    rehearsal.dryRun().plan(rehearsal.host(HOST).id().toString());
    assertThat(rehearsal.control("GET", "/simulator/instances", "")).isEqualTo(before);
    assertThat(rehearsal.host(HOST).isOnMaintenance()).isFalse();
  }

  @Test
  void putsMarkedThenHigherThenLargerInstancesFirst() {
    String last = rehearsal.instancesOn(HOST).getLast().path("id").asString();
    rehearsal.control(
        "PATCH",
        "/simulator/instances/" + last,
        "{\"metadata\": {\"HA_Enabled\": \"True\", \"HA_Priority\": \"7\"}}");
    List<HostPlan.Instance> instances = rehearsal.dryRun().plan(HOST).instances();
    assertThat(instances.getFirst().id()).hasToString(last);
    assertThat(instances.getFirst().priority()).isEqualTo(7);
    List<HostPlan.Instance> rest = instances.subList(1, instances.size());
    for (int i = 1; i < rest.size(); i++) {
      HostPlan.Instance before = rest.get(i - 1);
      HostPlan.Instance after = rest.get(i);
      assertThat(before.isHaEnabled() || !after.isHaEnabled()).isTrue();
      if (before.isHaEnabled() == after.isHaEnabled()) {
        assertThat(before.ramMebibytes()).isGreaterThanOrEqualTo(after.ramMebibytes());
      }
    }
  }

  @Test
  void saysWhichInstancesFindNoRoom() {
    int used = rehearsal.control("GET", "/simulator/instances", "").path("instances").size();
    assertThat(used).isEqualTo(40);
    rehearsal.control("PATCH", "/simulator/settings", "{\"host_memory\": 55000}");
    List<HostPlan.Instance> instances = rehearsal.dryRun().plan(HOST).instances();
    assertThat(instances).anyMatch(it -> it.obstacle() == null);
    assertThat(instances)
        .filteredOn(it -> it.obstacle() != null)
        .isNotEmpty()
        .allSatisfy(it -> assertThat(it.obstacle()).contains("MiB"));
  }

  @Test
  void saysThatTheHostLivesAndWhichSparesWouldBeUsed() {
    rehearsal.recoverBy(RecoveryMethod.RH_PRIORITY);
    rehearsal.reserve("host-04");
    HostPlan plan = rehearsal.dryRun().plan(HOST);
    assertThat(plan.spares()).containsExactly("host-04");
    assertThat(plan.gates())
        .filteredOn(it -> it.gate() == Gate.ALIVE)
        .singleElement()
        .satisfies(it -> assertThat(it.verdict()).isEqualTo("closed"));
    assertThat(plan.expected()).isPositive();
  }

  @Test
  void knowsNoOtherHosts() {
    assertThatThrownBy(() -> rehearsal.dryRun().plan("nowhere"))
        .isInstanceOf(RefusedException.class);
  }
}
