package io.tocsin.recovery;

import io.tocsin.failover.Reported;
import io.tocsin.feed.Publication;
import io.tocsin.feed.Severity;
import io.tocsin.identity.AccountId;
import java.time.Instant;
import java.util.List;
import java.util.UUID;

/**
 * What the operators are told that one of them did. What is about one recovery is part of its
 * story; a pause has a story of its own, which ends when somebody resumes.
 */
final class OperationsNews {
  private static final String SOURCE = "operator-api";

  /** So much of what the operator wrote is shown; the rest of a description is ours and fits. */
  private static final int MAX_WHY = 400;

  private OperationsNews() {}

  static Publication paused(Target target, RecoveryPause pause) {
    return story(target, pause.id(), pause.createdAt())
        .tell(
            new Story.Chapter(
                "tocsin.recovery.paused",
                Severity.WARNING,
                summary(target),
                "Until %s no recovery in %s begins or goes on with another instance. Paused by %s: %s"
                    .formatted(pause.expiresAt(), target.text(), pause.by(), cut(pause.reason())),
                "Resume as soon as the reason is gone: what fails meanwhile waits.",
                true));
  }

  static Publication resumed(Target target, RecoveryPause pause, Deed deed, Instant now) {
    return story(target, pause.id(), now)
        .tell(
            new Story.Chapter(
                "tocsin.recovery.resumed",
                Severity.CLEARED,
                summary(target),
                "Recoveries in %s go on. Resumed by %s".formatted(target.text(), whoAndWhy(deed)),
                null,
                true));
  }

  /** The same words for the pause and its end, so that the one clears the other. */
  private static String summary(Target target) {
    return switch (target.kind()) {
      case REGION -> "Recoveries are paused in the whole region";
      case SEGMENT -> EventText.summary("Recoveries are paused in segment ", target.name(), "");
      case HOST, RECOVERY -> EventText.summary("Recoveries are paused on host ", target.name(), "");
    };
  }

  static Publication cancelled(Reported report, Deed deed) {
    return ofRecovery(
        report,
        "tocsin.recovery.cancelled",
        "The recovery ends as failed before it goes on with another instance. Cancelled by "
            + whoAndWhy(deed));
  }

  static Publication retried(Reported report, Deed deed) {
    return ofRecovery(
        report,
        "tocsin.recovery.retried",
        "The recovery is tried at once. Asked for by " + whoAndWhy(deed));
  }

  static Publication approved(Reported report, Gate gate, Deed deed) {
    return ofRecovery(
        report,
        "tocsin.recovery.approved",
        "The recovery waited for its gate '%s' and goes on without it. Approved by %s"
            .formatted(gate.text(), whoAndWhy(deed)));
  }

  static Publication hostReturned(Deed deed, Instant now) {
    Target host = deed.about();
    return aboutItself(
        host,
        now,
        "tocsin.host.returned",
        EventText.summary("Host ", host.name(), " is back in service"),
        "Its compute service is enabled, it is off maintenance. Put back by " + whoAndWhy(deed));
  }

  static Publication rulesChanged(Deed deed, Instant now) {
    Target segment = deed.about();
    return aboutItself(
        segment,
        now,
        "tocsin.segment.rules.changed",
        EventText.summary("The rules of segment ", segment.name(), " were changed"),
        "Its recoveries follow other rules from now on. Changed by " + whoAndWhy(deed));
  }

  static Publication purged(Deed deed, Instant before, Instant now) {
    return aboutItself(
        Target.REGION,
        now,
        "tocsin.recovery.purged",
        "Old recoveries are removed by hand",
        "What ended before %s is removed. Asked for by %s".formatted(before, whoAndWhy(deed)));
  }

  private static String whoAndWhy(Deed deed) {
    return deed.by().text() + ": " + cut(deed.why());
  }

  private static String cut(String why) {
    return EventText.cut(why, MAX_WHY);
  }

  private static Publication aboutItself(
      Target target, Instant now, String name, String summary, String description) {
    return story(target, resource(target), now)
        .tell(new Story.Chapter(name, Severity.INFORMATIONAL, summary, description, null, true));
  }

  private static Publication ofRecovery(Reported report, String name, String description) {
    UUID host = report.notification().sourceHost().value();
    return new Story(
            AccountId.OPERATORS,
            report.notification().id().value(),
            SOURCE,
            "application/astra-host",
            host,
            List.of(),
            report.readAt())
        .tell(
            new Story.Chapter(
                name, Severity.INFORMATIONAL, report.summary(), description, null, true));
  }

  private static Story story(Target target, UUID correlation, Instant now) {
    String type =
        switch (target.kind()) {
          case REGION -> "application/astra-region";
          case SEGMENT -> "application/astra-segment";
          case HOST, RECOVERY -> "application/astra-host";
        };
    return new Story(
        AccountId.OPERATORS, correlation, SOURCE, type, resource(target), List.of(), now);
  }

  /** The region has no id of its own; its operators have. */
  private static UUID resource(Target target) {
    if (target.host() != null) {
      return target.host().value();
    }
    UUID segment = target.segmentValue();
    return segment == null ? AccountId.OPERATORS.value() : segment;
  }
}
