package io.tocsin.failover;

import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A failure notification of another server, whose recovery is over.
 *
 * @param segment null where the other server has forgotten it
 * @param status a final one
 */
public record PastFailure(
    FailureNotificationId id,
    Instant generatedTime,
    HostId sourceHost,
    @Nullable SegmentId segment,
    FailureType type,
    Map<String, String> payload,
    FailureStatus status,
    @Nullable String message,
    Instant createdAt,
    @Nullable Instant updatedAt) {
  public PastFailure {
    payload = Map.copyOf(payload);
    if (!status.isFinal()) {
      throw new IllegalArgumentException("what is not over is not imported: " + id);
    }
  }

  /** Whether that is the same; {@code here} may know a segment that the source has forgotten. */
  boolean isSameAs(FailureNotification here) {
    return generatedTime.equals(here.generatedTime())
        && sourceHost.equals(here.sourceHost())
        && (segment == null || segment.equals(here.segment()))
        && type == here.type()
        && payload.equals(here.payload())
        && status == here.status()
        && Objects.equals(message, here.message())
        && createdAt.equals(here.createdAt())
        && Objects.equals(updatedAt, here.updatedAt());
  }
}
