package io.tocsin.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.tocsin.http.Json;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Publishes numbered events into several accounts, many at once, and notes where each came to
 * stand.
 */
final class FeedWriter implements Callable<Void> {
  /** What one request may have. */
  private static final int MOST_AT_ONCE = 200;

  /** Every so many requests the answer is taken for lost, although it came. */
  private static final int REPEATED = 25;

  private static final String SUMMARY = "event ";

  /** An account of the test: how to write into it, and what is known to be in it. */
  record Target(FeedClient client, String events, Map<Integer, Integer> places) {}

  /** Waits until so many more may be published. */
  @FunctionalInterface
  interface Gate {
    void pass(int events);
  }

  private final String name;
  private final List<Target> targets;
  private final Gate gate;
  private final Random random;
  private final int first;
  private final int end;

  /**
   * @param first the number of its first event
   * @param end the number behind its last
   */
  FeedWriter(String name, List<Target> targets, Gate gate, long seed, int first, int end) {
    this.name = name;
    this.targets = List.copyOf(targets);
    this.gate = gate;
    this.random = new Random(seed);
    this.first = first;
    this.end = end;
  }

  static Map<Integer, Integer> places() {
    return new ConcurrentHashMap<>();
  }

  static int number(String summary) {
    return Integer.parseInt(summary.substring(SUMMARY.length()));
  }

  @Override
  public Void call() throws InterruptedException {
    int next = first;
    while (next < end) {
      int wanted = random.nextInt(4) == 0 ? 1 + random.nextInt(MOST_AT_ONCE) : MOST_AT_ONCE;
      int size = Math.min(wanted, end - next);
      publish(targets.get(random.nextInt(targets.size())), next, size);
      gate.pass(size);
      next += size;
    }
    return null;
  }

  private void publish(Target target, int from, int size) throws InterruptedException {
    String key = "%s-%d".formatted(name, from);
    String body = body(from, size);
    JsonNode answer = target.client().publish(target.events(), key, body);
    if (random.nextInt(REPEATED) == 0) {
      assertThat(target.client().publishAgain(target.events(), key, body))
          .as("the first answer, for what was asked twice")
          .isEqualTo(answer);
    }
    JsonNode items = answer.path("items");
    assertThat(items.size()).isEqualTo(size);
    int place = items.get(0).path("sequenceCount").intValue();
    for (int i = 0; i < size; i++) {
      assertThat(items.get(i).path("sequenceCount").intValue()).isEqualTo(place + i);
      assertThat(number(items.get(i).path("summary").stringValue())).isEqualTo(from + i);
      assertThat(target.places().put(from + i, place + i)).isNull();
    }
  }

  private static String body(int from, int size) {
    ObjectNode list = Json.object().put("type", "application/astra-events").put("version", "1.4");
    ArrayNode items = list.putArray("items");
    for (int number = from; number < from + size; number++) {
      items
          .addObject()
          .put("type", "application/astra-event")
          .put("version", "1.4")
          .put("name", "harbour.crane.moved")
          .put("summary", SUMMARY + number)
          .put("source", "harbour")
          .put("resourceID", "a4f81c29-6b3e-4d75-9e02-c7d8516fb3a4")
          .put("resourceType", "application/astra-crane")
          .put("severity", "informational")
          .put("class", "system")
          .put("description", "A crane was moved.");
    }
    return list.toString();
  }
}
