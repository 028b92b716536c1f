package io.tocsin.recovery;

import io.tocsin.compute.ComputeService;
import io.tocsin.recovery.Finding.Verdict;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Decides what each gate says, from what was seen. No side effects.
 *
 * @param overridden what an operator opened
 */
record Assessment(SafetyRules rules, Set<Gate> overridden) {
  private static final int PERCENT = 100;

  Finding fenced(Map<String, String> payload) {
    String status = payload.get("host_status");
    Map<String, Object> inputs = inputs("host_status", status);
    if (!rules.requiresFencing()) {
      return new Finding(
          Gate.FENCED, Verdict.OFF, "The segment does not ask whether hosts are fenced.", inputs);
    }
    return "NORMAL".equals(status)
        ? new Finding(Gate.FENCED, Verdict.OPEN, "The report says that the host is fenced.", inputs)
        : closed(
            Gate.FENCED,
            "The report does not say that the host is fenced (host_status is "
                + (status == null ? "missing" : status)
                + ", not NORMAL): it may still run its instances.",
            inputs);
  }

  /**
   * @param service null when the cloud has none for that host; then nobody can be alive there
   * @param arrival of the report, on our clock
   * @param silentSince what lives has been heard of after this
   */
  Finding alive(@Nullable ComputeService service, Instant arrival, Instant silentSince) {
    Map<String, Object> inputs = inputs("report_arrived", arrival.toString());
    if (service != null) {
      inputs.put(
          "last_heartbeat", service.lastSeen() == null ? null : service.lastSeen().toString());
      inputs.put("is_up", service.isUp());
    }
    if (!rules.watchesHeartbeats()) {
      return heartbeatsOff(inputs);
    }
    if (hasBeaten(service, arrival)) {
      return closed(
          Gate.ALIVE,
          "The cloud has a heartbeat of the host from after the report: it may be alive.",
          inputs);
    }
    return hasBeaten(service, silentSince)
        ? closed(
            Gate.ALIVE,
            "The last heartbeat of the host is so young that the next one may still come.",
            inputs)
        : new Finding(
            Gate.ALIVE, Verdict.OPEN, "The cloud has no heartbeat newer than the report.", inputs);
  }

  private static Finding heartbeatsOff(Map<String, Object> inputs) {
    return new Finding(Gate.ALIVE, Verdict.OFF, "The segment does not look at heartbeats.", inputs);
  }

  /** The same for a host that nobody has reported. */
  Finding aliveNow(@Nullable ComputeService service) {
    if (service == null) {
      return new Finding(
          Gate.ALIVE, Verdict.CLOSED, "The cloud has no compute service of that name.", Map.of());
    }
    if (!rules.watchesHeartbeats()) {
      return heartbeatsOff(Map.of());
    }
    return service.isUp()
        ? new Finding(
            Gate.ALIVE,
            Verdict.CLOSED,
            "The host lives now: its last heartbeat is of %s. A recovery begins when they end."
                .formatted(service.lastSeen()),
            Map.of())
        : new Finding(Gate.ALIVE, Verdict.OPEN, "The cloud sees the host down.", Map.of());
  }

  /** A change of the service by hand looks like a heartbeat too, until the cloud sees it down. */
  private static boolean hasBeaten(@Nullable ComputeService service, Instant since) {
    return service != null
        && service.isUp()
        && service.lastSeen() != null
        && service.lastSeen().isAfter(since);
  }

  /**
   * @param services all of the region
   * @param dead hosts that were reported dead; what they look like says nothing
   */
  Finding isolation(List<ComputeService> services, Set<String> dead) {
    List<ComputeService> others =
        services.stream()
            .filter(s -> s.isEnabled() && !s.isForcedDown() && !dead.contains(s.host()))
            .toList();
    long up = others.stream().filter(ComputeService::isUp).count();
    Map<String, Object> inputs = inputs("others", others.size());
    inputs.put("others_up", up);
    inputs.put("least_percent_up", rules.leastServicesUp());
    if (rules.leastServicesUp() == 0) {
      return new Finding(
          Gate.ISOLATION, Verdict.OFF, "The segment does not look at other hosts.", inputs);
    }
    String seen = "The cloud sees %d of %d other compute services up".formatted(up, others.size());
    return up * PERCENT >= (long) rules.leastServicesUp() * others.size()
        ? new Finding(Gate.ISOLATION, Verdict.OPEN, seen + ".", inputs)
        : closed(
            Gate.ISOLATION,
            seen + ", fewer than " + rules.leastServicesUp() + " %: it may be cut off itself.",
            inputs);
  }

  /** How many other hosts fail now, and how many are enrolled. */
  record Failing(String scope, int others, int enrolled, SafetyRules.Brake brake) {
    boolean isTooMany() {
      return others + 1 > brake.allowed(enrolled);
    }
  }

  Finding storm(List<Failing> scopes) {
    Map<String, Object> inputs = new LinkedHashMap<>();
    for (Failing it : scopes) {
      inputs.put(it.scope() + "_hosts", it.enrolled());
      inputs.put(it.scope() + "_others_failing", it.others());
      inputs.put(
          it.scope() + "_allowed", it.brake().isOff() ? 0 : it.brake().allowed(it.enrolled()));
    }
    if (scopes.stream().allMatch(it -> it.brake().isOff())) {
      return new Finding(Gate.STORM, Verdict.OFF, "There is no storm brake.", inputs);
    }
    return scopes.stream()
        .filter(Failing::isTooMany)
        .findFirst()
        .map(it ->
            closed(
                Gate.STORM,
                "Storm brake: %d other hosts of the %s are being recovered or were lately, and %d at once is the limit."
                    .formatted(it.others(), it.scope(), it.brake().allowed(it.enrolled())),
                inputs))
        .orElseGet(
            () -> new Finding(Gate.STORM, Verdict.OPEN, "Few enough hosts fail at once.", inputs));
  }

  private Finding closed(Gate gate, String reason, Map<String, Object> inputs) {
    return overridden.contains(gate)
        ? new Finding(gate, Verdict.OVERRIDDEN, "Opened by an operator. " + reason, inputs)
        : new Finding(gate, Verdict.CLOSED, reason, inputs);
  }

  private static Map<String, Object> inputs(String name, @Nullable Object value) {
    Map<String, Object> inputs = new LinkedHashMap<>();
    inputs.put(name, value);
    return inputs;
  }
}
