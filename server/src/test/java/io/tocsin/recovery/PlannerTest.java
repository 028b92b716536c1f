package io.tocsin.recovery;

import static org.assertj.core.api.Assertions.assertThat;

import io.tocsin.compute.Server;
import io.tocsin.compute.ServerId;
import io.tocsin.recovery.PlannedMove.EndState;
import io.tocsin.recovery.RecoverySettings.HostRules;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class PlannerTest {
  private static final Map<String, String> HA = Map.of("HA_Enabled", "True");

  private final Planner planner = new Planner(HostRules.DEFAULT);

  private static Server server(
      String name, String vmState, @Nullable String task, int power, Map<String, String> metadata) {
    ServerId id =
        new ServerId(
            UUID.nameUUIDFromBytes(name.getBytes(java.nio.charset.StandardCharsets.UTF_8)));
    return new Server(
        id, name, "p", "host-01", vmState, task, power, false, metadata, null, null, false);
  }

  private static Server active(String name, Map<String, String> metadata) {
    return server(name, "active", null, 1, metadata);
  }

  private PlannedMove only(Server server) {
    return planner.plan(List.of(server)).moves().getFirst();
  }

  @Test
  void putsHaEnabledInstancesFirst() {
    Plan plan =
        planner.plan(
            List.of(
                active("a", Map.of()),
                active("z", HA),
                active("m", Map.of("HA_Enabled", "yes")),
                active("b", Map.of("HA_Enabled", "no"))));
    assertThat(plan.moves()).extracting(PlannedMove::name).containsExactly("m", "z", "a", "b");
  }

  @Test
  void takesTheTrueTextsOfTheSpecAndNoOthers() {
    for (String text : List.of("1", "t", "TRUE", "on", "Y", "yes")) {
      assertThat(only(active("a", Map.of("HA_Enabled", text))).isHaEnabled()).isTrue();
    }
    for (String text : List.of("0", "", "enabled", " true", "2")) {
      assertThat(only(active("a", Map.of("HA_Enabled", text))).isHaEnabled()).isFalse();
    }
  }

  @Test
  void resetsWhatNovaWouldNotEvacuate() {
    assertThat(only(server("a", "active", null, 1, HA)).needsReset()).isFalse();
    assertThat(only(server("a", "stopped", null, 4, HA)).needsReset()).isFalse();
    assertThat(only(server("a", "error", null, 0, HA)).needsReset()).isFalse();
    assertThat(only(server("a", "active", "rebooting", 1, HA)).needsReset()).isTrue();
    assertThat(only(server("a", "error", "deleting", 0, HA)).needsReset()).isTrue();
    assertThat(only(server("a", "paused", null, 3, HA)).needsReset()).isTrue();
    assertThat(only(server("a", "resized", null, 1, HA)).needsReset()).isTrue();
  }

  @Test
  void endsInTheStateItsOwnerExpects() {
    assertThat(only(server("a", "active", "rebooting", 1, HA)).endState())
        .isEqualTo(EndState.RUNNING);
    assertThat(only(server("a", "stopped", "powering-on", 4, HA)).endState())
        .isEqualTo(EndState.STOPPED);
    assertThat(only(server("a", "error", null, 0, HA)).endState()).isEqualTo(EndState.ERROR);
    assertThat(only(server("a", "resized", null, 1, HA)).endState()).isEqualTo(EndState.RUNNING);
    assertThat(only(server("a", "resized", null, 4, HA)).endState()).isEqualTo(EndState.STOPPED);
    for (String state : List.of("paused", "suspended", "rescued", "building")) {
      assertThat(only(server("a", state, null, 1, HA)).endState()).isEqualTo(EndState.STOPPED);
    }
  }

  @Test
  void leavesInErrorWhereTheyAreWhenToldTo() {
    Planner careful =
        new Planner(new HostRules(true, "HA_Enabled", true, "HA_Priority", false, "r"));
    Plan plan = careful.plan(List.of(server("a", "error", null, 0, HA), active("b", HA)));
    assertThat(plan.left()).extracting(PlannedMove::name).containsExactly("a");
    assertThat(plan.left().getFirst().leftBecause()).contains("'error' state");
  }

  @Test
  void leavesOthersThanHaEnabledWhenToldTo() {
    Planner selective =
        new Planner(new HostRules(false, "HA_Enabled", false, "HA_Priority", false, "r"));
    Plan plan = selective.plan(List.of(active("a", Map.of()), active("b", HA)));
    assertThat(plan.toMove()).extracting(PlannedMove::name).containsExactly("b");
    assertThat(plan.left()).extracting(PlannedMove::name).containsExactly("a");
  }

  @Test
  void continuesAnEarlierPlanWithoutForgettingWhatInstancesWere() {
    Plan first = planner.plan(List.of(active("a", HA), active("b", HA)));
    Plan second =
        planner.continued(
            first, List.of(server("a", "error", null, 0, HA), active("new", Map.of())));
    assertThat(second.moves()).extracting(PlannedMove::name).containsExactly("a", "b", "new");
    assertThat(second.moves().getFirst().endState()).isEqualTo(EndState.RUNNING);
  }
}
