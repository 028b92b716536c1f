package io.tocsin.recovery;

import io.tocsin.failover.FailureNotification;
import io.tocsin.failover.FailureNotificationId;
import io.tocsin.failover.FailureStatus;
import io.tocsin.failover.Reported;
import io.tocsin.feed.Publication;
import io.tocsin.recovery.OperationStore.Queued;
import io.tocsin.recovery.OperationStore.Standing;
import io.tocsin.store.Columns;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/**
 * What operators do to single recoveries: cancel, try now, let pass a gate. Each is one transaction
 * with its row in {@code operator_action} and its event. The engine, which looks at these rows
 * wherever it runs, does the rest. What is refused is an {@link OperationRefusedException}.
 * Thread-safe.
 */
public final class Interventions {
  /** Recoveries that one call approves at most; what is beyond is for the next call. */
  public static final int MAX_APPROVED = 1000;

  private final Surroundings around;

  public Interventions(Surroundings around) {
    this.around = around;
  }

  /** A recovery that was held, and the gate that is open for it from now on. */
  public record Approved(FailureNotificationId recovery, String host, Gate gate) {}

  /**
   * Has a recovery end as failed before it goes on with another instance; what is done stays done,
   * and where no other is left it may finish all the same. Refused when it has ended.
   *
   * @param id any text
   */
  public void cancel(Operator by, String id, String why) {
    FailureNotification report = around.targets().recovery(id);
    around
        .database()
        .inTransaction(tx -> {
          Standing standing = lock(tx, report);
          Reported told = reported(tx, report.number());
          if (standing.state() == Queued.DONE) {
            throw conflict(
                "The recovery has ended (%s) and cannot be cancelled.", told.notification());
          }
          OperationStore.cancel(tx, report.number());
          Deed deed =
              new Deed(by, Deed.Kind.CANCEL, why, Target.of(told, standing.host()), Map.of());
          ActionStore.insert(tx, deed);
          publish(tx, List.of(OperationsNews.cancelled(told, deed)));
          return standing;
        });
    around.wake().run();
  }

  /**
   * Has a recovery tried at once: one that waits does so no longer, one that failed or was ignored
   * begins anew, with as many attempts as a new one has. Refused when it runs or succeeded.
   *
   * @param id any text
   * @param overridden gates that it need not pass
   */
  public void retry(Operator by, String id, String why, Collection<Gate> overridden) {
    requireOverridable("override", overridden);
    FailureNotification report = around.targets().recovery(id);
    around
        .database()
        .inTransaction(tx -> {
          Standing standing = lock(tx, report);
          Reported told = reported(tx, report.number());
          again(tx, standing, told.notification());
          Deed deed =
              new Deed(
                  by,
                  Deed.Kind.RETRY,
                  why,
                  Target.of(told, standing.host()),
                  overridden.isEmpty() ? Map.of() : Map.of("override", names(overridden)));
          long action = ActionStore.insert(tx, deed);
          overridden.forEach(gate -> OperationStore.override(tx, report.number(), gate, action));
          publish(tx, List.of(OperationsNews.retried(told, deed)));
          return standing;
        });
    around.wake().run();
  }

  private void again(Handle tx, Standing standing, FailureNotification report) {
    switch (standing.state()) {
      case RUNNING -> throw conflict("The recovery is running now.", report);
      case DUE -> {
        if (standing.isCancelled()) {
          throw conflict("The recovery was cancelled; retry it when it has ended.", report);
        }
        OperationStore.hurry(tx, standing.number());
      }
      case DONE -> {
        if (report.status() != FailureStatus.FAILED && report.status() != FailureStatus.IGNORED) {
          throw conflict("The recovery has ended (%s); there is nothing to retry.", report);
        }
        OperationStore.reopen(tx, standing.number());
        around.notifications().changeStatus(tx, standing.number(), FailureStatus.NEW, null);
      }
    }
  }

  /**
   * Lets recoveries go on that wait for a gate. A single one that waits for none is refused.
   *
   * @param gates only those that wait for one of these; null for all that can be opened
   * @return which, the oldest first; {@link #MAX_APPROVED} of them at most
   */
  public List<Approved> approve(Operator by, Aim aim, @Nullable Set<Gate> gates, String why) {
    if (gates != null) {
      requireOverridable("gates", gates);
    }
    Set<Gate> wanted = gates == null ? OVERRIDABLE : gates;
    Search search =
        aim.target() != null && aim.kind() == Aim.Kind.RECOVERY
            ? new Search(Target.REGION, around.targets().recovery(aim.target()))
            : new Search(around.targets().require(aim), null);
    List<Approved> approved =
        around.database().inTransaction(tx -> approve(tx, by, search, wanted, why));
    around.wake().run();
    return approved;
  }

  private static final Set<Gate> OVERRIDABLE =
      Arrays.stream(Gate.values())
          .filter(Gate::isOverridable)
          .collect(Collectors.toCollection(LinkedHashSet::new));

  private record Search(Target target, @Nullable FailureNotification one) {}

  private List<Approved> approve(
      Handle tx, Operator by, Search search, Set<Gate> gates, String why) {
    List<Standing> held = held(tx, search, gates);
    Map<Long, Reported> reports = new LinkedHashMap<>();
    around
        .notifications()
        .reported(tx, held.stream().map(Standing::number).toList())
        .forEach(it -> reports.put(it.notification().number(), it));
    List<Approved> approved = new ArrayList<>();
    List<Publication> news = new ArrayList<>();
    for (Standing standing : held) {
      Reported report = reports.get(standing.number());
      Gate gate = Gate.parse(String.valueOf(standing.heldBy())).orElse(null);
      if (report == null || gate == null) {
        continue;
      }
      Deed deed =
          new Deed(
              by,
              Deed.Kind.APPROVE,
              why,
              Target.of(report, standing.host()),
              Map.of("gate", gate.text()));
      long action = ActionStore.insert(tx, deed);
      OperationStore.override(tx, standing.number(), gate, action);
      OperationStore.hurry(tx, standing.number());
      approved.add(new Approved(report.notification().id(), report.hostName(), gate));
      news.add(OperationsNews.approved(report, gate, deed));
    }
    publish(tx, news);
    return approved;
  }

  private static List<Standing> held(Handle tx, Search search, Set<Gate> gates) {
    FailureNotification one = search.one();
    if (one == null) {
      Target target = search.target();
      // A host is in one segment, and may have been moved there since.
      boolean isHost = target.kind() == Aim.Kind.HOST;
      return OperationStore.lockHeld(
          tx, isHost ? null : target.segmentValue(), target.hostNumber(), gates, MAX_APPROVED);
    }
    Standing standing = lock(tx, one);
    Gate gate = Gate.parse(String.valueOf(standing.heldBy())).orElse(null);
    if (standing.state() != Queued.DUE || gate == null || !gates.contains(gate)) {
      throw conflict("The recovery does not wait for a gate that could be opened.", one);
    }
    return List.of(standing);
  }

  private static void requireOverridable(String parameter, Collection<Gate> gates) {
    if (!OVERRIDABLE.containsAll(gates)) {
      throw new OperationRefusedException(
          new OperationRefusal.Invalid(
              parameter, "service-down cannot be overridden: an instance could run twice"));
    }
  }

  private static String names(Collection<Gate> gates) {
    return gates.stream().distinct().sorted().map(Gate::text).collect(Collectors.joining(", "));
  }

  private static Standing lock(Handle tx, FailureNotification report) {
    return OperationStore.lock(tx, report.number())
        .orElseThrow(() -> Targets.noRecovery(report.id().toString()));
  }

  /** As it is now that the recovery is locked. */
  private Reported reported(Handle tx, long number) {
    return around.notifications().reported(tx, List.of(number)).getFirst();
  }

  /** Last in a transaction: it holds the account's row until the commit. */
  private void publish(Handle tx, List<Publication> news) {
    around.feed().publish(tx, news);
  }

  private static OperationRefusedException conflict(String text, FailureNotification report) {
    return new OperationRefusedException(
        new OperationRefusal.Conflict(text.formatted(Columns.lower(report.status()))));
  }
}
