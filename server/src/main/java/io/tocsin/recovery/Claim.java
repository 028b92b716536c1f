package io.tocsin.recovery;

import java.time.Duration;

/**
 * The right to run one recovery, as the database gave it.
 *
 * @param recovery the recovery's number, which is its failure notification's
 * @param attempt counts from 1; the same after a take-over, and after an outage of the cloud
 * @param outages how often in a row the cloud could not be asked
 * @param epoch larger than that of every earlier holder
 * @param isExpired too long has gone by since it arrived
 * @param age since it arrived, on the database's clock
 */
record Claim(
    long recovery,
    long host,
    int attempt,
    int outages,
    long epoch,
    boolean isExpired,
    Duration age) {
  /** Nobody has held it before. */
  boolean isFirst() {
    return epoch == 1;
  }
}
