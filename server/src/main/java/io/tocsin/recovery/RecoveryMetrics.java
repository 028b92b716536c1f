package io.tocsin.recovery;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.composite.CompositeMeterRegistry;
import io.tocsin.clock.Clock;
import io.tocsin.clock.LoopMetrics;
import io.tocsin.clock.LoopMetrics.Loop;
import io.tocsin.failover.FailureStatus;
import io.tocsin.failover.FailureType;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.IntSupplier;

/** What the engine counts, in methods that say what happened. Safe for use by many threads. */
public final class RecoveryMetrics {
  private static final Duration[] FIRST_CLAIM_TIMES = {
    Duration.ofMillis(10),
    Duration.ofMillis(100),
    Duration.ofMillis(500),
    Duration.ofSeconds(2),
    Duration.ofSeconds(10),
    Duration.ofMinutes(1)
  };
  private static final Duration[] TIMES = {
    Duration.ofSeconds(5),
    Duration.ofSeconds(30),
    Duration.ofMinutes(1),
    Duration.ofMinutes(2),
    Duration.ofMinutes(5),
    Duration.ofMinutes(15),
    Duration.ofHours(1)
  };

  /** How an attempt ended. */
  private enum AttemptResult {
    FINISHED,
    IGNORED,
    FAILED,
    POSTPONED,
    HELD,
    CANCELLED;

    static AttemptResult of(Outcome outcome) {
      return switch (outcome) {
        case Outcome.Finished _ -> FINISHED;
        case Outcome.Ignored _ -> IGNORED;
        case Outcome.Failed _ -> FAILED;
        case Outcome.Postponed _ -> POSTPONED;
        case Outcome.Held _ -> HELD;
        case Outcome.Cancelled _ -> CANCELLED;
      };
    }
  }

  private final MeterRegistry registry;
  private final Counter leaseLosses;
  private final Counter handOvers;
  private final LoopMetrics claimer;
  private final LoopMetrics heartbeat;
  private final LoopMetrics watch;

  public RecoveryMetrics(MeterRegistry registry, Clock clock) {
    this.registry = registry;
    this.leaseLosses =
        Counter.builder("tocsin.lease.losses")
            .description("Recoveries that this node lost in the middle, because its lease was over")
            .register(registry);
    this.handOvers =
        Counter.builder("tocsin.recovery.handovers")
            .description("Recoveries that this node gave back unfinished, because it stopped")
            .register(registry);
    this.claimer = new LoopMetrics(registry, Loop.CLAIMER, clock);
    this.heartbeat = new LoopMetrics(registry, Loop.HEARTBEAT, clock);
    this.watch = new LoopMetrics(registry, Loop.WATCH, clock);
    // A series that appears with its first event hides that event from rate() and increase().
    for (FailureType type : FailureType.values()) {
      Timer _ = firstClaim(type);
      for (AttemptResult result : AttemptResult.values()) {
        Counter _ = attempts(type, result);
      }
      for (FailureStatus status : FailureStatus.values()) {
        if (status.isFinal()) {
          Timer _ = ends(type, status);
        }
      }
    }
    for (Gate gate : Gate.values()) {
      Counter _ = gates(gate);
    }
    for (VmoveStatus status : VmoveStatus.values()) {
      if (status.isFinal()) {
        Counter _ = instances(status);
      }
    }
  }

  /** Counts nothing. */
  static RecoveryMetrics none() {
    return new RecoveryMetrics(new CompositeMeterRegistry(), Clock.system());
  }

  /** An attempt begins. */
  void begins(FailureType type, Claim claim) {
    if (claim.isFirst()) {
      firstClaim(type).record(claim.age());
    }
  }

  /** An attempt has ended and that is stored. */
  void attemptEnded(FailureType type, Outcome outcome) {
    attempts(type, AttemptResult.of(outcome)).increment();
  }

  /**
   * A recovery has ended for good and that is stored.
   *
   * @param instances by the state in which their moves ended
   */
  void ended(
      FailureType type,
      FailureStatus status,
      Duration sinceArrival,
      Map<VmoveStatus, List<String>> instances) {
    ends(type, status).record(sinceArrival);
    instances.forEach((its, moved) -> instances(its).increment(moved.size()));
  }

  /** The lease of a running recovery was over before the recovery was. */
  void leaseLost() {
    leaseLosses.increment();
  }

  void handedOver() {
    handOvers.increment();
  }

  /** A gate was found closed to a recovery, and was not when that last asked, if it did. */
  void gateClosed(Gate gate) {
    gates(gate).increment();
  }

  LoopMetrics claimer() {
    return claimer;
  }

  LoopMetrics heartbeat() {
    return heartbeat;
  }

  LoopMetrics watch() {
    return watch;
  }

  void showLeases(IntSupplier held) {
    Gauge.builder("tocsin.leases.held", held::getAsInt)
        .description("Recoveries that this node holds a lease on")
        .register(registry);
  }

  void showWaiting(IntSupplier waiting) {
    Gauge.builder("tocsin.watch.waiting", waiting::getAsInt)
        .description("Instances that recoveries on this node wait for")
        .register(registry);
  }

  private Timer firstClaim(FailureType type) {
    return Timer.builder("tocsin.recovery.first.claim")
        .description("From a report's arrival to the first claim of its recovery")
        .tag("type", label(type))
        .serviceLevelObjectives(FIRST_CLAIM_TIMES)
        .register(registry);
  }

  private Counter attempts(FailureType type, AttemptResult result) {
    return Counter.builder("tocsin.recovery.attempts")
        .description("Attempts at recoveries that have ended")
        .tag("type", label(type))
        .tag("result", label(result))
        .register(registry);
  }

  private Timer ends(FailureType type, FailureStatus status) {
    return Timer.builder("tocsin.recovery")
        .description("From a report's arrival to the end of its recovery")
        .tag("type", label(type))
        .tag("status", label(status))
        .serviceLevelObjectives(TIMES)
        .register(registry);
  }

  private Counter instances(VmoveStatus status) {
    return Counter.builder("tocsin.instances")
        .description("Instances of failed hosts by what became of them, at their recovery's end")
        .tag("result", label(status))
        .register(registry);
  }

  private Counter gates(Gate gate) {
    return Counter.builder("tocsin.gates.closed")
        .description("How often a safety gate was found closed to a recovery")
        .tag("gate", gate.text())
        .register(registry);
  }

  private static String label(Enum<?> member) {
    return member.name().toLowerCase(Locale.ROOT);
  }
}
