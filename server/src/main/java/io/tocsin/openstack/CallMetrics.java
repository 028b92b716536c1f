package io.tocsin.openstack;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.composite.CompositeMeterRegistry;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.function.ToIntFunction;

/** What is counted about calls of OpenStack. Safe for use by many threads. */
public final class CallMetrics {
  private static final Duration[] TIMES = {
    Duration.ofMillis(25),
    Duration.ofMillis(100),
    Duration.ofMillis(500),
    Duration.ofSeconds(2),
    Duration.ofSeconds(10),
    Duration.ofSeconds(30)
  };

  private record Meters(Map<CallResult, Counter> calls, Timer time) {}

  private final MeterRegistry registry;
  private final Map<Operation, Meters> meters = new EnumMap<>(Operation.class);

  public CallMetrics(MeterRegistry registry) {
    this.registry = registry;
    for (Operation operation : Operation.values()) {
      meters.put(operation, meters(operation));
    }
  }

  private Meters meters(Operation operation) {
    // What is not meant to happen shows only once it does.
    MeterRegistry shown = operation == Operation.OTHER ? new CompositeMeterRegistry() : registry;
    Map<CallResult, Counter> calls = new EnumMap<>(CallResult.class);
    for (CallResult result : CallResult.values()) {
      calls.put(
          result,
          Counter.builder("tocsin.cloud.calls")
              .description("Calls sent to OpenStack, each try for itself")
              .tag("service", operation.service().label())
              .tag("operation", operation.label())
              .tag("result", result.label())
              .register(shown));
    }
    return new Meters(
        calls,
        Timer.builder("tocsin.cloud.call")
            .description("From sending a call to OpenStack to the end of its answer or of our wait")
            .tag("service", operation.service().label())
            .tag("operation", operation.label())
            .serviceLevelObjectives(TIMES)
            .register(shown));
  }

  /** Counts nothing. */
  static CallMetrics none() {
    return new CallMetrics(new CompositeMeterRegistry());
  }

  void ended(Operation operation, CallResult result, Duration after) {
    Meters its = meters.get(operation);
    Counter calls = its == null ? null : its.calls().get(result);
    if (its != null && calls != null) {
      calls.increment();
      its.time().record(after);
    }
  }

  /** Shows the limit of calls of Nova in flight. */
  public void showNova(CallLimit limit) {
    gauge("tocsin.cloud.calls.in.flight", "Calls being worked on", limit, CallLimit::inFlight);
    gauge("tocsin.cloud.calls.limit", "Calls that may be in flight now", limit, CallLimit::limit);
    gauge("tocsin.cloud.calls.waiting", "Calls that wait for a turn", limit, CallLimit::waiting);
  }

  private void gauge(
      String name, String description, CallLimit limit, ToIntFunction<CallLimit> value) {
    Gauge.builder(name, () -> value.applyAsInt(limit))
        .description(description)
        .tag("service", Operation.Service.NOVA.label())
        .register(registry);
  }
}
