package io.tocsin.failover;

import java.util.UUID;

/** A failure notification's public id. */
public record FailureNotificationId(UUID value) {
  @Override
  public String toString() {
    return value.toString();
  }
}
