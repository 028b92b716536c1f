package io.tocsin.bench;

import java.time.Duration;
import java.util.Arrays;

/** What one run showed: how many succeeded in which time, and how long each took. */
record Measurement(long successes, Duration elapsed, Duration median, Duration p99) {

  /**
   * From the single latencies.
   *
   * @param nanos of each success, in any order; sorted by this call
   */
  static Measurement of(long[] nanos, Duration elapsed) {
    Arrays.sort(nanos);
    return new Measurement(nanos.length, elapsed, quantile(nanos, 0.5), quantile(nanos, 0.99));
  }

  private static Duration quantile(long[] sorted, double q) {
    return sorted.length == 0
        ? Duration.ZERO
        : Duration.ofNanos(sorted[(int) Math.min(sorted.length - 1, q * sorted.length)]);
  }

  double perSecond() {
    return successes * 1e9 / elapsed.toNanos();
  }
}
