package io.tocsin.cli;

import io.tocsin.clock.Clock;
import io.tocsin.clock.Deadline;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import tools.jackson.databind.JsonNode;

/** Follows recoveries through the API, whoever started them, and draws them as they go. */
final class RecoveryWatch {
  private static final Duration INTERVAL = Duration.ofMillis(200);

  /** Longer than the simulated monitor tries to get rid of its report. */
  private static final Duration REPORT_WITHIN = Duration.ofMinutes(5);

  /** A recovery that waits for its cloud may take a day; nobody watches that long. */
  private static final Duration OVER_WITHIN = Duration.ofHours(1);

  /** Most reports taken up at one look; the rest follow at the next. */
  private static final int NEWEST = 100;

  private static final int PAGE = 500;
  private static final int MAX_LIVE_LINES = 10;

  private final ApiClient api;
  private final Screen screen;
  private final Clock clock;
  private final Map<String, FollowedRecovery> followed = new LinkedHashMap<>();
  private final Map<String, String> hostNames = new HashMap<>();
  private final Set<String> known = new HashSet<>();

  RecoveryWatch(ApiClient api, Screen screen, Clock clock) {
    this.api = api;
    this.screen = screen;
    this.clock = clock;
  }

  /** From now on what is over already is not shown. */
  void skipTheOld() {
    for (JsonNode notification : newest()) {
      if (notification.path("status").asString().matches("finished|failed|ignored")) {
        known.add(notification.path("notification_uuid").asString());
      }
    }
  }

  /** Shows every recovery, until interrupted. */
  void followAll() throws InterruptedException {
    while (true) {
      try {
        takeUpNew();
        lookAtAll();
      } catch (ApiClient.CallException e) {
        // The server is stopping or restarting; the next look tells.
      }
      clock.sleep(INTERVAL);
    }
  }

  /**
   * Shows recoveries until one of that host, new since {@link #skipTheOld}, is over; or until it is
   * plain that none will come, which it says. Never waits for ever.
   *
   * @param report what became of the monitor's report so far, in the simulator's words
   * @return whether the recovery finished
   */
  boolean followUntilFinished(String host, Supplier<String> report, HostReturn back)
      throws InterruptedException {
    Deadline begun = Deadline.in(REPORT_WITHIN, clock);
    Deadline over = Deadline.in(OVER_WITHIN, clock);
    boolean isBegun = false;
    while (!over.isOver()) {
      // Asked before the look: a report that is accepted between the two is found by the look.
      String fate = isBegun ? "" : report.get();
      takeUpNew();
      isBegun |= followed.values().stream().anyMatch(it -> it.host().equals(host));
      if (!isBegun && (fate.startsWith("refused") || fate.equals("given up"))) {
        screen.line(
            "%s: nobody recovers it, the monitor's report was dropped (%s%s)"
                .formatted(host, fate, reason(host, fate, back)));
        screen.line("%s: to try again: %s".formatted(host, back.line(host)));
        return false;
      }
      if (!isBegun && begun.isOver()) {
        screen.line(
            "%s: no report of it within %d s (%s)"
                .formatted(host, REPORT_WITHIN.toSeconds(), fate.isEmpty() ? "none" : fate));
        return false;
      }
      Map<String, FollowedRecovery> shown = Map.copyOf(followed);
      lookAtAll();
      for (FollowedRecovery recovery : shown.values()) {
        if (recovery.isOver() && recovery.host().equals(host)) {
          return recovery.status().equals("finished");
        }
      }
      clock.sleep(INTERVAL);
    }
    screen.line(
        "%s: not over after %d minutes; it goes on without being followed"
            .formatted(host, OVER_WITHIN.toMinutes()));
    return false;
  }

  private static String reason(String host, String fate, HostReturn back) {
    if (!fate.endsWith("409")) {
      return "";
    }
    return back.isOnMaintenance(host)
        ? ": the host is on maintenance since it died before"
        : ": the same was reported a short while ago, or its segment is disabled";
  }

  private void takeUpNew() {
    for (JsonNode notification : newest().reversed()) {
      String id = notification.path("notification_uuid").asString();
      if (known.add(id)) {
        followed.put(
            id,
            new FollowedRecovery(notification, hostName(notification), screen, clock.nanoTime()));
      }
    }
  }

  private void lookAtAll() {
    for (Map.Entry<String, FollowedRecovery> entry : followed.entrySet()) {
      String path = "/v1/notifications/" + entry.getKey();
      JsonNode notification = api.read(path).path("notification");
      boolean hasMoves = notification.path("type").asString().equals("COMPUTE_HOST");
      entry.getValue().look(notification, hasMoves ? vmoves(path) : List.of(), clock.nanoTime());
    }
    followed.values().removeIf(FollowedRecovery::isOver);
    screen.live(
        followed.values().stream()
            .limit(MAX_LIVE_LINES)
            .map(recovery -> recovery.liveLine(clock.nanoTime()))
            .toList());
  }

  /** The newest first. */
  private List<JsonNode> newest() {
    List<JsonNode> notifications = new ArrayList<>();
    api.read("/v1/notifications?sort_key=id&sort_dir=desc&limit=" + NEWEST)
        .path("notifications")
        .forEach(notifications::add);
    return notifications;
  }

  private List<JsonNode> vmoves(String notificationPath) {
    List<JsonNode> all = new ArrayList<>();
    String marker = "";
    while (true) {
      JsonNode page =
          api.read(
                  "%s/vmoves?sort_key=id&sort_dir=asc&limit=%d%s"
                      .formatted(notificationPath, PAGE, marker))
              .path("vmoves");
      page.forEach(all::add);
      if (page.size() < PAGE) {
        return all;
      }
      marker = "&marker=" + page.path(page.size() - 1).path("id").asInt();
    }
  }

  private String hostName(JsonNode notification) {
    String id = notification.path("source_host_uuid").asString();
    String segment = notification.path("failover_segment_uuid").asString();
    return hostNames.computeIfAbsent(
        id,
        host ->
            api.read("/v1/segments/%s/hosts/%s".formatted(segment, host))
                .path("host")
                .path("name")
                .asString(host));
  }
}
