package io.tocsin.recovery;

import java.time.Duration;

/** Texts as events can carry them (Astra spec §3); lengths count code points. */
final class EventText {
  /** Of a summary. */
  static final int MAX_SUMMARY = 79;

  /** Of a description or a corrective action. */
  static final int MAX_DESCRIPTION = 1023;

  /** What names of other people's choosing are cut to within a long text. */
  static final int MAX_NAME = 255;

  private EventText() {}

  /**
   * At most so many code points of the text, without control characters and halves of surrogate
   * pairs; a question mark where nothing is left.
   */
  static String cut(String text, int most) {
    String clean =
        text.codePoints()
            .filter(c -> !isHalf(c))
            .map(c -> Character.isISOControl(c) ? ' ' : c)
            .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
            .toString()
            .strip();
    if (clean.isEmpty()) {
      return "?";
    }
    return clean.codePointCount(0, clean.length()) <= most
        ? clean
        : clean.substring(0, clean.offsetByCodePoints(0, most - 1)) + "…";
  }

  private static boolean isHalf(int codePoint) {
    return codePoint >= Character.MIN_SURROGATE && codePoint <= Character.MAX_SURROGATE;
  }

  /** A summary around a name, of which as much is shown as there is room for. */
  static String summary(String before, String name, String after) {
    return before + cut(name, MAX_SUMMARY - before.length() - after.length()) + after;
  }

  /** As people say it: 74 s, 12 min, 3 h 5 min. */
  static String duration(Duration duration) {
    long seconds = Math.max(0, duration.toSeconds());
    if (seconds < 120) {
      return seconds + " s";
    }
    long minutes = seconds / 60;
    return minutes < 120 ? minutes + " min" : minutes / 60 + " h " + minutes % 60 + " min";
  }
}
