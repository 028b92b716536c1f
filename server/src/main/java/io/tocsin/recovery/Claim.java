package io.tocsin.recovery;

/**
 * The right to run one recovery, as the database gave it.
 *
 * @param recovery the recovery's number, which is its failure notification's
 * @param attempt counts from 1; the same after a take-over
 * @param failures attempts that ended in {@link Outcome.Failed}
 * @param epoch larger than that of every earlier holder
 */
record Claim(long recovery, long host, int attempt, int failures, long epoch) {}
