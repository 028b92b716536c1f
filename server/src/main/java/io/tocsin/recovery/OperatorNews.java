package io.tocsin.recovery;

import io.tocsin.failover.FailureNotification;
import io.tocsin.failover.FailureType;
import io.tocsin.failover.Reported;
import io.tocsin.feed.Publication;
import io.tocsin.feed.Severity;
import io.tocsin.identity.AccountId;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What the operators are told about one report after its first event, which the database writes
 * when the report is stored (migration V006).
 *
 * <p>All have the report's summary, so that the one that clears leaves nothing of the story open;
 * but for the last of a recovery that failed, which stays open.
 */
record OperatorNews(Reported report) {
  private static final String SOURCE = "recovery-engine";
  private static final int MAX_INSTANCES = 100;

  /** So much of a reason is shown; the rest of a description is ours and fits. */
  private static final int MAX_REASON = 400;

  /** How the instances of a host came off, by their ids. */
  record Toll(List<UUID> moved, List<UUID> leftAlone, List<UUID> notMoved) {
    static final Toll NONE = new Toll(List.of(), List.of(), List.of());
  }

  /** A node has taken it up. */
  Publication started() {
    return tell(
        "recovery.started", Severity.INFORMATIONAL, "The recovery of " + what() + " begins.");
  }

  /** An attempt failed, and another one follows after that pause. */
  Publication attemptFailed(int attempt, String reason, Duration pause) {
    return tell(
        "attempt.failed",
        Severity.WARNING,
        "Attempt %d at the recovery of %s failed: %s Another one follows in %s."
            .formatted(attempt, what(), sentence(reason), EventText.duration(pause)));
  }

  /** The cloud could not be asked; it goes on as soon as it can. */
  Publication postponed(String reason, Duration pause) {
    return tell(
        "attempt.postponed",
        Severity.WARNING,
        ("The recovery of %s waits for the cloud: %s It is asked again in %s, and on until it"
                + " answers.")
            .formatted(what(), sentence(reason), EventText.duration(pause)));
  }

  /**
   * It may not begin, or not go on, for now.
   *
   * @param gate null: an operator paused it
   */
  Publication held(@Nullable Gate gate, String reason) {
    if (gate == null) {
      return tell(
          "recovery.paused",
          Severity.WARNING,
          "The recovery of %s waits until it is resumed: %s".formatted(what(), sentence(reason)));
    }
    return tell(
        story(),
        "recovery.held",
        Severity.WARNING,
        report.summary(),
        "Nothing of %s is evacuated for now: %s".formatted(what(), sentence(reason)),
        "Find out whether the host is dead. If it is, approve the recovery; if it lives, cancel it.");
  }

  /** More hosts fail at once than may be true. */
  Publication storm(String segment, String reason) {
    return tell(
        story(),
        "storm.braked",
        Severity.CRITICAL,
        "Many hosts fail at once",
        "%s Further hosts of segment %s wait, and nothing of them is evacuated."
            .formatted(sentence(reason), shown(segment)),
        "Find out whether these hosts are dead or only cannot be reached. Then approve what waits, or"
            + " cancel it; it goes on by itself as earlier ones are done with.");
  }

  /**
   * All is done.
   *
   * @param remark what there was to say about it; empty where it is plain
   */
  Publication finished(String remark, Toll toll) {
    return tell(
        "recovery.completed",
        Severity.CLEARED,
        remark.isEmpty() ? success(toll) : "There is nothing left to do. " + sentence(remark));
  }

  private String success(Toll toll) {
    return switch (type()) {
      case _ when isQuiet() -> "There was nothing to recover.";
      case COMPUTE_HOST ->
          ("The recovery of %s is done: %s moved to other hosts, %d left alone. When the host is"
                  + " repaired, enable its compute service, which is disabled and forced down, and"
                  + " take the host off maintenance.")
              .formatted(what(), instances(toll.moved().size()), toll.leftAlone().size());
      case PROCESS ->
          ("The compute service of %s is disabled, so that it gets no new instances. When the"
                  + " process runs again, enable the service and take the host off maintenance.")
              .formatted(host());
      case VM -> "It runs again: " + what() + ".";
    };
  }

  /** It was not acted on. */
  Publication ignored(String reason) {
    String text = "The report is not acted on: " + sentence(reason);
    return type() == FailureType.COMPUTE_HOST && !isQuiet()
        ? tell(
            story(),
            "recovery.ignored",
            Severity.WARNING,
            report.summary(),
            text,
            "Make sure that the host is off. Then put right what the reason says and have the"
                + " failure reported again, or move its instances by hand.")
        : tell("recovery.ignored", Severity.CLEARED, text);
  }

  /** It failed for good. */
  Publication failed(String reason, Toll toll) {
    List<UUID> lost = toll.notMoved().stream().limit(MAX_INSTANCES).toList();
    String counts =
        type() == FailureType.COMPUTE_HOST && !toll.equals(Toll.NONE)
            ? " %s moved, %d not.".formatted(instances(toll.moved().size()), toll.notMoved().size())
            : "";
    return tell(
        lost.isEmpty() ? story() : story().alsoConcerning(lost),
        "recovery.failed",
        Severity.CRITICAL,
        failedSummary(),
        "The recovery of %s failed and is not tried again: %s%s"
            .formatted(what(), sentence(reason), counts),
        correctiveAction());
  }

  private String failedSummary() {
    return switch (type()) {
      case COMPUTE_HOST -> EventText.summary("Host ", report.hostName(), " was not recovered");
      case PROCESS ->
          EventText.summary(
              "Process " + EventText.cut(payload("process_name"), 24) + " on ",
              report.hostName(),
              " was not recovered");
      case VM -> EventText.summary("Instance on ", report.hostName(), " was not recovered");
    };
  }

  private String correctiveAction() {
    return switch (type()) {
      case COMPUTE_HOST ->
          "Make sure that the host is off. The vmoves of notification "
              + report.notification().id()
              + " have the reason of each instance: put it right and move those that are left by"
              + " hand.";
      case PROCESS -> "Disable the host's compute service by hand, or start the process again.";
      case VM -> "Look at the instance and start it by hand.";
    };
  }

  private String resource() {
    return switch (type()) {
      case COMPUTE_HOST -> "host";
      case PROCESS -> "process";
      case VM -> "instance";
    };
  }

  /** What failed, within a sentence. */
  private String what() {
    return switch (type()) {
      case COMPUTE_HOST -> host();
      case PROCESS -> "process " + shown(payload("process_name")) + " on " + host();
      case VM -> "instance " + shown(payload("instance_uuid")) + " on " + host();
    };
  }

  private String host() {
    return "host " + shown(report.hostName());
  }

  private static String shown(String name) {
    return EventText.cut(name, EventText.MAX_NAME);
  }

  private static String instances(int count) {
    return count == 1 ? "1 instance" : count + " instances";
  }

  private static String sentence(String reason) {
    String text = EventText.cut(reason, MAX_REASON);
    return text.endsWith(".") || text.endsWith("…") ? text : text + ".";
  }

  private FailureType type() {
    return report.notification().type();
  }

  private String payload(String key) {
    return report.notification().payload().getOrDefault(key, "?");
  }

  /** It reports no failure; the events of instances are what they are. */
  private boolean isQuiet() {
    return type() != FailureType.VM && !payload("event").equals("STOPPED");
  }

  private Publication tell(String name, Severity severity, String description) {
    return tell(
        story(),
        name,
        isQuiet() ? Severity.INFORMATIONAL : severity,
        report.summary(),
        description,
        null);
  }

  /** Only of failed recoveries of instances more is made than an entry in the activity log. */
  private Publication tell(
      Story story,
      String name,
      Severity severity,
      String summary,
      String description,
      @Nullable String correctiveAction) {
    boolean isNotification =
        severity == Severity.CRITICAL
            || (severity != Severity.INFORMATIONAL && type() != FailureType.VM);
    return story.tell(
        new Story.Chapter(
            "tocsin." + resource() + "." + name,
            severity,
            summary,
            description,
            correctiveAction,
            isNotification));
  }

  private Story story() {
    FailureNotification it = report.notification();
    UUID host = it.sourceHost().value();
    UUID instance = report.instance();
    return new Story(
        AccountId.OPERATORS,
        it.id().value(),
        SOURCE,
        instance == null ? "application/astra-host" : "application/astra-instance",
        instance == null ? host : instance,
        instance == null ? List.of() : List.of(host),
        report.readAt());
  }
}
