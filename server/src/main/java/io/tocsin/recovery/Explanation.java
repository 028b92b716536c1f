package io.tocsin.recovery;

import io.tocsin.compute.ServerId;
import io.tocsin.failover.Reported;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * All that is known of one recovery: why it began, what was decided and from what, what was done by
 * whom, and what came of it for each instance. Lists are in the order of time.
 *
 * @param trigger the monitor's report
 * @param segmentName as it is called now; the id where it is gone
 * @param isHostOnMaintenance as it is now
 * @param gates every verdict, the latest of a gate being its present one
 * @param plan null while there is none
 */
public record Explanation(
    RecoveryLine line,
    Reported trigger,
    String segmentName,
    boolean isHostOnMaintenance,
    List<Verdict> gates,
    @Nullable List<PlannedInstance> plan,
    List<RecordedAttempt> attempts,
    List<StepTaken> steps,
    List<Move> instances,
    List<UsedSpare> reservedHosts,
    List<OpenedGate> overrides,
    List<OperatorAction> actions) {
  public Explanation {
    gates = List.copyOf(gates);
    plan = plan == null ? null : List.copyOf(plan);
    attempts = List.copyOf(attempts);
    steps = List.copyOf(steps);
    instances = List.copyOf(instances);
    reservedHosts = List.copyOf(reservedHosts);
    overrides = List.copyOf(overrides);
    actions = List.copyOf(actions);
  }

  /**
   * What a gate said in an attempt.
   *
   * @param verdict open, closed, overridden or off
   * @param inputs what it was made from, as text
   */
  public record Verdict(
      int attempt,
      String gate,
      String verdict,
      String reason,
      Map<String, String> inputs,
      Instant at) {
    public Verdict {
      inputs = Collections.unmodifiableMap(new LinkedHashMap<>(inputs));
    }
  }

  /**
   * What the plan says of one instance.
   *
   * @param position from 1, in the order of moving
   * @param leftBecause why it is not moved; null where it is
   */
  public record PlannedInstance(
      int position,
      ServerId instance,
      String name,
      @Nullable String project,
      String vmState,
      boolean isHaEnabled,
      @Nullable String leftBecause) {}

  /**
   * One lease: a node's work at the recovery.
   *
   * @param endedAt null while it runs, and for ever where its node died or lost the lease
   */
  public record RecordedAttempt(
      long epoch,
      int attempt,
      UUID node,
      Instant beganAt,
      @Nullable Instant endedAt,
      @Nullable String outcome,
      @Nullable String reason) {}

  /**
   * A step of an attempt.
   *
   * @param state as {@link RecordedStep} has it
   */
  public record StepTaken(
      int attempt,
      String name,
      String state,
      Instant startedAt,
      @Nullable Instant endedAt,
      List<RecordedStep.RecordedMessage> messages) {
    public StepTaken {
      messages = List.copyOf(messages);
    }
  }

  /**
   * What became of one instance.
   *
   * @param cloudRequest under which id the cloud logged the evacuate call; null where none went out
   */
  public record Move(
      ServerId instance,
      String name,
      VmoveStatus status,
      String from,
      @Nullable String to,
      @Nullable Instant startedAt,
      @Nullable Instant endedAt,
      @Nullable String message,
      @Nullable String cloudRequest) {}

  /** A reserved host that the recovery has taken. */
  public record UsedSpare(String host, Instant since) {}

  /** A gate that an operator opened for this recovery. */
  public record OpenedGate(String gate, OperatorAction by) {}
}
