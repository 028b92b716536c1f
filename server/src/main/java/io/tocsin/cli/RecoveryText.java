package io.tocsin.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/** Words a recovery's explanation for a terminal. */
final class RecoveryText {
  private static final String NOTHING = "-";

  private final JsonNode recovery;
  private final List<String> lines = new ArrayList<>();

  RecoveryText(JsonNode recovery) {
    this.recovery = recovery;
  }

  String whole() {
    head();
    gates();
    plan();
    attempts();
    steps();
    instances();
    for (JsonNode spare : section("Reserved hosts in use", recovery.path("reservedHosts"))) {
      line("  %s since %s".formatted(text(spare, "host"), time(spare, "since")));
    }
    for (JsonNode opened : section("Overridden gates", recovery.path("overrides"))) {
      line(
          "  %s  %s by %s: %s"
              .formatted(
                  time(opened, "at"),
                  text(opened, "gate"),
                  text(opened, "by"),
                  text(opened, "why")));
    }
    for (JsonNode action : section("What operators did", recovery.path("actions"))) {
      line(
          "  %s  %s by %s: %s"
              .formatted(
                  time(action, "at"),
                  text(action, "action"),
                  text(action, "by"),
                  text(action, "why")));
    }
    return String.join("\n", lines);
  }

  private void head() {
    line(
        "Recovery %s: %s"
            .formatted(text(recovery, "id"), recovery.path("trigger").path("summary").asString()));
    line(
        "  Host       %s in segment %s%s"
            .formatted(
                text(recovery, "host"),
                text(recovery, "segment"),
                recovery.path("isHostOnMaintenance").asBoolean() ? ", on maintenance" : ""));
    line(
        "  State      %s (notification: %s), attempt %s%s"
            .formatted(
                text(recovery, "state"),
                text(recovery, "status"),
                text(recovery, "attempts"),
                recovery.path("isCancelled").asBoolean() ? ", cancelled" : ""));
    if (recovery.has("message")) {
      line("  Because    %s".formatted(text(recovery, "message")));
    }
    if (recovery.has("waitsFor")) {
      line("  Waits for  %s".formatted(wait(recovery.path("waitsFor"))));
    }
    JsonNode trigger = recovery.path("trigger");
    line(
        "  Reported   %s, stored %s"
            .formatted(time(trigger, "generatedAt"), time(trigger, "receivedAt")));
    line("  Report     %s %s".formatted(text(recovery, "type"), pairs(trigger.path("payload"))));
  }

  private void gates() {
    for (JsonNode it : section("Gates", recovery.path("gates"))) {
      line(
          "  %s  %-12s %-10s %s  (%s)"
              .formatted(
                  time(it, "at"),
                  text(it, "gate"),
                  text(it, "verdict"),
                  text(it, "reason"),
                  pairs(it.path("inputs"))));
    }
  }

  private void plan() {
    for (JsonNode it : section("Plan", recovery.path("plan"))) {
      line(
          "  %3s  %s  %s  %s%s%s%s"
              .formatted(
                  text(it, "position"),
                  text(it, "instance"),
                  text(it, "vmState"),
                  text(it, "name"),
                  it.has("project") ? "  project " + text(it, "project") : "",
                  it.path("isHAEnabled").asBoolean() ? "  HA" : "",
                  it.has("leftBecause") ? "  left: " + text(it, "leftBecause") : ""));
    }
  }

  private void attempts() {
    for (JsonNode it : section("Attempts", recovery.path("attemptsMade"))) {
      line(
          "  %s  attempt %s on node %s until %s: %s%s"
              .formatted(
                  time(it, "beganAt"),
                  text(it, "attempt"),
                  text(it, "node"),
                  time(it, "endedAt"),
                  it.has("outcome") ? text(it, "outcome") : "not ended",
                  it.has("reason") ? " (" + text(it, "reason") + ")" : ""));
    }
  }

  private void steps() {
    for (JsonNode it : section("Steps", recovery.path("steps"))) {
      line(
          "  %s  attempt %s  %s: %s"
              .formatted(
                  time(it, "startedAt"), text(it, "attempt"), text(it, "name"), text(it, "state")));
      for (JsonNode message : it.path("messages")) {
        line("    %s  %s".formatted(time(message, "at"), text(message, "text")));
      }
    }
  }

  private void instances() {
    for (JsonNode it : section("Instances", recovery.path("instances"))) {
      line(
          "  %s  %-9s %s -> %s  %s%s%s"
              .formatted(
                  text(it, "instance"),
                  text(it, "status"),
                  text(it, "from"),
                  text(it, "to"),
                  text(it, "name"),
                  it.has("startedAt")
                      ? "  %s to %s".formatted(time(it, "startedAt"), time(it, "endedAt"))
                      : "",
                  it.has("cloudRequestID") ? "  " + text(it, "cloudRequestID") : ""));
      if (it.has("message")) {
        line("    %s".formatted(text(it, "message")));
      }
    }
  }

  /** A heading, where there is anything to say. */
  private JsonNode section(String title, JsonNode items) {
    if (!items.isEmpty()) {
      lines.add("");
      lines.add("%s (%d)".formatted(title, items.size()));
    }
    return items;
  }

  /** On one line, and nothing that a terminal would obey. */
  private void line(String text) {
    lines.add(Output.plain(text).stripTrailing());
  }

  private static String text(JsonNode node, String member) {
    return node.path(member).asString(NOTHING);
  }

  /** Of a day as of any other: seconds are enough for people. */
  private static String time(JsonNode node, String member) {
    String text = text(node, member);
    int dot = text.indexOf('.');
    return dot < 0 ? text : text.substring(0, dot) + "Z";
  }

  private static String pairs(JsonNode texts) {
    List<String> pairs = new ArrayList<>();
    for (Map.Entry<String, JsonNode> it : texts.properties()) {
      pairs.add(it.getKey() + "=" + it.getValue().asString());
    }
    return String.join(" ", pairs);
  }

  /** For what it waits, in a few words; a dash for nothing. */
  static String wait(JsonNode wait) {
    String until = time(wait, "until");
    return switch (text(wait, "kind")) {
      case "pause" ->
          "pause %s until %s: %s"
              .formatted(text(wait.path("pause"), "id"), until, text(wait.path("pause"), "reason"));
      case "gate" -> "gate %s, asked again %s".formatted(text(wait, "gate"), until);
      case "cloud" ->
          "cloud, away %s times, asked again %s".formatted(text(wait, "outages"), until);
      case "next-attempt" -> "next attempt at " + until;
      case "host" -> "another recovery of the host";
      case "node" -> "a free node";
      case "end" -> "its end: it is cancelled";
      default -> NOTHING;
    };
  }

  static String summary(JsonNode summary) {
    List<String> lines = new ArrayList<>();
    JsonNode open = summary.path("recoveries");
    lines.add(
        "%s running, %s due, %s held by a gate, %s failed in the last 24 hours"
            .formatted(
                text(open, "running"),
                text(open, "due"),
                text(open, "held"),
                text(summary, "failedLately")));
    for (Map.Entry<String, JsonNode> it : summary.path("heldBy").properties()) {
      lines.add("  gate %s holds %s".formatted(it.getKey(), it.getValue().asString()));
    }
    for (JsonNode pause : summary.path("pauses")) {
      lines.add(
          Output.plain(
              "  paused until %s by %s: %s (%s, %s)"
                  .formatted(
                      time(pause, "expiresAt"),
                      text(pause, "by"),
                      text(pause, "reason"),
                      text(pause, "scope"),
                      text(pause, "id"))));
    }
    return String.join("\n", lines);
  }
}
