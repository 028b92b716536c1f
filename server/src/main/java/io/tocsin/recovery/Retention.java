package io.tocsin.recovery;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How long what is over is kept.
 *
 * @param recoveries after the end of a recovery, of a pause, of a host or segment that was deleted;
 *     null for ever
 * @param actions what operators did; not before the recovery that it was about; null for ever
 * @param interval between two looks
 */
public record Retention(
    @Nullable Duration recoveries, @Nullable Duration actions, Duration interval) {
  /** The least: within it equal reports may still be duplicates. */
  public static final Duration SHORTEST = Duration.ofDays(1);

  public static final Duration LONGEST = Duration.ofDays(3650);

  /** Nothing goes before somebody has said how long it is wanted. */
  public static final Retention DEFAULT = new Retention(null, null, Duration.ofHours(1));

  public Retention {
    require(recoveries);
    require(actions);
  }

  private static void require(@Nullable Duration age) {
    if (age != null && (age.compareTo(SHORTEST) < 0 || age.compareTo(LONGEST) > 0)) {
      throw new IllegalArgumentException("a retention is 1 to 3650 days");
    }
  }
}
