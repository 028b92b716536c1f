package io.tocsin.simulator;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How fast and how large the simulated cloud is. All of it can be changed while it runs, with
 * {@code PATCH /simulator/settings}, by the names in {@link #toMap}.
 *
 * @param latency what every Nova call waits before it acts
 * @param evacuationTime from an accepted evacuate call until the server runs on its new host
 * @param hostUpdateDelay how long a rebuilt server already shows its end state but still its old
 *     host: Nova writes the host last. Part of {@code evacuationTime}
 * @param bootTime what os-start takes
 * @param stopTime what os-stop takes, and the stop that follows the evacuation of a stopped server
 * @param heartbeatInterval how often a living nova-compute reports itself
 * @param serviceDownTime age of the last heartbeat from which a service is {@code down}
 * @param rpcTimeout how long Nova waits for a dead nova-compute that still looks up when its
 *     service is disabled; only then does it answer
 * @param refusesSecondEvacuate an evacuate call for a server that is being rebuilt gets 409, as
 *     before Nova 26; later ones accept it
 * @param pageSize the most servers one answer lists
 * @param hostCapacity the most servers the scheduler puts on one host
 * @param hostMemoryMebibytes memory of each host; the scheduler puts no more on one
 * @param detectionDelay how long the region's own monitor needs to see a host die
 * @param reportRetryInterval how long it waits before it repeats an undelivered report
 * @param demandsTokens whether Nova answers only those who have a token of the region's Keystone
 * @param tokenLife of tokens made from then on
 * @param instanceHaUrl what the catalog says of Instance HA, {@code %(project_id)s} standing for
 *     the project; {@code none} leaves it out
 */
public record Behaviour(
    Span latency,
    Span evacuationTime,
    Duration hostUpdateDelay,
    Span bootTime,
    Span stopTime,
    Duration heartbeatInterval,
    Duration serviceDownTime,
    Duration rpcTimeout,
    boolean refusesSecondEvacuate,
    int pageSize,
    int hostCapacity,
    int hostMemoryMebibytes,
    Duration detectionDelay,
    Duration reportRetryInterval,
    boolean demandsTokens,
    Duration tokenLife,
    String instanceHaUrl) {

  /** 1 PiB. */
  private static final int PLENTY_OF_MEMORY = 1 << 30;

  /** In place of a URL. */
  static final String NO_URL = "none";

  /**
   * Slow enough to watch, fast enough not to bore. The service-down time is 5 s, Nova's is 60 s.
   */
  public static final Behaviour DEMO =
      new Behaviour(
          new Span(Duration.ofMillis(5), Duration.ofMillis(20)),
          new Span(Duration.ofSeconds(2), Duration.ofSeconds(5)),
          Duration.ofMillis(50),
          Span.of(Duration.ofSeconds(1)),
          Span.of(Duration.ofSeconds(1)),
          Duration.ofSeconds(1),
          Duration.ofSeconds(5),
          Duration.ofSeconds(60),
          false,
          1000,
          RegionSpec.MAX_INSTANCES,
          PLENTY_OF_MEMORY,
          Duration.ofSeconds(2),
          Duration.ofSeconds(10),
          false,
          Duration.ofHours(1),
          NO_URL);

  /** No latency, and changes of state within milliseconds; for tests. */
  public static final Behaviour FAST =
      new Behaviour(
          Span.of(Duration.ZERO),
          new Span(Duration.ofMillis(20), Duration.ofMillis(60)),
          Duration.ofMillis(5),
          Span.of(Duration.ofMillis(10)),
          Span.of(Duration.ofMillis(10)),
          Duration.ofMillis(100),
          Duration.ofMillis(500),
          Duration.ofMillis(500),
          false,
          1000,
          RegionSpec.MAX_INSTANCES,
          PLENTY_OF_MEMORY,
          Duration.ofMillis(20),
          Duration.ofMillis(200),
          false,
          Duration.ofHours(1),
          NO_URL);

  public Behaviour {
    require(pageSize >= 1 && pageSize <= 10_000, "page_size is 1 to 10000");
    require(hostCapacity >= 0, "host_capacity is not negative");
    require(hostMemoryMebibytes >= 0, "host_memory is not negative");
    require(heartbeatInterval.isPositive(), "heartbeat_interval is more than nothing");
    require(
        serviceDownTime.compareTo(heartbeatInterval) > 0,
        "service_down_time is longer than heartbeat_interval");
    require(!detectionDelay.isNegative(), "detection_delay is not negative");
    require(reportRetryInterval.isPositive(), "report_retry_interval is more than nothing");
    require(tokenLife.compareTo(Duration.ofSeconds(1)) >= 0, "token_life is at least 1s");
    require(
        hostUpdateDelay.compareTo(evacuationTime.min()) <= 0,
        "host_update_delay is part of evacuation_time, so not longer");
  }

  private static void require(boolean isTrue, String rule) {
    if (!isTrue) {
      throw new IllegalArgumentException(rule);
    }
  }

  /** These settings with calls that wait {@code time} before they act. */
  public Behaviour withLatency(Span time) {
    return changed(Map.of("latency", time.toString()));
  }

  /** The settings as the control calls show them, durations as {@link Span#parse} reads them. */
  Map<String, Object> toMap() {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("latency", latency.toString());
    map.put("evacuation_time", evacuationTime.toString());
    map.put("host_update_delay", Span.text(hostUpdateDelay));
    map.put("boot_time", bootTime.toString());
    map.put("stop_time", stopTime.toString());
    map.put("heartbeat_interval", Span.text(heartbeatInterval));
    map.put("service_down_time", Span.text(serviceDownTime));
    map.put("rpc_response_timeout", Span.text(rpcTimeout));
    map.put("refuse_second_evacuate", refusesSecondEvacuate);
    map.put("page_size", pageSize);
    map.put("host_capacity", hostCapacity);
    map.put("host_memory", hostMemoryMebibytes);
    map.put("detection_delay", Span.text(detectionDelay));
    map.put("report_retry_interval", Span.text(reportRetryInterval));
    map.put("demand_tokens", demandsTokens);
    map.put("token_life", Span.text(tokenLife));
    map.put("instance_ha_url", instanceHaUrl);
    return map;
  }

  /**
   * These settings with some replaced.
   *
   * @throws IllegalArgumentException unknown name, or a value that does not fit, and says which
   */
  public Behaviour changed(Map<String, ?> changes) {
    Map<String, Object> all = toMap();
    for (String name : changes.keySet()) {
      if (!all.containsKey(name)) {
        throw new IllegalArgumentException(
            "unknown setting '" + name + "'; there are " + String.join(", ", all.keySet()));
      }
    }
    all.putAll(changes);
    return new Behaviour(
        span(all, "latency"),
        span(all, "evacuation_time"),
        duration(all, "host_update_delay"),
        span(all, "boot_time"),
        span(all, "stop_time"),
        duration(all, "heartbeat_interval"),
        duration(all, "service_down_time"),
        duration(all, "rpc_response_timeout"),
        flag(all, "refuse_second_evacuate"),
        number(all, "page_size"),
        number(all, "host_capacity"),
        number(all, "host_memory"),
        duration(all, "detection_delay"),
        duration(all, "report_retry_interval"),
        flag(all, "demand_tokens"),
        duration(all, "token_life"),
        String.valueOf(all.get("instance_ha_url")));
  }

  private static Span span(Map<String, Object> all, String name) {
    return Span.parse(String.valueOf(all.get(name)));
  }

  private static Duration duration(Map<String, Object> all, String name) {
    return Span.parseDuration(String.valueOf(all.get(name)));
  }

  private static int number(Map<String, Object> all, String name) {
    if (all.get(name) instanceof Integer number) {
      return number;
    }
    throw new IllegalArgumentException(name + " is a whole number");
  }

  private static boolean flag(Map<String, Object> all, String name) {
    if (all.get(name) instanceof Boolean flag) {
      return flag;
    }
    throw new IllegalArgumentException(name + " is true or false");
  }
}
