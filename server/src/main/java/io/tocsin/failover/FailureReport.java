package io.tocsin.failover;

import java.time.Instant;
import java.util.Map;

/** What a monitor sends, decoded and valid in form; whether it is accepted, {@link Intake} says. */
public record FailureReport(
    FailureType type, String hostname, Instant generatedTime, Map<String, String> payload) {
  public FailureReport {
    payload = Map.copyOf(payload);
  }
}
