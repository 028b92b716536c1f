package io.tocsin.recovery;

import io.tocsin.clock.Clock;
import io.tocsin.clock.Durations;
import io.tocsin.compute.Cloud;
import io.tocsin.compute.CloudException;
import io.tocsin.compute.CloudFailure;
import io.tocsin.compute.CloudInterruptedException;
import io.tocsin.failover.FailureNotification;
import io.tocsin.failover.FailureNotifications;
import io.tocsin.failover.FailureStatus;
import io.tocsin.failover.FailureType;
import io.tocsin.failover.Host;
import io.tocsin.failover.Hosts;
import io.tocsin.store.StoreUnavailableException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.spi.LoggingEventBuilder;

/** One attempt at a recovery: runs the flow for its type and writes down how it ended. */
final class Attempt {
  private static final Logger log = LoggerFactory.getLogger(Attempt.class);

  /** First pause after an attempt that could not reach the cloud; doubles with each. */
  private static final Duration FIRST_PAUSE = Duration.ofSeconds(2);

  /** Longest pause that doubling comes to after an attempt that failed. */
  static final Duration LONGEST_RETRY = Duration.ofMinutes(10);

  private final FailureNotifications notifications;
  private final Hosts hosts;
  private final Cloud cloud;
  private final News news;
  private final RecoverySettings settings;
  private final RecoveryMetrics metrics;
  private final Clock clock;
  private final Gates gates;
  private final Spares spares;
  private final HostRecovery hostRecovery;
  private final InstanceRecovery instanceRecovery;
  private final ProcessRecovery processRecovery;

  Attempt(Recoveries.Parts parts, Watch watch, News news, RecoverySettings settings) {
    this.notifications = parts.notifications();
    this.hosts = parts.hosts();
    this.cloud = parts.cloud();
    this.news = news;
    this.settings = settings;
    this.metrics = parts.metrics();
    this.clock = parts.clock();
    this.gates = new Gates(hosts, notifications, news, settings.safety(), metrics);
    this.spares = new Spares(hosts, settings.host());
    this.hostRecovery = new HostRecovery(gates, spares, watch, news, settings, parts.clock());
    this.instanceRecovery = new InstanceRecovery(watch, news, settings, parts.clock());
    this.processRecovery = new ProcessRecovery(hosts, settings, parts.clock());
  }

  /** Ends with the outcome stored, or throws and leaves the recovery where it stands. */
  void run(Lease lease) {
    long beganAtNanos = clock.nanoTime();
    FailureNotification report = notifications.require(lease.claim().recovery());
    metrics.begins(report.type(), lease.claim());
    log.atInfo()
        .addKeyValue("notification", report.id())
        .addKeyValue("type", report.type())
        .addKeyValue("attempt", lease.claim().attempt())
        .addKeyValue("epoch", lease.claim().epoch())
        .log("recovery begins");
    Outcome outcome = outcome(lease, report);
    Ending ending = ending(lease.claim(), outcome);
    if (ending.again() == null && report.type() == FailureType.COMPUTE_HOST) {
      letGo(lease, cloudFor(lease, report), ending);
    }
    Map<VmoveStatus, List<String>> instances =
        lease.write(tx -> store(tx, lease.claim(), ending, outcome));
    metrics.attemptEnded(report.type(), outcome);
    if (ending.again() == null) {
      Duration age = lease.claim().age().plusNanos(clock.nanoTime() - beganAtNanos);
      metrics.ended(report.type(), ending.status(), age, instances);
    }
    LoggingEventBuilder line =
        log.atInfo()
            .addKeyValue("notification", report.id())
            .addKeyValue("status", ending.status());
    if (ending.message() != null) {
      line = line.addKeyValue("reason", ending.message());
    }
    if (ending.again() != null) {
      line = line.addKeyValue("next_attempt_in", ending.again());
    }
    line.log("recovery attempt ended");
  }

  private Outcome outcome(Lease lease, FailureNotification report) {
    try {
      if (lease.claim().isCancelled()) {
        return cancelled(lease);
      }
      return lease.claim().isExpired()
          ? new Outcome.Failed(
              "Not recovered within " + settings.waits().expiry() + " of its arrival.")
          : flow(lease, report);
    } catch (OrderedToStopException e) {
      return switch (e.order()) {
        case CANCEL -> cancelled(lease);
        case PAUSE, GO_ON -> paused(lease, report);
      };
    } catch (CloudException e) {
      return isOutage(e.failure())
          ? new Outcome.Postponed(e.failure().text())
          : new Outcome.Failed(e.failure().text());
    } catch (ImpossibleException e) {
      return new Outcome.Failed(e.getMessage());
    } catch (LeaseLostException
        | StoppedException
        | CloudInterruptedException
        | StoreUnavailableException e) {
      throw e;
    } catch (RuntimeException e) {
      lease.requireHeld();
      log.atError().addKeyValue("notification", report.id()).setCause(e).log("recovery met a bug");
      return new Outcome.Failed("Internal error; the server's log has it.");
    }
  }

  private static Outcome cancelled(Lease lease) {
    return new Outcome.Cancelled(
        "Cancelled by "
            + lease
                .read(h -> ActionStore.cancellation(h, lease.claim().recovery()))
                .orElse("an operator."));
  }

  /** Held until it is resumed, or gone on with where it has been meanwhile. */
  private Outcome paused(Lease lease, FailureNotification report) {
    Optional<String> pause = lease.read(h -> PauseStore.reason(h, lease.claim().recovery()));
    if (pause.isPresent()) {
      return new Outcome.Held(null, "Paused by " + pause.get(), Duration.ZERO);
    }
    lease.ordered(Order.GO_ON);
    return outcome(lease, report);
  }

  private Outcome flow(Lease lease, FailureNotification report) {
    Optional<Host> found = hosts.find(lease.claim().host());
    if (found.isEmpty()) {
      return new Outcome.Failed("The host it is about no longer exists.");
    }
    Host host = found.get();
    if (!host.segment().isEnabled()) {
      // Spelt as Masakari spells it; somebody may be looking for it.
      return new Outcome.Ignored("Recovery aboart: the segment HA is disabled.");
    }
    Cloud leased = cloudFor(lease, report);
    return switch (report.type()) {
      case COMPUTE_HOST -> hostRecovery.run(lease, leased, report, host);
      case VM -> instanceRecovery.run(lease, leased, report, host);
      case PROCESS -> processRecovery.run(lease, leased, report, host);
    };
  }

  /** Called only under the lease; its logs name the notification's id as the request's. */
  private Cloud cloudFor(Lease lease, FailureNotification report) {
    return cloud.guardedBy(lease::requireHeld).onBehalfOf("req-" + report.id());
  }

  /** The cloud could not be asked, which says nothing about what was asked. */
  static boolean isOutage(CloudFailure failure) {
    return switch (failure) {
      // 500 is an answer: the cloud fails at this very thing, and may go on failing at it.
      case CloudFailure.Unavailable(int status, _) -> status != 500;
      case CloudFailure.Unreachable _, CloudFailure.Unanswered _ -> true;
      case CloudFailure.Refused _, CloudFailure.NotFound _, CloudFailure.Conflict _ -> false;
    };
  }

  /**
   * What is stored at the end of an attempt.
   *
   * @param again the pause before the next attempt; null when there is none
   */
  private record Ending(FailureStatus status, @Nullable String message, @Nullable Duration again) {}

  private Ending ending(Claim claim, Outcome outcome) {
    return switch (outcome) {
      case Outcome.Finished(String remark) ->
          new Ending(FailureStatus.FINISHED, remark.isEmpty() ? null : remark, null);
      case Outcome.Ignored(String reason) -> new Ending(FailureStatus.IGNORED, reason, null);
      case Outcome.Failed(String reason) ->
          claim.isExpired() || claim.countedAttempt() >= settings.limits().attempts()
              ? new Ending(FailureStatus.FAILED, reason, null)
              : new Ending(
                  FailureStatus.ERROR,
                  reason,
                  retry(settings.waits().retry(), claim.countedAttempt()));
      case Outcome.Postponed(String reason) ->
          new Ending(FailureStatus.ERROR, reason, pause(claim));
      case Outcome.Held(Gate gate, String reason, Duration again) ->
          new Ending(gate == null ? FailureStatus.RUNNING : FailureStatus.NEW, reason, again);
      case Outcome.Cancelled(String reason) -> new Ending(FailureStatus.FAILED, reason, null);
    };
  }

  /**
   * The pause after an attempt that failed: the first one after the first, twice as long after each
   * further one, up to {@link #LONGEST_RETRY} or to the first one if that is longer.
   *
   * @param attempt from 1
   */
  static Duration retry(Duration first, int attempt) {
    Duration doubled = first.multipliedBy(1L << Math.clamp(attempt - 1L, 0, 20));
    return Durations.shorter(doubled, Durations.longer(first, LONGEST_RETRY));
  }

  private Duration pause(Claim claim) {
    Duration doubled = FIRST_PAUSE.multipliedBy(1L << Math.min(claim.outages(), 10));
    return Durations.shorter(doubled, settings.waits().outage());
  }

  private void letGo(Lease lease, Cloud leased, Ending ending) {
    spares.settle(lease, leased);
    if (ending.status() != FailureStatus.FINISHED) {
      hostRecovery.giveUp(lease, leased);
    }
  }

  /** Answers what became of the instances when the recovery is over. */
  private Map<VmoveStatus, List<String>> store(
      Handle tx, Claim claim, Ending ending, Outcome outcome) {
    notifications.changeStatus(tx, claim.recovery(), ending.status(), ending.message());
    AttemptStore.end(tx, claim, word(outcome), ending.message());
    if (!(outcome instanceof Outcome.Held) && ending.message() != null) {
      StepStore.endOpen(tx, claim, ending.message());
    }
    Duration pause = ending.again();
    if (pause == null) {
      RecoveryStore.done(tx, claim);
      VmoveStore.failOpen(tx, claim.recovery(), "Given up: " + ending.message());
      Map<VmoveStatus, List<String>> instances = VmoveStore.byStatus(tx, claim.recovery());
      news.ended(tx, claim, outcome, instances);
      return instances;
    }
    if (outcome instanceof Outcome.Held held) {
      RecoveryStore.hold(tx, claim, held.by(), pause);
      gates.tell(tx, claim, held);
    } else {
      RecoveryStore.again(tx, claim, pause, outcome instanceof Outcome.Postponed);
      news.goesOn(tx, claim, outcome, pause);
    }
    return Map.of();
  }

  private static String word(Outcome outcome) {
    return switch (outcome) {
      case Outcome.Finished _ -> "finished";
      case Outcome.Ignored _ -> "ignored";
      case Outcome.Failed _ -> "failed";
      case Outcome.Postponed _ -> "postponed";
      case Outcome.Held _ -> "held";
      case Outcome.Cancelled _ -> "cancelled";
    };
  }
}
