package io.tocsin.cli;

import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;

/** Words a dry run for a terminal. */
final class PlanText {
  private PlanText() {}

  static String of(JsonNode plan) {
    List<String> lines = new ArrayList<>();
    lines.add(
        "If host %s failed now (segment %s, method %s), in about %s s:"
            .formatted(
                text(plan, "host"),
                text(plan, "segment"),
                text(plan, "method"),
                text(plan, "expectedSeconds")));
    for (JsonNode gate : plan.path("gates")) {
      lines.add(
          "  gate %-12s %-7s %s"
              .formatted(text(gate, "gate"), text(gate, "verdict"), text(gate, "reason")));
    }
    if (!plan.path("reservedHosts").isEmpty()) {
      List<String> spares = new ArrayList<>();
      plan.path("reservedHosts").forEach(it -> spares.add(it.asString()));
      lines.add("  reserved hosts: " + String.join(", ", spares));
    }
    int position = 0;
    for (JsonNode it : plan.path("instances")) {
      position++;
      lines.add(
          "  %3d  %s  %s -> %s  %s%s%s%s"
              .formatted(
                  position,
                  text(it, "instance"),
                  text(it, "vmState"),
                  it.path("isMoved").asBoolean() ? text(it, "endState") : "left",
                  text(it, "name"),
                  "  priority %s, %s vCPU, %s MiB"
                      .formatted(text(it, "priority"), text(it, "vcpus"), text(it, "ramMebibytes")),
                  it.path("isHAEnabled").asBoolean() ? "  HA" : "",
                  it.has("obstacle") ? "  ! " + text(it, "obstacle") : ""));
    }
    if (position == 0) {
      lines.add("  There is no instance on it.");
    }
    return String.join("\n", lines.stream().map(Output::plain).toList());
  }

  private static String text(JsonNode node, String member) {
    return node.path(member).asString("-");
  }
}
