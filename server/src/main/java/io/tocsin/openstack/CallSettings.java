package io.tocsin.openstack;

import java.time.Duration;

/**
 * How calls of one service are made.
 *
 * @param callTimeout for one try, from connecting to the last byte of the body
 * @param overallTimeout for one call with all its tries, back-offs and waits for a free place
 * @param tries how often a call is sent at most, 1 = never again
 * @param maxBodyBytes an answer longer than this is not read to its end and is a failure
 */
public record CallSettings(
    Duration callTimeout, Duration overallTimeout, int tries, int maxBodyBytes) {
  public CallSettings {
    if (!callTimeout.isPositive() || overallTimeout.compareTo(callTimeout) < 0) {
      throw new IllegalArgumentException(
          "callTimeout must be positive and not above overallTimeout");
    }
    if (tries < 1 || maxBodyBytes < 1) {
      throw new IllegalArgumentException("tries and maxBodyBytes must be at least 1");
    }
  }
}
