package io.tocsin.openstack;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * Whether and when a failed call is sent again. The one place that decides it.
 *
 * <ul>
 *   <li>Not sent: again, whatever the call does; it cannot have done it.
 *   <li>429 and 503: again, whatever the call does. A rate limiter or a load balancer without a
 *       living server turned it away, or Nova's own front did because it could not check the token;
 *       no Nova action answers 503 after it has begun.
 *   <li>No answer, 500, 502, 504: the call may have acted before it broke, in Nova or behind a
 *       proxy. Again only if twice does what once does.
 *   <li>Anything else (a refusal, an unreadable answer) would end the same way again.
 * </ul>
 */
final class RepeatRule {
  private static final Duration FIRST_PAUSE = Duration.ofMillis(250);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);
  private static final int DOUBLINGS = 10;

  private final RandomGenerator random;

  RepeatRule(RandomGenerator random) {
    this.random = random;
  }

  boolean mayRepeat(ApiCall.Repeat repeat, CallFailure failure) {
    return switch (failure) {
      case CallFailure.NotSent _ -> true;
      case CallFailure.NoAnswer _ -> repeat == ApiCall.Repeat.HARMLESS;
      case CallFailure.Unreadable _, CallFailure.NoAccess _ -> false;
      case CallFailure.Rejected rejected ->
          switch (rejected.status()) {
            case 429, 503 -> true;
            case 500, 502, 504 -> repeat == ApiCall.Repeat.HARMLESS;
            default -> false;
          };
    };
  }

  /**
   * Doubles with each try up to {@link #LONGEST_PAUSE}; half of it is drawn, so that callers who
   * failed together do not come back together.
   *
   * @param tries sent so far, at least 1
   */
  Duration pauseAfter(int tries) {
    Duration full = FIRST_PAUSE.multipliedBy(1L << Math.min(tries - 1, DOUBLINGS));
    long nanos = Math.min(full.toNanos(), LONGEST_PAUSE.toNanos());
    return Duration.ofNanos(nanos / 2 + random.nextLong(nanos / 2 + 1));
  }
}
