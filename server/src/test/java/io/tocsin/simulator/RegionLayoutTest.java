package io.tocsin.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** What a region looks like before anything has happened to it. */
class RegionLayoutTest {
  private static List<JsonNode> instances(RegionSpec spec) {
    try (SimulatedCloud cloud = SimulatedCloud.inMemory(spec, Behaviour.FAST, new HandClock())) {
      List<JsonNode> all = new ArrayList<>();
      new Desk(cloud).get("/simulator/instances").path("instances").forEach(all::add);
      return all;
    }
  }

  private static Map<String, Integer> count(List<JsonNode> instances, String key) {
    Map<String, Integer> counts = new TreeMap<>();
    instances.forEach(each -> counts.merge(each.path(key).asString("none"), 1, Integer::sum));
    return counts;
  }

  @Test
  void theSameSpecGivesTheSameRegion() {
    assertThat(instances(RegionSpec.standard())).isEqualTo(instances(RegionSpec.standard()));
  }

  @Test
  void anotherSeedGivesOtherIds() {
    RegionSpec other = new RegionSpec(20, 200, 2, RegionSpec.States.MIXED);

    assertThat(ids(instances(other)))
        .doesNotContainAnyElementsOf(ids(instances(RegionSpec.standard())));
  }

  private static Set<String> ids(List<JsonNode> instances) {
    Set<String> ids = new HashSet<>();
    instances.forEach(each -> ids.add(each.path("id").asString()));
    return ids;
  }

  @Test
  void spreadsServersEvenlyUnderIdsAndNamesOfTheirOwn() {
    List<JsonNode> instances = instances(new RegionSpec(20, 5000));

    assertThat(count(instances, "host"))
        .hasSize(20)
        .allSatisfy((_, n) -> assertThat(n).isEqualTo(250));
    assertThat(ids(instances)).hasSize(5000).allMatch(id -> id.charAt(14) == '4');
    assertThat(count(instances, "name")).hasSize(5000).containsKeys("web-1", "db-1", "cache-7");
    assertThat(count(instances, "project_id")).hasSize(5);
  }

  @Test
  void mixesStatesWithMostServersActive() {
    List<JsonNode> instances = instances(RegionSpec.standard());

    Map<String, Integer> states = count(instances, "vm_state");
    assertThat(states)
        .containsOnlyKeys("active", "stopped", "paused", "suspended", "error", "resized");
    assertThat(states.get("active")).isBetween(120, 150);
    assertThat(count(instances, "task_state")).containsKey("image_uploading");
    assertThat(count(instances, "locked_by").get("owner")).isBetween(5, 40);
    Map<String, Integer> enabled = count(instances, "ha_enabled");
    assertThat(enabled).containsKeys("True", "yes", "1", "TRUE", "on", "False", "false", "none");
    int notEnabled = 0;
    for (String no : List.of("False", "false", "none")) {
      notEnabled += enabled.getOrDefault(no, 0);
    }
    assertThat(200 - notEnabled).isBetween(100, 145);
  }

  @Test
  void everyHostHasSeveralStates() {
    Map<String, Set<String>> states = new TreeMap<>();
    for (JsonNode each : instances(RegionSpec.standard())) {
      states
          .computeIfAbsent(each.path("host").asString(), _ -> new HashSet<>())
          .add(each.path("vm_state").asString());
    }

    assertThat(states).hasSize(20).allSatisfy((_, of) -> assertThat(of).hasSizeGreaterThan(2));
  }

  @Test
  void exactlyTheLastOfTenHostsHasOneHopelessServerThatWantsRecovery() {
    List<JsonNode> hopeless =
        instances(new RegionSpec(10, 100)).stream()
            .filter(each -> !each.path("recoverable").booleanValue())
            .toList();

    assertThat(hopeless).hasSize(1);
    assertThat(hopeless.getFirst().path("host").asString()).isEqualTo("host-10");
    assertThat(hopeless.getFirst().path("vm_state").asString()).isEqualTo("active");
    assertThat(hopeless.getFirst().path("ha_enabled").asString()).isEqualTo("True");
  }

  @Test
  void aSmallOrPlainRegionHasNoHopelessServer() {
    assertThat(instances(new RegionSpec(9, 90)))
        .allMatch(each -> each.path("recoverable").booleanValue());
    assertThat(instances(RegionSpec.allActive(20, 200)))
        .allMatch(each ->
            each.path("recoverable").booleanValue()
                && each.path("vm_state").asString().equals("active")
                && each.path("task_state").isNull()
                && each.path("locked_by").isNull()
                && each.path("ha_enabled").asString().equals("True"));
  }

  @Test
  void namesHostsWithTwoDigitsOrAsManyAsAreNeeded() {
    assertThat(names(3)).containsExactly("host-01", "host-02", "host-03");
    assertThat(names(120)).startsWith("host-001").endsWith("host-120").isSorted();
  }

  private static List<String> names(int hosts) {
    RegionSpec spec = new RegionSpec(hosts, 0);
    try (SimulatedCloud cloud = SimulatedCloud.inMemory(spec, Behaviour.FAST, new HandClock())) {
      return cloud.hostNames();
    }
  }
}
