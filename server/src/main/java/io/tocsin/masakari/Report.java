package io.tocsin.masakari;

import io.tocsin.failover.FailureNotificationId;
import io.tocsin.failover.PastFailure;

/** A notification of the source. */
sealed interface Report {
  FailureNotificationId id();

  /** Nothing more happens to it there. */
  record Ended(PastFailure failure) implements Report {
    @Override
    public FailureNotificationId id() {
      return failure.id();
    }
  }

  /** Its recovery is still the source's. */
  record Open(FailureNotificationId id, String status) implements Report {}
}
