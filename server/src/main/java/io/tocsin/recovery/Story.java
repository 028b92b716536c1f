package io.tocsin.recovery;

import io.tocsin.feed.EventClass;
import io.tocsin.feed.EventContent;
import io.tocsin.feed.Publication;
import io.tocsin.feed.Severity;
import io.tocsin.identity.AccountId;
import io.tocsin.identity.Identifiers;
import io.tocsin.identity.UserId;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What all events that one account is told about one failure have in common.
 *
 * @param now when what is told now happened
 */
record Story(
    AccountId account,
    UUID correlation,
    String source,
    String resourceType,
    UUID resource,
    List<UUID> alsoConcerned,
    Instant now) {
  /**
   * What one event of it says; the description may be of any length and content.
   *
   * @param isNotification false: it stays in the activity log
   */
  record Chapter(
      String name,
      Severity severity,
      String summary,
      String description,
      @Nullable String correctiveAction,
      boolean isNotification) {}

  Story alsoConcerning(List<UUID> others) {
    return new Story(account, correlation, source, resourceType, resource, others, now);
  }

  Publication tell(Chapter it) {
    return new Publication(
        account,
        new EventContent(
            it.name(),
            it.summary(),
            now.truncatedTo(ChronoUnit.SECONDS),
            source,
            identifier(resource),
            alsoConcerned.stream().map(Story::identifier).distinct().toList(),
            resourceType,
            correlation,
            it.severity(),
            EventClass.SYSTEM,
            EventText.cut(it.description(), EventText.MAX_DESCRIPTION),
            null,
            it.correctiveAction(),
            null,
            null,
            it.isNotification() ? List.of("notification") : null,
            null,
            null,
            null,
            null,
            null,
            account.value(),
            null,
            null,
            List.of(),
            UserId.SYSTEM));
  }

  /** Ids of the cloud's may be of forms that events cannot carry (Astra spec §2.1). */
  private static UUID identifier(UUID id) {
    return Identifiers.parse(id.toString()).orElse(Identifiers.NIL);
  }
}
