package io.tocsin.accounts;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/** Times as this API writes and takes them, always UTC (Astra spec §2.2). */
final class WireTime {
  private static final String FORM = "dddd-dd-ddTdd:dd:dd";
  private static final int MAX_FRACTION = 9;

  private WireTime() {}

  /** Whole seconds: {@code 2031-03-14T09:26:53Z}. Clients break on fractions. */
  static String format(Instant time) {
    return time.truncatedTo(ChronoUnit.SECONDS).toString();
  }

  /**
   * Whether the text has the contract's form. That is less than being a time: the 31st of February
   * has it.
   */
  static boolean hasForm(String text) {
    int length = text.length();
    if (length <= FORM.length() || text.charAt(length - 1) != 'Z') {
      return false;
    }
    for (int i = 0; i < FORM.length(); i++) {
      char form = FORM.charAt(i);
      char c = text.charAt(i);
      if (form == 'd' ? c < '0' || c > '9' : c != form) {
        return false;
      }
    }
    return hasRanges(text) && isFraction(text.substring(FORM.length(), length - 1));
  }

  /** The time, fractions included; empty where the text has another form or no day is called so. */
  static Optional<Instant> parse(String text) {
    if (!hasForm(text) || number(text, 0, 4) == 0) {
      return Optional.empty();
    }
    try {
      LocalDateTime time =
          LocalDateTime.of(
              number(text, 0, 4),
              number(text, 5, 7),
              number(text, 8, 10),
              number(text, 11, 13),
              number(text, 14, 16),
              number(text, 17, 19),
              nanos(text.substring(FORM.length(), text.length() - 1)));
      return Optional.of(time.toInstant(ZoneOffset.UTC));
    } catch (DateTimeException _) {
      return Optional.empty();
    }
  }

  private static boolean hasRanges(String text) {
    return isIn(number(text, 5, 7), 1, 12)
        && isIn(number(text, 8, 10), 1, 31)
        && isIn(number(text, 11, 13), 0, 23)
        && isIn(number(text, 14, 16), 0, 59)
        && isIn(number(text, 17, 19), 0, 59);
  }

  private static boolean isIn(int number, int least, int most) {
    return number >= least && number <= most;
  }

  private static boolean isFraction(String text) {
    if (text.isEmpty()) {
      return true;
    }
    int digits = text.length() - 1;
    return (text.charAt(0) == '.' || text.charAt(0) == ',')
        && isIn(digits, 1, MAX_FRACTION)
        && text.chars().skip(1).allMatch(c -> c >= '0' && c <= '9');
  }

  private static int nanos(String fraction) {
    return fraction.isEmpty()
        ? 0
        : Integer.parseInt((fraction.substring(1) + "000000000").substring(0, MAX_FRACTION));
  }

  private static int number(String text, int from, int to) {
    return Integer.parseInt(text, from, to, 10);
  }
}
