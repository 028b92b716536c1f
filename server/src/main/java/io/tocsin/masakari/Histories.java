package io.tocsin.masakari;

import io.tocsin.clock.Clock;
import io.tocsin.failover.FailureNotificationId;
import io.tocsin.failover.FailureType;
import io.tocsin.failover.PastFailure;
import io.tocsin.masakari.Documents.OddException;
import io.tocsin.masakari.ImportReport.Kind;
import io.tocsin.masakari.Source.GoneException;
import io.tocsin.openstack.CallFailedException;
import io.tocsin.openstack.CallFailure;
import io.tocsin.recovery.PastRecovery;
import io.tocsin.recovery.RecordedStep;
import io.tocsin.recovery.Vmove;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Asks the source what the recoveries of a page did: one call for the steps and at least one for
 * the moves of each. As many calls at once as the client's limit allows.
 */
final class Histories {
  /**
   * The source waits for its engine for a minute before it fails. An engine that let us wait so
   * often is not there, and is not asked any more: a thousand rows would take days.
   */
  private static final int MAX_SLOW_FAILURES = 3;

  private static final Duration SLOW = Duration.ofSeconds(20);

  /** A host does not hold more; the source's list has no end. */
  private static final int MAX_VMOVES = 50_000;

  private final Source source;
  private final ImportReport report;
  private final Clock clock;
  private final boolean withDetails;
  private final AtomicInteger slowFailures = new AtomicInteger();

  Histories(Source source, ImportReport report, Clock clock, boolean withDetails) {
    this.source = source;
    this.report = report;
    this.clock = clock;
    this.withDetails = withDetails;
  }

  /**
   * What one recovery did.
   *
   * @param isComplete false when the source could not tell all of it
   */
  record History(PastRecovery recovery, boolean isComplete) {}

  /** By notification; one that is gone at the source meanwhile has no entry. */
  Map<FailureNotificationId, History> ask(List<PastFailure> failures) {
    try (ExecutorService calls = Executors.newVirtualThreadPerTaskExecutor()) {
      Map<FailureNotificationId, Future<@Nullable History>> asked = new LinkedHashMap<>();
      for (PastFailure failure : failures) {
        asked.put(failure.id(), calls.submit(() -> ask(failure)));
      }
      Map<FailureNotificationId, History> answers = new LinkedHashMap<>();
      try {
        for (var entry : asked.entrySet()) {
          History history = entry.getValue().get();
          if (history != null) {
            answers.put(entry.getKey(), history);
          }
        }
        return answers;
      } catch (ExecutionException e) {
        throw rethrown(e);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new SourceException("interrupted; what was imported stays", e);
      } finally {
        calls.shutdownNow();
      }
    }
  }

  private static RuntimeException rethrown(ExecutionException e) {
    return e.getCause() instanceof RuntimeException failure
        ? failure
        : new IllegalStateException("asking for a history failed", e);
  }

  private @Nullable History ask(PastFailure failure) {
    try {
      List<RecordedStep> steps = steps(failure.id());
      List<Vmove> vmoves =
          failure.type() == FailureType.COMPUTE_HOST ? vmoves(failure.id()) : List.of();
      boolean isComplete = steps != null && vmoves != null;
      return new History(
          new PastRecovery(steps == null ? List.of() : steps, vmoves == null ? List.of() : vmoves),
          isComplete);
    } catch (GoneException _) {
      report.leave(Kind.NOTIFICATION, failure.id().toString(), LeftOut.GONE_MEANWHILE, "");
      return null;
    }
  }

  /** Null when the source cannot tell. */
  private @Nullable List<RecordedStep> steps(FailureNotificationId id) {
    if (!source.hasDetails()) {
      return List.of();
    }
    if (!withDetails || slowFailures.get() >= MAX_SLOW_FAILURES) {
      report.leave(Kind.DETAILS, id.toString(), LeftOut.NOT_ASKED, "");
      return null;
    }
    long begun = clock.nanoTime();
    try {
      return Documents.steps(source.details(id));
    } catch (OddException e) {
      report.leave(Kind.DETAILS, id.toString(), LeftOut.UNREADABLE, String.valueOf(e.getMessage()));
      return List.of();
    } catch (CallFailedException e) {
      return withoutSteps(id, e, Duration.ofNanos(clock.nanoTime() - begun));
    }
  }

  private @Nullable List<RecordedStep> withoutSteps(
      FailureNotificationId id, CallFailedException e, Duration took) {
    boolean isTheirTrouble =
        switch (e.failure()) {
          case CallFailure.NotSent _, CallFailure.NoAccess _ -> false;
          case CallFailure.NoAnswer _, CallFailure.Unreadable _ -> true;
          case CallFailure.Rejected rejected -> rejected.status() >= 500;
        };
    if (!isTheirTrouble) {
      throw source.failed(e);
    }
    boolean isSlow = e.failure() instanceof CallFailure.NoAnswer || took.compareTo(SLOW) > 0;
    if (isSlow && slowFailures.incrementAndGet() == MAX_SLOW_FAILURES) {
      report.remark(
          "the source's engine does not answer; its workflow details were not asked for any more"
              + " (is masakari-engine running?)");
    }
    report.leave(Kind.DETAILS, id.toString(), LeftOut.NOT_TOLD, e.failure().text());
    return null;
  }

  /** Null when the source cannot tell. */
  private @Nullable List<Vmove> vmoves(FailureNotificationId id) {
    if (!source.hasVmoves()) {
      return List.of();
    }
    Map<Object, Vmove> latest = new LinkedHashMap<>();
    List<Vmove> earlier = new ArrayList<>();
    try {
      source.vmoves(
          id,
          row -> {
            switch (row) {
              case Row.Unreadable<Vmove> odd ->
                  report.leave(Kind.VMOVE, odd.id(), LeftOut.UNREADABLE, odd.why());
              case Row.Read<Vmove> read -> {
                Vmove before = latest.put(read.value().instance(), read.value());
                if (before != null) {
                  earlier.add(before);
                }
              }
            }
            if (latest.size() > MAX_VMOVES) {
              throw new SourceException(
                  "%s: notification %s has more than %d vmoves"
                      .formatted(source.url(), id, MAX_VMOVES));
            }
          });
    } catch (SourceException e) {
      if (isServerError(e)) {
        report.leave(Kind.VMOVE, "of notification " + id, LeftOut.NOT_TOLD, "answered 500");
        return null;
      }
      throw e;
    }
    earlier.forEach(vmove ->
        report.leave(
            Kind.VMOVE,
            vmove.id().value().toString(),
            LeftOut.EARLIER_TRY,
            "instance " + vmove.instance()));
    return List.copyOf(latest.values());
  }

  private static boolean isServerError(SourceException e) {
    return e.getCause() instanceof CallFailedException failed
        && failed.failure() instanceof CallFailure.Rejected rejected
        && rejected.status() == 500;
  }
}
