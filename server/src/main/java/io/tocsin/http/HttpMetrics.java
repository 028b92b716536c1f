package io.tocsin.http;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.composite.CompositeMeterRegistry;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** What the listener counts. Safe for use by many threads. */
public final class HttpMetrics {
  private static final Duration[] TIMES = {
    Duration.ofMillis(5),
    Duration.ofMillis(25),
    Duration.ofMillis(100),
    Duration.ofMillis(500),
    Duration.ofSeconds(2),
    Duration.ofSeconds(10)
  };

  /** A client may send any word; these alone become labels. */
  private static final Set<String> METHODS =
      Set.of("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS");

  private record Answered(String api, String method, int statusClass) {}

  private final MeterRegistry registry;
  private final Map<Answered, Counter> requests = new ConcurrentHashMap<>();
  private final Map<String, Timer> times = new ConcurrentHashMap<>();

  public HttpMetrics(MeterRegistry registry) {
    this.registry = registry;
  }

  /** Counts nothing. */
  static HttpMetrics none() {
    return new HttpMetrics(new CompositeMeterRegistry());
  }

  /**
   * A request was answered.
   *
   * @param api the prefix of the mount that it was for
   */
  void answered(String api, String method, int status, long nanos) {
    String known = METHODS.contains(method) ? method : "other";
    requests.computeIfAbsent(new Answered(api, known, status / 100), this::counter).increment();
    times.computeIfAbsent(api, this::timer).record(Duration.ofNanos(nanos));
  }

  private Counter counter(Answered answered) {
    return Counter.builder("tocsin.http.requests")
        .description("Requests that were answered")
        .tag("api", answered.api())
        .tag("method", answered.method())
        .tag("status", answered.statusClass() + "xx")
        .register(registry);
  }

  private Timer timer(String api) {
    return Timer.builder("tocsin.http.request")
        .description("From a request's head to its answer")
        .tag("api", api)
        .serviceLevelObjectives(TIMES)
        .register(registry);
  }

  void show(RunningRequests running) {
    Gauge.builder("tocsin.http.requests.running", running::running)
        .description("Requests being received or answered")
        .register(registry);
  }
}
