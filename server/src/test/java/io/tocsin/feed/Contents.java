package io.tocsin.feed;

import io.tocsin.identity.UserId;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Events to publish: a plain one, changed where a test needs it otherwise. */
public final class Contents {
  public static final Instant EVENT_TIME = Instant.parse("2031-03-14T09:26:53Z");

  private String summary = "Disk almost full";
  private String name = "harbour.disk.usage.high";
  private Instant eventTime = EVENT_TIME;
  private UUID resource = UUID.fromString("a4f81c29-6b3e-4d75-9e02-c7d8516fb3a4");
  private UUID correlation = UUID.fromString("d18b7c52-0e94-4f6a-a3b1-5c2e7f90d846");
  private List<UUID> additional = List.of();
  private Severity severity = Severity.WARNING;
  private @Nullable List<String> visibility;
  private @Nullable List<String> destinations = List.of("notification");
  private @Nullable String correctiveAction;
  private @Nullable String resourceUri;
  private @Nullable List<String> urls;
  private @Nullable Long ttl;
  private @Nullable Boolean isAcknowledgeable;
  private List<Label> labels = List.of();

  public static Contents of(String summary) {
    Contents contents = new Contents();
    contents.summary = summary;
    return contents;
  }

  public Contents name(String it) {
    name = it;
    return this;
  }

  public Contents at(Instant it) {
    eventTime = it;
    return this;
  }

  public Contents resource(UUID it) {
    resource = it;
    return this;
  }

  public Contents correlation(UUID it) {
    correlation = it;
    return this;
  }

  public Contents additional(UUID... it) {
    additional = List.of(it);
    return this;
  }

  public Contents severity(Severity it) {
    severity = it;
    return this;
  }

  public Contents visibleTo(String... roles) {
    visibility = List.of(roles);
    return this;
  }

  /** Null: to the activity log alone. */
  public Contents destinations(@Nullable List<String> it) {
    destinations = it;
    return this;
  }

  public Contents correctiveAction(String it) {
    correctiveAction = it;
    return this;
  }

  public Contents resourceUri(String it) {
    resourceUri = it;
    return this;
  }

  public Contents urls(String... it) {
    urls = List.of(it);
    return this;
  }

  public Contents ttl(long seconds) {
    ttl = seconds;
    return this;
  }

  public Contents acknowledgeable(boolean it) {
    isAcknowledgeable = it;
    return this;
  }

  public Contents labels(Label... it) {
    labels = List.of(it);
    return this;
  }

  public EventContent content() {
    return new EventContent(
        name,
        summary,
        eventTime,
        "watch",
        resource,
        additional,
        "application/astra-managedCluster",
        correlation,
        severity,
        EventClass.SYSTEM,
        "What happened at length.",
        null,
        correctiveAction,
        null,
        visibility,
        destinations,
        resourceUri,
        urls,
        null,
        null,
        null,
        null,
        ttl,
        isAcknowledgeable,
        labels,
        UserId.SYSTEM);
  }
}
