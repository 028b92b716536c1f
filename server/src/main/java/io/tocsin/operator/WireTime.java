package io.tocsin.operator;

import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;

/**
 * Times as this API writes them: UTC, always with three places: {@code 2031-03-14T09:26:53.000Z}.
 */
final class WireTime {
  private static final DateTimeFormatter FORM =
      new DateTimeFormatterBuilder().appendInstant(3).toFormatter();

  private WireTime() {}

  static String format(Instant time) {
    return FORM.format(time);
  }
}
