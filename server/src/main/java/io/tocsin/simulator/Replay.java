package io.tocsin.simulator;

import io.tocsin.http.Json;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/** Puts a region together from its journal. */
final class Replay {
  private final RegionSpec wanted;
  private final Region region;

  Replay(RegionSpec wanted, Region region) {
    this.wanted = wanted;
    this.region = region;
  }

  /**
   * False when the journal is empty.
   *
   * @throws IllegalStateException it is of another region, or holds what this version cannot read
   */
  boolean replay(List<JsonNode> lines) {
    for (JsonNode line : lines) {
      Map.Entry<String, JsonNode> entry = line.properties().iterator().next();
      load(entry.getKey(), entry.getValue());
    }
    return !lines.isEmpty();
  }

  private void load(String kind, JsonNode value) {
    switch (kind) {
      case "RegionSpec" -> check(read(value, RegionSpec.class));
      case "Settings" ->
          region.load(region.behaviour().changed(read(value, Journal.Settings.class).values()));
      case "SimulatedHost" -> region.state().load(read(value, SimulatedHost.class));
      case "Aggregate" -> region.state().load(read(value, Aggregate.class));
      case "SimulatedServer" -> region.state().load(read(value, SimulatedServer.class));
      case "InjectedFault" -> region.faults().load(read(value, InjectedFault.class));
      case "FaultRemoved" -> region.faults().unload(read(value, Journal.FaultRemoved.class).id());
      case "CallCounted" -> region.calls().load(read(value, Journal.CallCounted.class).call());
      case "CallCounts" -> region.calls().load(read(value, Journal.CallCounts.class).counts());
      default -> throw new IllegalStateException("the journal speaks of a " + kind);
    }
  }

  private void check(RegionSpec stored) {
    if (!stored.equals(wanted)) {
      throw new IllegalStateException(
          "The stored region has %d hosts and %d instances (seed %d, %s), not %d and %d (seed %d, %s)"
              .formatted(
                  stored.hosts(),
                  stored.instances(),
                  stored.seed(),
                  stored.states(),
                  wanted.hosts(),
                  wanted.instances(),
                  wanted.seed(),
                  wanted.states()));
    }
  }

  private static <T> T read(JsonNode value, Class<T> type) {
    return Json.mapper().treeToValue(value, type);
  }
}
