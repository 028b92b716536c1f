package io.tocsin.cli;

import io.tocsin.cli.ApiClient.CallException;
import io.tocsin.clock.Clock;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Shows the events of an account as they come. All that it remembers is the place of the last one
 * it showed, so it goes on rightly whatever happened to the server in between.
 */
final class EventWatch {
  private static final Duration INTERVAL = Duration.ofSeconds(1);
  private static final int FIRST = 20;
  private static final int PAGE = 200;

  private static final String RESET = "\u001b[0m";

  private final OneAccount account;
  private final @Nullable String filter;
  private final boolean isJson;
  private final Screen screen;
  private final Clock clock;
  private long last;
  private boolean isAway;

  /**
   * A watch that has not begun.
   *
   * @param filter what events must be, in the API's own language; null for any
   * @param isJson whether each event is shown as the document that it is
   */
  EventWatch(
      OneAccount account, @Nullable String filter, boolean isJson, Screen screen, Clock clock) {
    this.account = account;
    this.filter = filter;
    this.isJson = isJson;
    this.screen = screen;
    this.clock = clock;
  }

  /**
   * Shows events until interrupted. What cannot pass by itself is thrown.
   *
   * @param since the place behind which to begin; null begins with the last few
   */
  void follow(@Nullable Long since) {
    if (since == null) {
      List<JsonNode> newest = new ArrayList<>();
      list("orderBy=" + encoded("sequenceCount desc") + "&limit=" + FIRST).forEach(newest::add);
      newest.reversed().forEach(this::show);
    } else {
      last = since;
    }
    while (!Thread.currentThread().isInterrupted()) {
      boolean isMore = look();
      if (!isMore && !sleep()) {
        return;
      }
    }
  }

  /** Shows what is new; true where there is more already. */
  private boolean look() {
    try {
      JsonNode events =
          list(
              "filter="
                  + encoded("sequenceCount gt '%d'".formatted(last))
                  + "&orderBy=sequenceCount&limit="
                  + PAGE);
      if (isAway) {
        isAway = false;
        note("The server answers again");
      }
      events.forEach(this::show);
      return events.size() == PAGE;
    } catch (CallException e) {
      if (!e.mayPass() || Thread.currentThread().isInterrupted()) {
        if (Thread.currentThread().isInterrupted()) {
          return false;
        }
        throw e;
      }
      if (!isAway) {
        isAway = true;
        note(e.getMessage() + "; waiting for it");
      }
      return false;
    }
  }

  /** Says so where it does not get among the events. */
  private static void note(String text) {
    System.err.println("tocsin: " + text);
  }

  private boolean sleep() {
    try {
      clock.sleep(INTERVAL);
      return true;
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private JsonNode list(String query) {
    String only = filter == null ? "" : "&filter=" + encoded(filter);
    return account.get("events?" + query + only).path("items");
  }

  private void show(JsonNode event) {
    last = Math.max(last, event.path("sequenceCount").asLong());
    screen.line(isJson ? event.toString() : line(event, screen.isTerminal()));
  }

  /** What happened, on one line: when, how bad, what, and the whole story. */
  static String line(JsonNode event, boolean isColoured) {
    String severity = event.path("severity").asString("");
    String colour = isColoured ? colour(severity) : "";
    return "%s  %s%-13s%s  %s: %s"
        .formatted(
            Output.plain(event.path("eventTime").asString("")),
            colour,
            Output.plain(severity),
            colour.isEmpty() ? "" : RESET,
            Output.plain(event.path("summary").asString("")),
            Output.plain(event.path("description").asString("")));
  }

  private static String colour(String severity) {
    return switch (severity) {
      case "critical" -> "\u001b[1;31m";
      case "warning" -> "\u001b[33m";
      case "cleared" -> "\u001b[32m";
      default -> "";
    };
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }
}
