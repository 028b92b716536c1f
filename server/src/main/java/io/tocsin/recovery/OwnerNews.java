package io.tocsin.recovery;

import io.tocsin.failover.Reported;
import io.tocsin.feed.Publication;
import io.tocsin.feed.Severity;
import io.tocsin.identity.AccountId;
import io.tocsin.identity.Identifiers;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * What the project that owns an instance is told about it. Plain words, and nothing about what is
 * below the instance: no host, no hypervisor, no text of the cloud's.
 *
 * <p>All events about one instance and one failure have a correlation id of their own, so that
 * owners of the same host's instances cannot tell that they are. An event that clears has the
 * summary of the one it ends, so summaries follow from the plan alone.
 */
record OwnerNews(Reported report, PlannedMove move, AccountId account) {
  private static final String SOURCE = "recovery";
  private static final String RESOURCE_TYPE = "application/astra-instance";

  /** Empty where it is not known whose the instance is. */
  static Optional<OwnerNews> of(Reported report, PlannedMove move) {
    String project = move.projectId();
    return project == null || project.isBlank()
        ? Optional.empty()
        : Optional.of(new OwnerNews(report, move, AccountId.ofProject(project)));
  }

  /** The plan is made; empty for an instance that its owner has deleted. */
  Optional<Publication> planned() {
    if (!move.isToMove()) {
      return leftAlone();
    }
    String name = "tocsin.instance.recovery.started";
    return Optional.of(
        switch (move.endState()) {
          case RUNNING ->
              event(
                  name,
                  Severity.CRITICAL,
                  condition(),
                  "The host of instance "
                      + shown()
                      + " failed. The instance is being restarted on another host.");
          case STOPPED, ERROR ->
              event(
                  name,
                  Severity.WARNING,
                  condition(),
                  "The host of instance "
                      + shown()
                      + " failed. The instance was "
                      + before()
                      + " and is being moved to another host, where it will be "
                      + (move.endState() == PlannedMove.EndState.ERROR ? "in error" : "stopped")
                      + ".");
        });
  }

  private Optional<Publication> leftAlone() {
    if (Planner.LEFT_DELETED.equals(move.leftBecause())) {
      return Optional.empty();
    }
    boolean wasInError = Planner.LEFT_IN_ERROR.equals(move.leftBecause());
    return Optional.of(
        event(
            "tocsin.instance.recovery.omitted",
            Severity.WARNING,
            condition(),
            "The host of instance "
                + shown()
                + " failed. The instance is not moved to another host, because it "
                + (wasInError
                    ? "was in error before."
                    : "is not marked to be recovered. It is down until its host is repaired.")));
  }

  /**
   * It is on another host.
   *
   * @param isAsBefore false when it could not be brought back into the state it was in
   */
  Publication moved(boolean isAsBefore) {
    String instance = "Instance " + shown();
    String text =
        switch (move.endState()) {
          case RUNNING ->
              instance
                  + " was restarted on another host after its host failed. It was down for "
                  + EventText.duration(report.age())
                  + ".";
          case STOPPED ->
              instance
                  + " was moved to another host after its host failed and is stopped"
                  + (before().equals("stopped") ? " as before." : "; it was " + before() + ".");
          case ERROR ->
              instance
                  + " was moved to another host after its host failed and is in error as before.";
        };
    String otherwise =
        instance
            + " was moved to another host after its host failed. It was "
            + before()
            + " before and may be running now.";
    return cleared("tocsin.instance.recovery.completed", isAsBefore ? text : otherwise);
  }

  /** Somebody else was faster. */
  Publication movedByAnother() {
    return cleared(
        "tocsin.instance.recovery.cleared",
        "Instance " + shown() + " is on another host already; nothing more was done to it.");
  }

  /** It no longer exists. */
  Publication gone() {
    return cleared(
        "tocsin.instance.recovery.cleared",
        "Instance " + shown() + " no longer exists; there is nothing to recover.");
  }

  /** The recovery of its host is over, and it was not brought back. */
  Publication notRecovered() {
    String what = move.endState() == PlannedMove.EndState.RUNNING ? "restarted" : "moved";
    return event(
        "tocsin.instance.recovery.failed",
        Severity.CRITICAL,
        EventText.summary("Instance ", name(), " could not be " + what),
        "The host of instance "
            + shown()
            + " failed, and the instance could not be brought back on another host. The operators"
            + " have been told and will look after it.");
  }

  /** It failed by itself, and is stopped to be started again. */
  Publication restarting() {
    return event(
        "tocsin.instance.restart.started",
        Severity.CRITICAL,
        condition(),
        "Instance " + shown() + " failed and is being restarted.");
  }

  /** It runs again. */
  Publication restarted() {
    return cleared(
        "tocsin.instance.restart.completed",
        "Instance "
            + shown()
            + " was restarted after it had failed. It was down for "
            + EventText.duration(report.age())
            + ".");
  }

  /** A reason came up not to restart it for this failure. */
  Publication restartDropped() {
    return cleared(
        "tocsin.instance.restart.cleared",
        "Instance "
            + shown()
            + " is not restarted because of this failure any more: its state has changed since.");
  }

  /** It was not brought to run again. */
  Publication notRestarted() {
    return event(
        "tocsin.instance.restart.failed",
        Severity.CRITICAL,
        EventText.summary("Instance ", name(), " could not be restarted"),
        "Instance "
            + shown()
            + " failed and could not be restarted. The operators have been told and will look after"
            + " it.");
  }

  private String condition() {
    String what =
        !move.isToMove()
            ? " is not being recovered"
            : move.endState() == PlannedMove.EndState.RUNNING ? " is down" : " is being moved";
    return EventText.summary("Instance ", name(), what);
  }

  /** What it was when its host failed. */
  private String before() {
    return switch (move.vmState()) {
      case "error" -> "in error";
      case "resized" -> "stopped";
      default -> EventText.cut(move.vmState(), EventText.MAX_SUMMARY);
    };
  }

  private String shown() {
    return EventText.cut(name(), EventText.MAX_NAME);
  }

  private String name() {
    String name = EventText.cut(move.name(), EventText.MAX_NAME);
    return name.equals("?") ? move.instance().toString() : name;
  }

  private Publication cleared(String name, String description) {
    return event(name, Severity.CLEARED, condition(), description);
  }

  private Publication event(String name, Severity severity, String summary, String description) {
    UUID instance = move.instance().value();
    UUID correlation = Identifiers.named(report.notification().id().value(), instance.toString());
    return new Story(
            account, correlation, SOURCE, RESOURCE_TYPE, instance, List.of(), report.readAt())
        .tell(new Story.Chapter(name, severity, summary, description, null, true));
  }
}
