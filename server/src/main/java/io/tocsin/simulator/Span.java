package io.tocsin.simulator;

import java.time.Duration;
import java.util.random.RandomGenerator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How long something takes: always the same, or anything between two durations, evenly.
 *
 * <p>Written {@code 50ms} or {@code 1s..3s}; units are {@code ms}, {@code s}, {@code m} and {@code
 * h}.
 */
public record Span(Duration min, Duration max) {
  private static final Pattern DURATION = Pattern.compile("(\\d{1,9})(ms|s|m|h)");

  public Span {
    if (min.isNegative() || max.compareTo(min) < 0) {
      throw new IllegalArgumentException("a span goes from a shorter to a longer duration");
    }
  }

  /** Always {@code duration}. */
  public static Span of(Duration duration) {
    return new Span(duration, duration);
  }

  /** Throws {@link IllegalArgumentException}, whose message says what is expected. */
  public static Span parse(String text) {
    int dots = text.indexOf("..");
    if (dots < 0) {
      return of(parseDuration(text));
    }
    return new Span(
        parseDuration(text.substring(0, dots)), parseDuration(text.substring(dots + 2)));
  }

  static Duration parseDuration(String text) {
    Matcher matcher = DURATION.matcher(text.strip());
    if (!matcher.matches()) {
      throw new IllegalArgumentException(
          "'" + text + "' is not a duration; write 50ms, 2s, 3m or, where it varies, 1s..3s");
    }
    long number = Long.parseLong(matcher.group(1));
    return switch (matcher.group(2)) {
      case "ms" -> Duration.ofMillis(number);
      case "s" -> Duration.ofSeconds(number);
      case "m" -> Duration.ofMinutes(number);
      default -> Duration.ofHours(number);
    };
  }

  static String text(Duration duration) {
    long millis = duration.toMillis();
    return millis % 1000 == 0 ? millis / 1000 + "s" : millis + "ms";
  }

  Duration sample(RandomGenerator random) {
    long width = max.minus(min).toMillis();
    return width == 0 ? min : min.plusMillis(random.nextLong(width + 1));
  }

  /** As {@link #parse} reads it. */
  @Override
  public String toString() {
    return min.equals(max) ? text(min) : text(min) + ".." + text(max);
  }
}
