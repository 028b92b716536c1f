package io.tocsin.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntSupplier;
import tools.jackson.databind.JsonNode;

/**
 * Follows an account's events from the first to the last while they are written, and holds every
 * page against what it knows: each begins right behind the place that it was asked for, and goes on
 * without a gap.
 */
final class FeedFollower implements Callable<List<Integer>> {
  private static final Duration PATIENCE = Duration.ofMinutes(3);
  private static final long PAUSE_NANOS = 50_000_000;
  private static final int PAGE = 500;

  /** How it says where to go on. */
  enum Way {
    /** By the token; where none is given yet, by asking for the last page again. */
    TOKEN,
    /** By the last place that it has seen. */
    FILTER
  }

  private final FeedClient client;
  private final String events;
  private final Way way;
  private final IntSupplier total;
  private final List<Integer> numbers = new ArrayList<>();
  private String token = "";
  private int behindToken;

  /**
   * @param events the path of the list
   * @param total how many there will be; a very large number while nobody knows
   */
  FeedFollower(FeedClient client, String events, Way way, IntSupplier total) {
    this.client = client;
    this.events = events + "?include=sequenceCount,summary&limit=" + PAGE;
    this.way = way;
    this.total = total;
  }

  /** The numbers of the events in the order of their places. */
  @Override
  public List<Integer> call() throws InterruptedException {
    long progress = System.nanoTime();
    while (numbers.size() < total.getAsInt()) {
      int before = numbers.size();
      read();
      if (numbers.size() > before) {
        progress = System.nanoTime();
      } else {
        assertThat(Duration.ofNanos(System.nanoTime() - progress))
            .as("time without anything new behind %d of %s", before, events)
            .isLessThan(PATIENCE);
        LockSupport.parkNanos(PAUSE_NANOS);
      }
    }
    read();
    return numbers;
  }

  private void read() throws InterruptedException {
    int from =
        switch (way) {
          case TOKEN -> behindToken;
          case FILTER -> numbers.size();
        };
    JsonNode page = client.get(events + position(from));
    JsonNode rows = page.path("items");
    for (int i = 0; i < rows.size(); i++) {
      take(from + 1 + i, rows.get(i));
    }
    String next = page.path("metadata").path("continue").asString("");
    if (!next.isEmpty()) {
      assertThat(rows.size()).as("rows of a page that is not the last").isEqualTo(PAGE);
      token = next;
      behindToken = from + PAGE;
    }
  }

  private String position(int from) {
    return switch (way) {
      case TOKEN -> token.isEmpty() ? "" : "&continue=" + encoded(token);
      case FILTER -> "&filter=" + encoded("sequenceCount gt '" + from + "'");
    };
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  private void take(int place, JsonNode row) {
    assertThat(row.get(0).intValue()).as("place in %s", events).isEqualTo(place);
    int number = FeedWriter.number(row.get(1).stringValue());
    if (place <= numbers.size()) {
      assertThat(number).as("what stood at %d", place).isEqualTo(numbers.get(place - 1));
    } else {
      numbers.add(number);
    }
  }
}
