package io.tocsin.app;

import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads amounts with their unit; a bare number is refused, since nobody can know what it means. */
public final class Units {
  private static final Pattern AMOUNT = Pattern.compile("(\\d{1,9})\\s?([a-zA-Z]+)");

  private Units() {}

  /** {@code 500ms}, {@code 10s}, {@code 2m}, {@code 1h}, {@code 7d}. */
  public static Duration duration(String text) {
    String expected = "expected a number with its unit (ms, s, m, h, d), for example 10s";
    Matcher amount = AMOUNT.matcher(text);
    if (!amount.matches()) {
      throw new IllegalArgumentException(expected);
    }
    long number = Long.parseLong(amount.group(1));
    return switch (amount.group(2)) {
      case "ms" -> Duration.ofMillis(number);
      case "s" -> Duration.ofSeconds(number);
      case "m" -> Duration.ofMinutes(number);
      case "h" -> Duration.ofHours(number);
      case "d" -> Duration.ofDays(number);
      default -> throw new IllegalArgumentException(expected);
    };
  }

  /** {@code 512B}, {@code 64KiB}, {@code 1MiB}. */
  static long bytes(String text) {
    String expected = "expected a number with its unit (B, KiB, MiB), for example 64KiB";
    Matcher amount = AMOUNT.matcher(text);
    if (!amount.matches()) {
      throw new IllegalArgumentException(expected);
    }
    long number = Long.parseLong(amount.group(1));
    return switch (amount.group(2)) {
      case "B" -> number;
      case "KiB" -> number << 10;
      case "MiB" -> number << 20;
      default -> throw new IllegalArgumentException(expected);
    };
  }
}
