package io.tocsin.recovery;

import org.jspecify.annotations.Nullable;

/**
 * The right to run one recovery, as the database gave it.
 *
 * @param recovery the recovery's number, which is its failure notification's
 * @param attempt counts from 1; the same after a take-over, and after an outage of the cloud
 * @param forgiven attempts before an operator had it tried again; the limit does not count them
 * @param outages how often in a row the cloud could not be asked
 * @param epoch larger than that of every earlier holder
 * @param isExpired too long has gone by since it arrived
 * @param isCancelled an operator wants it to end
 * @param heldBy what it waited for last; null when it did not
 */
record Claim(
    long recovery,
    long host,
    int attempt,
    int forgiven,
    int outages,
    long epoch,
    boolean isExpired,
    boolean isCancelled,
    @Nullable String heldBy) {
  /** Which attempt it is since an operator last had it tried again; counts from 1. */
  int countedAttempt() {
    return attempt - forgiven;
  }
}
