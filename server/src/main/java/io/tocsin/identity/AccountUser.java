package io.tocsin.identity;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A user that has a row; the same in all accounts.
 *
 * @param keystoneId Keystone's own writing; null for a user of ours
 */
public record AccountUser(
    UserId id,
    String name,
    @Nullable String keystoneId,
    UserState state,
    boolean isEnabled,
    Instant createdAt,
    @Nullable Instant updatedAt,
    UserId createdBy) {
  /** Whether their tokens are good for anything. */
  boolean isUsable() {
    return isEnabled && state == UserState.ACTIVE;
  }
}
