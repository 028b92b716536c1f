package io.tocsin.feed;

import io.tocsin.identity.UserId;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What an event says: all of it but its place in its account's sequence. Field by field as in Astra
 * spec §3, whose limits hold for every value; whoever makes one answers for them.
 *
 * @param eventTime whole seconds
 * @param visibility null: everybody in the account; else role names, of which one must fit
 * @param destinations null or a list without repeats of {@code notification}, {@code banner},
 *     {@code support}; the first makes it a notification
 * @param resourceMethod lower case
 * @param aboutAccount the wire's {@code accountID}
 * @param ttl seconds from {@code eventTime}; null or 0: what the account's default says
 * @param createdBy {@link UserId#SYSTEM} where nobody did
 */
public record EventContent(
    String name,
    String summary,
    Instant eventTime,
    String source,
    UUID resource,
    List<UUID> additionalResources,
    String resourceType,
    UUID correlation,
    Severity severity,
    EventClass eventClass,
    String description,
    @Nullable String descriptionUrl,
    @Nullable String correctiveAction,
    @Nullable String correctiveActionUrl,
    @Nullable List<String> visibility,
    @Nullable List<String> destinations,
    @Nullable String resourceUri,
    @Nullable List<String> resourceCollectionUrls,
    @Nullable String resourceMethod,
    @Nullable String resourceMethodResult,
    @Nullable UUID user,
    @Nullable UUID aboutAccount,
    @Nullable Long ttl,
    @Nullable Boolean isAcknowledgeable,
    List<Label> labels,
    UserId createdBy) {
  public EventContent {
    additionalResources = List.copyOf(additionalResources);
    visibility = visibility == null ? null : List.copyOf(visibility);
    destinations = destinations == null ? null : List.copyOf(destinations);
    resourceCollectionUrls =
        resourceCollectionUrls == null ? null : List.copyOf(resourceCollectionUrls);
    labels = List.copyOf(labels);
  }

  /** The same with another life. */
  public EventContent withTtl(@Nullable Long seconds) {
    return new EventContent(
        name,
        summary,
        eventTime,
        source,
        resource,
        additionalResources,
        resourceType,
        correlation,
        severity,
        eventClass,
        description,
        descriptionUrl,
        correctiveAction,
        correctiveActionUrl,
        visibility,
        destinations,
        resourceUri,
        resourceCollectionUrls,
        resourceMethod,
        resourceMethodResult,
        user,
        aboutAccount,
        seconds,
        isAcknowledgeable,
        labels,
        createdBy);
  }
}
