package io.tocsin.recovery;

import java.time.Instant;
import java.util.List;

/**
 * What a step of a recovery reported, as clients see it in {@code recovery_workflow_details}.
 *
 * @param progress the last reported, 0.0 to 1.0
 * @param state one of the wire's task states: {@code RUNNING}, {@code SUCCESS}, {@code FAILURE} …
 */
public record RecordedStep(
    String name, double progress, String state, List<RecordedMessage> messages) {
  /** One line a step wrote; {@code at} has microseconds. */
  public record RecordedMessage(Instant at, double progress, String text) {}

  public RecordedStep {
    messages = List.copyOf(messages);
  }
}
