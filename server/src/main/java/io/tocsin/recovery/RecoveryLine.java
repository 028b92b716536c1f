package io.tocsin.recovery;

import io.tocsin.failover.FailureNotificationId;
import io.tocsin.failover.FailureStatus;
import io.tocsin.failover.FailureType;
import io.tocsin.failover.HostId;
import io.tocsin.failover.SegmentId;
import io.tocsin.store.Columns;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A recovery in few words.
 *
 * @param message why it was ignored or failed, or what the last attempt came to; null for nothing
 * @param attempts made so far; those before an operator had it tried anew included
 * @param waitsFor null where it waits for nothing
 * @param receivedAt when its report was stored
 * @param dueAt when it is taken up, if it waits
 */
public record RecoveryLine(
    FailureNotificationId id,
    FailureType type,
    HostId host,
    String hostName,
    SegmentId segment,
    State state,
    FailureStatus status,
    @Nullable String message,
    int attempts,
    boolean isCancelled,
    @Nullable Wait waitsFor,
    Instant receivedAt,
    Instant dueAt) {
  /** How far it is. */
  public enum State {
    /** It waits for its turn, or for the next attempt. */
    DUE,
    /** A gate holds it. */
    HELD,
    RUNNING,
    DONE;

    /** The wire's spelling. */
    public String wire() {
      return Columns.lower(this);
    }
  }
}
