package io.tocsin.recovery;

import java.time.Instant;

/** For what a recovery waits that could otherwise go on. */
public sealed interface Wait {
  /** An operator's pause. */
  record ForResume(RecoveryPause pause) implements Wait {}

  /** A gate, which is looked at again then. */
  record ForGate(String gate, Instant until) implements Wait {}

  /**
   * The cloud, which could not be asked so many times in a row, and is asked again then.
   *
   * @param outages at least 1
   */
  record ForCloud(int outages, Instant until) implements Wait {}

  /** The next attempt, after one that failed. */
  record ForNextAttempt(Instant until) implements Wait {}

  /** Another recovery of the same host. */
  record ForHost() implements Wait {}

  /** A node that has room for it. */
  record ForNode() implements Wait {}

  /** A node that ends it: it was cancelled. */
  record ForItsEnd() implements Wait {}
}
