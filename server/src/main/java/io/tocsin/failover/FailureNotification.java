package io.tocsin.failover;

import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A monitor's report, accepted and stored.
 *
 * @param number the integer id of the wire and of paging markers
 * @param sourceHost the host it is about
 * @param payload as sent; which keys, the type decides
 * @param message why it was ignored or failed; null when there is nothing to say
 * @param updatedAt null until the first change
 */
public record FailureNotification(
    long number,
    FailureNotificationId id,
    Instant generatedTime,
    HostId sourceHost,
    SegmentId segment,
    FailureType type,
    Map<String, String> payload,
    FailureStatus status,
    @Nullable String message,
    Instant createdAt,
    @Nullable Instant updatedAt) {
  public FailureNotification {
    payload = Map.copyOf(payload);
  }
}
