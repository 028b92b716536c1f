package io.tocsin.identity;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * An API token, without its secret.
 *
 * @param account the only one in which it is good
 * @param isForPublishing whether it may publish events and nothing else
 * @param expiresAt from when it is good no more; null for never
 * @param lastUsedAt to the minute or so; null for never
 */
public record ApiToken(
    ApiTokenId id,
    AccountId account,
    UserId user,
    String name,
    boolean isForPublishing,
    Instant createdAt,
    UserId createdBy,
    @Nullable Instant expiresAt,
    @Nullable Instant lastUsedAt) {
  /** Whether its time is over. */
  boolean isOver(Instant now) {
    return expiresAt != null && !now.isBefore(expiresAt);
  }
}
