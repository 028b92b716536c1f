package io.tocsin.recovery;

/**
 * The right to run one recovery, as the database gave it.
 *
 * @param recovery the recovery's number, which is its failure notification's
 * @param attempt counts from 1; the same after a take-over, and after an outage of the cloud
 * @param outages how often in a row the cloud could not be asked
 * @param epoch larger than that of every earlier holder
 * @param isExpired too long has gone by since it arrived
 */
record Claim(long recovery, long host, int attempt, int outages, long epoch, boolean isExpired) {}
