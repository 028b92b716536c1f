package io.tocsin.cli;

import java.time.Duration;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/** One recovery as far as it has been shown; says what is new at each look. */
final class FollowedRecovery {
  private static final Set<String> FINAL = Set.of("finished", "failed", "ignored");

  /** Without a terminal to redraw, a line is written each time so many percent more are done. */
  private static final int PERCENT_PER_LINE = 20;

  private final String host;
  private final Screen screen;
  private final Set<String> stepsBegun = new HashSet<>();
  private final Set<String> stepsEnded = new HashSet<>();
  private final long begunNanos;
  private int percentShown;
  private String status = "new";
  private String bar = "";

  FollowedRecovery(JsonNode notification, String host, Screen screen, long nowNanos) {
    this.host = host;
    this.screen = screen;
    this.begunNanos = nowNanos;
    screen.line(
        "%s: failure reported (%s, notification %s)"
            .formatted(
                host,
                notification.path("type").asString(),
                notification.path("notification_uuid").asString()));
  }

  boolean isOver() {
    return FINAL.contains(status);
  }

  String host() {
    return host;
  }

  String status() {
    return status;
  }

  /** The line to redraw while it runs. */
  String liveLine(long nowNanos) {
    String doing = bar.isEmpty() ? status : bar;
    return "%s: %s  %s".formatted(host, doing, seconds(nowNanos - begunNanos));
  }

  /**
   * Shows what changed.
   *
   * @param notification with its workflow details
   * @param vmoves all of them; empty where the type has none
   */
  void look(JsonNode notification, List<JsonNode> vmoves, long nowNanos) {
    lookAtMoves(vmoves, nowNanos);
    for (JsonNode step : notification.path("recovery_workflow_details")) {
      lookAtStep(step);
    }
    String now = notification.path("status").asString();
    if (now.equals(status)) {
      return;
    }
    status = now;
    if (status.equals("error")) {
      screen.line(host + ": this attempt did not move everything; another will follow");
    }
    if (isOver()) {
      showEnd(notification, vmoves, nowNanos);
    }
  }

  private void lookAtStep(JsonNode step) {
    String name = step.path("name").asString();
    JsonNode messages = step.path("progress_details");
    // A later attempt has steps of the same names; they begin at another moment.
    String key = name + messages.path(0).path("timestamp").asString("");
    String state = step.path("state").asString();
    boolean isNew = stepsBegun.add(key);
    if (state.equals("RUNNING")) {
      if (isNew) {
        screen.line("%s: %s".formatted(host, name));
      }
    } else if (stepsEnded.add(key)) {
      String last = messages.path(messages.size() - 1).path("message").asString("");
      String outcome = state.equals("SUCCESS") ? "done" : "did not succeed: " + last.strip();
      screen.line("%s: %s %s".formatted(host, name, outcome));
    }
  }

  private void lookAtMoves(List<JsonNode> vmoves, long nowNanos) {
    if (vmoves.isEmpty()) {
      return;
    }
    int done = vmoves.size() - count(vmoves, "pending") - count(vmoves, "ongoing");
    bar = Screen.bar(done, vmoves.size()) + " instances";
    int percent = 100 * done / vmoves.size();
    if (!screen.isTerminal() && percent / PERCENT_PER_LINE > percentShown / PERCENT_PER_LINE) {
      percentShown = percent;
      screen.line("%s: %s  %s".formatted(host, bar, seconds(nowNanos - begunNanos)));
    }
  }

  private void showEnd(JsonNode notification, List<JsonNode> vmoves, long nowNanos) {
    for (JsonNode vmove : vmoves) {
      String outcome = vmove.path("status").asString();
      if (!outcome.equals("succeeded")) {
        screen.line(
            "%s: not moved: %s (%s), %s: %s"
                .formatted(
                    host,
                    vmove.path("instance_name").asString(),
                    vmove.path("instance_uuid").asString(),
                    outcome.equals("ignored") ? "left alone" : outcome,
                    vmove.path("message").asString("no reason given")));
      }
    }
    String reason = notification.path("message").asString("");
    screen.line(
        "%s: %s after %s: %d of %d instances moved, %d failed, %d left alone%s"
            .formatted(
                host,
                status,
                seconds(recorded(notification, nowNanos - begunNanos)),
                count(vmoves, "succeeded"),
                vmoves.size(),
                count(vmoves, "failed"),
                count(vmoves, "ignored"),
                reason.isEmpty() ? "" : " (" + reason + ")"));
  }

  /**
   * From the first to the last recorded message, so that it is right also for who came late.
   *
   * @param fallback where less than two moments are recorded
   */
  private static long recorded(JsonNode notification, long fallback) {
    List<LocalDateTime> moments = new ArrayList<>();
    for (JsonNode step : notification.path("recovery_workflow_details")) {
      for (JsonNode message : step.path("progress_details")) {
        moments.add(LocalDateTime.parse(message.path("timestamp").asString().replace(' ', 'T')));
      }
    }
    return moments.size() < 2
        ? fallback
        : Duration.between(moments.getFirst(), Collections.max(moments)).toNanos();
  }

  private static int count(List<JsonNode> vmoves, String status) {
    return Math.toIntExact(
        vmoves.stream().filter(v -> v.path("status").asString().equals(status)).count());
  }

  private static String seconds(long nanos) {
    return String.format(Locale.ROOT, "%.1f s", Duration.ofNanos(nanos).toMillis() / 1000.0);
  }
}
