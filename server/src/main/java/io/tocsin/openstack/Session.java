package io.tocsin.openstack;

import io.tocsin.clock.Durations;
import java.time.Duration;

/**
 * A token and what came with it. Its life is measured by a clock that does not jump, from before it
 * was asked for: how far our wall clock is from Keystone's does not matter.
 *
 * @param madeAtNanos when it was asked for
 * @param life between its issue and its end, both by Keystone's clock
 */
record Session(String token, long madeAtNanos, Duration life, Catalog catalog) {
  /** A token is replaced so long before its end, for calls that are on their way then. */
  static final Duration RENEW_BEFORE = Duration.ofSeconds(60);

  /** Of a short life, the share that the last part may take at most. */
  private static final int SHARE = 4;

  /** Can be used without a thought. */
  boolean isFresh(long nowNanos) {
    Duration quarter = life.dividedBy(SHARE);
    Duration margin = Durations.shorter(quarter, RENEW_BEFORE);
    return age(nowNanos).compareTo(life.minus(margin)) < 0;
  }

  /** Can be used where there is nothing better. */
  boolean isGood(long nowNanos) {
    return age(nowNanos).compareTo(life) < 0;
  }

  Duration age(long nowNanos) {
    return Duration.ofNanos(nowNanos - madeAtNanos);
  }

  @Override
  public String toString() {
    return "Session[***]";
  }
}
