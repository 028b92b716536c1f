package io.tocsin.simulator;

import io.tocsin.simulator.SimulatedServer.Birth;
import io.tocsin.simulator.SimulatedServer.Lock;
import io.tocsin.simulator.SimulatedServer.State;
import java.time.Instant;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * A server put into a state by hand, to rehearse with it.
 *
 * @param values by key; a key that is there with null clears what may be empty
 */
record InstanceChange(Map<String, JsonNode> values) {
  private static final Set<String> KEYS =
      Set.of(
          "host", "vm_state", "task_state", "power_state", "locked_by", "metadata", "recoverable");

  private static final Set<String> VM_STATES =
      Set.of(
          "active",
          "stopped",
          "error",
          "paused",
          "suspended",
          "rescued",
          "resized",
          "building",
          "shelved",
          "shelved_offloaded",
          "soft-delete");

  InstanceChange {
    values = Map.copyOf(values);
  }

  /**
   * @throws IllegalArgumentException it cannot be understood; the message says what is wrong
   */
  static InstanceChange parse(JsonNode json) {
    Map<String, JsonNode> values = new HashMap<>();
    for (Map.Entry<String, JsonNode> property : json.properties()) {
      String key = property.getKey();
      JsonNode value = property.getValue();
      if (!KEYS.contains(key)) {
        throw new IllegalArgumentException("Unknown key '" + key + "'; there are " + KEYS);
      }
      boolean fits =
          switch (key) {
            case "host" -> value.isString();
            case "vm_state" -> value.isString() && VM_STATES.contains(value.stringValue());
            case "power_state" -> value.isInt();
            case "metadata" -> value.isObject();
            case "recoverable" -> value.isBoolean();
            case "locked_by" ->
                value.isNull() || Set.of("owner", "admin").contains(value.asString(""));
            default -> value.isNull() || value.isString();
          };
      if (!fits) {
        throw new IllegalArgumentException(key + " cannot be " + value);
      }
      values.put(key, value);
    }
    return new InstanceChange(values);
  }

  /** Whatever the cloud was doing with the server is forgotten. */
  SimulatedServer applyTo(SimulatedServer server, Instant now) {
    State old = server.state();
    Map<String, String> metadata = new HashMap<>(old.metadata());
    if (values.containsKey("metadata")) {
      metadata.clear();
      for (Map.Entry<String, JsonNode> each : values.get("metadata").properties()) {
        metadata.put(each.getKey(), each.getValue().asString(""));
      }
    }
    String vmState = text("vm_state", old.vmState());
    int power = values.containsKey("vm_state") ? powerOf(vmState) : old.powerState();
    State state =
        new State(
            text("host", old.host()),
            vmState,
            values.containsKey("task_state") ? nullable("task_state") : old.taskState(),
            values.containsKey("power_state") ? values.get("power_state").intValue() : power,
            values.containsKey("locked_by") ? lock(nullable("locked_by")) : old.lock(),
            metadata,
            old.fault(),
            old.isDeleted());
    boolean isOn = Set.of(1, 3).contains(state.powerState());
    Birth birth = server.birth();
    Birth born =
        new Birth(
            birth.id(),
            birth.sequence(),
            birth.name(),
            birth.project(),
            birth.user(),
            birth.at(),
            birth.flavor(),
            values.containsKey("recoverable")
                ? values.get("recoverable").booleanValue()
                : birth.isRecoverable());
    return new SimulatedServer(
        born,
        state,
        isOn ? state.host() : null,
        null,
        server.evacuations(),
        server.migrations(),
        now);
  }

  private String text(String key, String otherwise) {
    JsonNode value = values.get(key);
    return value == null ? otherwise : value.stringValue();
  }

  private @Nullable String nullable(String key) {
    JsonNode value = values.get(key);
    return value == null || value.isNull() ? null : value.stringValue();
  }

  private static @Nullable Lock lock(@Nullable String holder) {
    return holder == null ? null : Lock.valueOf(holder.toUpperCase(Locale.ROOT));
  }

  private static int powerOf(String vmState) {
    return switch (vmState) {
      case "active", "resized", "rescued" -> 1;
      case "paused" -> 3;
      case "error", "building" -> 0;
      default -> 4;
    };
  }
}
