package io.tocsin.failover;

import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A report, with what is told of it.
 *
 * @param hostName of the host it is about, as it is called now
 * @param instance the one it is about, where it names one in a form that events can carry (SQL
 *     function {@code reported_instance})
 * @param summary the same in every event about this report (SQL function {@code failure_summary})
 * @param receivedAt when it was stored, on the database's clock
 * @param readAt when the transaction that read this began, on the same clock
 */
public record Reported(
    FailureNotification notification,
    String hostName,
    @Nullable UUID instance,
    String summary,
    Instant receivedAt,
    Instant readAt) {
  /** How long it is known. */
  public Duration age() {
    return Duration.between(receivedAt, readAt);
  }
}
