package io.tocsin.recovery;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * An operator's word that recoveries shall wait.
 *
 * @param scope region, segment or host
 * @param segment set for a segment
 * @param hostNumber set for a host, and so is {@code hostName}: as it is called now
 * @param resumedAt null while nobody has ended it
 * @param isInForce whether it holds recoveries back now
 */
public record RecoveryPause(
    UUID id,
    Aim.Kind scope,
    @Nullable UUID segment,
    @Nullable Long hostNumber,
    String reason,
    String by,
    Instant createdAt,
    Instant expiresAt,
    @Nullable Instant resumedAt,
    @Nullable String resumedBy,
    boolean isInForce) {
  /** Whether it is about the recoveries of that host. */
  boolean covers(@Nullable UUID itsSegment, long itsHost) {
    return switch (scope) {
      case REGION -> true;
      case SEGMENT -> segment != null && segment.equals(itsSegment);
      case HOST -> hostNumber != null && hostNumber == itsHost;
      case RECOVERY -> false;
    };
  }
}
