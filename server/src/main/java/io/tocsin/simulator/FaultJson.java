package io.tocsin.simulator;

import io.tocsin.http.Json;
import io.tocsin.simulator.InjectedFault.Kind;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Faults as the control calls order and show them. */
final class FaultJson {
  private static final Set<String> KEYS =
      Set.of(
          "kind",
          "service",
          "call",
          "instance",
          "host",
          "count",
          "probability",
          "seed",
          "delay",
          "retry_after",
          "text");
  private static final Duration DEFAULT_DELAY = Duration.ofSeconds(2);
  private static final Duration DEFAULT_RETRY_AFTER = Duration.ofSeconds(1);

  private FaultJson() {}

  /**
   * @throws IllegalArgumentException it cannot be understood; the message says what is wrong
   */
  static InjectedFault read(JsonNode json, int id) {
    for (String name : json.propertyNames()) {
      if (!KEYS.contains(name)) {
        throw new IllegalArgumentException("Unknown key '" + name + "'; there are " + KEYS);
      }
    }
    String kindText = text(json, "kind");
    Kind kind =
        Kind.parse(kindText == null ? "" : kindText)
            .orElseThrow(() ->
                new IllegalArgumentException(
                    "kind is one of " + names(Arrays.stream(Kind.values()).map(Kind::text))));
    String seed = json.path("seed").asString("1");
    return new InjectedFault(
        id,
        kind,
        service(text(json, "service")),
        call(text(json, "call")),
        instance(text(json, "instance")),
        text(json, "host"),
        count(json.get("count")),
        probability(json.get("probability")),
        Long.parseLong(seed),
        0,
        0,
        duration(json, "delay", DEFAULT_DELAY),
        duration(json, "retry_after", DEFAULT_RETRY_AFTER),
        json.path("text").asString(defaultText(kind)));
  }

  private static String names(java.util.stream.Stream<String> all) {
    return all.collect(Collectors.joining(", "));
  }

  private static @Nullable String text(JsonNode json, String key) {
    JsonNode value = json.get(key);
    if (value == null || value.isNull()) {
      return null;
    }
    if (!value.isString()) {
      throw new IllegalArgumentException(key + " is a text");
    }
    return value.stringValue();
  }

  private static Call.@Nullable Service service(@Nullable String text) {
    if (text == null) {
      return null;
    }
    return Call.Service.parse(text)
        .orElseThrow(() ->
            new IllegalArgumentException(
                "service is one of "
                    + names(Arrays.stream(Call.Service.values()).map(Call.Service::text))));
  }

  private static @Nullable Call call(@Nullable String text) {
    if (text == null) {
      return null;
    }
    return Call.parse(text)
        .orElseThrow(() ->
            new IllegalArgumentException(
                "call is one of " + names(Arrays.stream(Call.values()).map(Call::text))));
  }

  private static @Nullable UUID instance(@Nullable String text) {
    if (text == null) {
      return null;
    }
    return ServerLists.uuid(text)
        .orElseThrow(() -> new IllegalArgumentException("instance is an id"));
  }

  private static @Nullable Integer count(@Nullable JsonNode count) {
    if (count == null || count.isNull()) {
      return null;
    }
    if (!count.isInt() || count.intValue() < 1) {
      throw new IllegalArgumentException("count is a whole number from 1; without it: for ever");
    }
    return count.intValue();
  }

  private static double probability(@Nullable JsonNode probability) {
    if (probability == null) {
      return 1;
    }
    double value = probability.isNumber() ? probability.doubleValue() : -1;
    if (value < 0 || value > 1) {
      throw new IllegalArgumentException("probability is 0 to 1");
    }
    return value;
  }

  private static Duration duration(JsonNode json, String key, Duration otherwise) {
    String text = text(json, key);
    return text == null ? otherwise : Span.parseDuration(text);
  }

  private static String defaultText(Kind kind) {
    return switch (kind) {
      case THROTTLE -> "This request was rate-limited.";
      case ERROR_500 ->
          "Unexpected API Error. Please report this at http://bugs.launchpad.net/nova/ and attach"
              + " the Nova API log if possible.";
      case ERROR_503 -> "The server is currently unavailable. Please try again at a later time.";
      case EVACUATION_FAILS -> "Failed to start the guest: out of memory on the host";
      case DELAY,
          DELAY_ANSWER,
          CUT_BEFORE,
          CUT_AFTER,
          EVACUATION_BOUNCES,
          EVACUATION_HANGS,
          STATE_LAGS ->
          "";
    };
  }

  static ObjectNode write(InjectedFault fault) {
    ObjectNode json = Json.object();
    json.put("id", fault.id());
    json.put("kind", fault.kind().text());
    json.put("service", fault.struckService().text());
    json.put("call", fault.call() == null ? null : fault.call().text());
    json.put("instance", fault.instance() == null ? null : fault.instance().toString());
    json.put("host", fault.host());
    json.put("remaining", fault.remaining());
    json.put("probability", fault.probability());
    json.put("seed", fault.seed());
    json.put("delay", Span.text(fault.delay()));
    json.put("retry_after", Span.text(fault.retryAfter()));
    json.put("text", fault.text());
    json.put("hits", fault.hits());
    return json;
  }

  /** The kinds, for documentation tests. */
  static List<String> kinds() {
    return Arrays.stream(Kind.values()).map(Kind::text).toList();
  }
}
