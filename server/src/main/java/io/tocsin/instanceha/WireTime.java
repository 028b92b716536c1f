package io.tocsin.instanceha;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoField;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;

/** Times as this API writes them and as its callers send them; always UTC (Instance HA spec §6). */
final class WireTime {
  private static final int MINUTES_PER_DAY = 24 * 60;

  /** What the existing server's parser takes; a bare year or year-month included. */
  private static final Pattern ISO_8601 =
      Pattern.compile(
          """
          (?<year>\\d{4})
          (?:
            (?:-(?<month>\\d{1,2})(?:-(?<day>\\d{1,2}))?|(?<monthB>\\d{2})(?<dayB>\\d{2}))
            (?:
              [\\ T](?<hour>\\d{2})
              (?::?(?<minute>\\d{2}))?
              (?::?(?<second>\\d{1,2})(?:[.,](?<fraction>\\d+))?)?
              (?<zone>Z|(?<sign>[-+])(?<zoneHour>\\d{2}):?(?<zoneMinute>\\d{2})?)?
            )?
          )?\
          """,
          Pattern.COMMENTS);

  private WireTime() {}

  /** {@code 2026-02-03T11:40:03.512907}: six digits, no zone. */
  static String format(Instant time) {
    return digits(time, 'T', true);
  }

  /** {@code 2026-02-03 11:40:03.512907}: a blank, and no fraction when it is zero (§9.3). */
  static String formatProgress(Instant time) {
    return digits(time, ' ', micros(time) != 0);
  }

  /** Writes a property: the time, or null. */
  static void write(JsonGenerator json, String name, @Nullable Instant time) {
    if (time == null) {
      json.writeNullProperty(name);
    } else {
      json.writeStringProperty(name, format(time));
    }
  }

  /** Writes the four last properties of every document; what can be read is never deleted. */
  static void writeLife(JsonGenerator json, Instant createdAt, @Nullable Instant updatedAt) {
    write(json, "created_at", createdAt);
    write(json, "updated_at", updatedAt);
    json.writeNullProperty("deleted_at");
    json.writeBooleanProperty("deleted", false);
  }

  /**
   * A caller's time, moved to UTC; no zone means UTC, digits beyond microseconds are dropped. Empty
   * when the text is not a time, or lies outside the years 1 to 9999.
   */
  static Optional<Instant> parse(String text) {
    Matcher matcher = ISO_8601.matcher(text);
    if (!matcher.matches() || !hasDayWhereItHasHour(matcher)) {
      return Optional.empty();
    }
    try {
      LocalDateTime local =
          LocalDateTime.of(
                  number(matcher, "year", 1),
                  matcher.group("monthB") == null
                      ? number(matcher, "month", 1)
                      : number(matcher, "monthB", 1),
                  matcher.group("dayB") == null
                      ? number(matcher, "day", 1)
                      : number(matcher, "dayB", 1),
                  number(matcher, "hour", 0),
                  number(matcher, "minute", 0),
                  number(matcher, "second", 0))
              .withNano(nanos(matcher.group("fraction")));
      int offset = 60 * number(matcher, "zoneHour", 0) + number(matcher, "zoneMinute", 0);
      if (offset >= MINUTES_PER_DAY) {
        return Optional.empty();
      }
      LocalDateTime utc = local.minusMinutes("-".equals(matcher.group("sign")) ? -offset : offset);
      return isShowable(local) && isShowable(utc)
          ? Optional.of(utc.toInstant(ZoneOffset.UTC))
          : Optional.empty();
    } catch (DateTimeException _) {
      return Optional.empty();
    }
  }

  private static boolean hasDayWhereItHasHour(Matcher matcher) {
    return matcher.group("hour") == null
        || matcher.group("day") != null
        || matcher.group("dayB") != null;
  }

  private static boolean isShowable(LocalDateTime time) {
    return time.getYear() >= 1 && time.getYear() <= 9999;
  }

  private static int number(Matcher matcher, String group, int otherwise) {
    String digits = matcher.group(group);
    return digits == null ? otherwise : Integer.parseInt(digits);
  }

  private static int nanos(@Nullable String fraction) {
    if (fraction == null) {
      return 0;
    }
    return 1000 * Integer.parseInt((fraction + "000000").substring(0, 6));
  }

  private static int micros(Instant time) {
    return time.get(ChronoField.MICRO_OF_SECOND);
  }

  /** By hand, because a page of a thousand rows holds three thousand of these. */
  private static String digits(Instant time, char separator, boolean withFraction) {
    LocalDateTime utc = LocalDateTime.ofEpochSecond(time.getEpochSecond(), 0, ZoneOffset.UTC);
    char[] out = new char[withFraction ? 26 : 19];
    put(out, 0, 4, utc.getYear());
    out[4] = '-';
    put(out, 5, 2, utc.getMonthValue());
    out[7] = '-';
    put(out, 8, 2, utc.getDayOfMonth());
    out[10] = separator;
    put(out, 11, 2, utc.getHour());
    out[13] = ':';
    put(out, 14, 2, utc.getMinute());
    out[16] = ':';
    put(out, 17, 2, utc.getSecond());
    if (withFraction) {
      out[19] = '.';
      put(out, 20, 6, micros(time));
    }
    return new String(out);
  }

  private static void put(char[] out, int at, int width, int value) {
    int rest = value;
    for (int i = at + width - 1; i >= at; i--) {
      out[i] = (char) ('0' + rest % 10);
      rest /= 10;
    }
  }
}
