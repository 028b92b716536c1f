package io.tocsin.recovery;

import io.tocsin.failover.FailureNotifications;
import io.tocsin.failover.FailureType;
import io.tocsin.failover.Reported;
import io.tocsin.failover.Segment;
import io.tocsin.feed.Feed;
import io.tocsin.feed.Publication;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;

/**
 * Tells operators and owners what a recovery came to, each time as the last act of the transaction
 * that changes its state. Such a transaction commits once, under the epoch, so nothing is told
 * twice or lost however often the recovery is taken up.
 *
 * <p>{@link OperatorNews} and {@link OwnerNews} have the words.
 */
final class News {
  private final Feed feed;
  private final FailureNotifications notifications;

  News(Feed feed, FailureNotifications notifications) {
    this.feed = feed;
    this.notifications = notifications;
  }

  /** These were claimed; only a first claim is news. */
  void claimed(Handle tx, List<Claim> claims) {
    List<Long> first = claims.stream().filter(c -> c.epoch() == 1).map(Claim::recovery).toList();
    feed.publish(
        tx,
        notifications.reported(tx, first).stream()
            .map(report -> new OperatorNews(report).started())
            .toList());
  }

  /** A host's instances will be moved, or left, as these say. */
  void planned(Handle tx, long recovery, List<PlannedMove> moves) {
    Reported report = report(tx, recovery);
    feed.publish(
        tx,
        moves.stream()
            .flatMap(move -> OwnerNews.of(report, move).flatMap(OwnerNews::planned).stream())
            .toList());
  }

  /** One instance is going to be restarted where it is. */
  void restarting(Handle tx, long recovery, PlannedMove instance) {
    toOwner(tx, recovery, instance, OwnerNews::restarting);
  }

  /** One vmove succeeded. */
  void moved(Handle tx, long recovery, PlannedMove move, boolean isAsBefore) {
    toOwner(tx, recovery, move, it -> it.moved(isAsBefore));
  }

  /** One vmove ended because somebody else moved the instance. */
  void movedByAnother(Handle tx, long recovery, PlannedMove move) {
    toOwner(tx, recovery, move, OwnerNews::movedByAnother);
  }

  /** One vmove ended because the instance no longer exists. */
  void gone(Handle tx, long recovery, PlannedMove move) {
    toOwner(tx, recovery, move, OwnerNews::gone);
  }

  private void toOwner(
      Handle tx, long recovery, PlannedMove move, Function<OwnerNews, Publication> event) {
    if (move.projectId() != null) {
      feed.publish(
          tx, OwnerNews.of(report(tx, recovery), move).map(event).map(List::of).orElse(List.of()));
    }
  }

  /** An attempt is over, and another one follows after that pause. */
  void goesOn(Handle tx, Claim claim, Outcome outcome, Duration pause) {
    OperatorNews news = new OperatorNews(report(tx, claim.recovery()));
    switch (outcome) {
      case Outcome.Postponed(String reason) -> {
        // An outage is told of once, however often it is met in a row.
        if (claim.outages() == 0) {
          feed.publish(tx, List.of(news.postponed(reason, pause)));
        }
      }
      case Outcome.Failed(String reason) ->
          feed.publish(tx, List.of(news.attemptFailed(claim.attempt(), reason, pause)));
      case Outcome.Finished _, Outcome.Ignored _ ->
          throw new IllegalStateException("what is finished or ignored does not go on");
      case Outcome.Held _, Outcome.Cancelled _ ->
          throw new IllegalStateException("what is held is told as that, what is cancelled ends");
    }
  }

  /** It waits for a gate or an operator; told once however often it is looked at. */
  void held(Handle tx, Claim claim, Outcome.Held held) {
    if (!held.by().equals(claim.heldBy())) {
      feed.publish(
          tx,
          List.of(new OperatorNews(report(tx, claim.recovery())).held(held.gate(), held.reason())));
    }
  }

  /** The storm brake holds the first recovery since it last held none. */
  void storm(Handle tx, long recovery, Segment segment, String reason) {
    feed.publish(tx, List.of(new OperatorNews(report(tx, recovery)).storm(segment.name(), reason)));
  }

  /**
   * The recovery is over, its vmoves are closed.
   *
   * @param instances as they came off
   */
  void ended(Handle tx, Claim claim, Outcome outcome, Map<VmoveStatus, List<String>> instances) {
    long recovery = claim.recovery();
    Reported report = report(tx, recovery);
    OperatorNews.Toll toll = toll(instances);
    OperatorNews operators = new OperatorNews(report);
    List<Publication> all = new ArrayList<>();
    all.add(
        switch (outcome) {
          case Outcome.Finished(String remark) -> operators.finished(remark, toll);
          case Outcome.Ignored(String reason) -> operators.ignored(reason);
          case Outcome.Failed(String reason) -> operators.failed(reason, toll);
          case Outcome.Postponed(String reason) -> operators.failed(reason, toll);
          case Outcome.Cancelled(String reason) -> operators.failed(reason, toll);
          case Outcome.Held(_, String reason, _) -> operators.failed(reason, toll);
        });
    List<PlannedMove> planned = PlanStore.find(tx, recovery).map(Plan::toMove).orElse(List.of());
    for (PlannedMove move : planned) {
      OwnerNews.of(report, move)
          .flatMap(owner ->
              report.notification().type() == FailureType.VM
                  ? Optional.of(restartEnded(owner, outcome))
                  : lost(owner, toll))
          .ifPresent(all::add);
    }
    feed.publish(tx, all);
  }

  /** What became of those that were moved, or need not be, has been told. */
  private static Optional<Publication> lost(OwnerNews owner, OperatorNews.Toll toll) {
    return toll.notMoved().contains(owner.move().instance().value())
        ? Optional.of(owner.notRecovered())
        : Optional.empty();
  }

  private static Publication restartEnded(OwnerNews owner, Outcome outcome) {
    return switch (outcome) {
      case Outcome.Finished(String remark) ->
          remark.isEmpty() ? owner.restarted() : owner.restartDropped();
      case Outcome.Ignored _ -> owner.restartDropped();
      case Outcome.Failed _, Outcome.Postponed _, Outcome.Held _, Outcome.Cancelled _ ->
          owner.notRestarted();
    };
  }

  private static OperatorNews.Toll toll(Map<VmoveStatus, List<String>> byStatus) {
    Function<VmoveStatus, List<UUID>> of =
        status ->
            byStatus.getOrDefault(status, List.of()).stream()
                .map(UUID::fromString)
                .collect(Collectors.toList());
    return new OperatorNews.Toll(
        of.apply(VmoveStatus.SUCCEEDED),
        of.apply(VmoveStatus.IGNORED),
        of.apply(VmoveStatus.FAILED));
  }

  private Reported report(Handle tx, long recovery) {
    return notifications.reported(tx, List.of(recovery)).getFirst();
  }
}
