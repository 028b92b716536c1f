package io.tocsin.cli;

import io.tocsin.app.Units;
import java.time.Duration;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * How long something lasts, as a flag says it: {@code 30d}, or {@code forever}.
 *
 * @param seconds 0 for ever
 */
record Lifetime(long seconds) {
  /** Reads the flag. */
  static final class Converter implements ITypeConverter<Lifetime> {
    @Override
    public Lifetime convert(String text) {
      if (text.equals("forever")) {
        return new Lifetime(0);
      }
      try {
        Duration duration = Units.duration(text);
        if (duration.toSeconds() > 0) {
          return new Lifetime(duration.toSeconds());
        }
      } catch (IllegalArgumentException _) {
        // Said below.
      }
      throw new TypeConversionException(
          "'%s' is neither forever nor a number with its unit (s, m, h, d), such as 30d"
              .formatted(text));
    }
  }

  /** The same of a member of a document, where none is for ever. */
  static String shown(long seconds) {
    if (seconds == 0) {
      return "forever";
    }
    Duration duration = Duration.ofSeconds(seconds);
    if (seconds % Duration.ofDays(1).toSeconds() == 0) {
      return duration.toDays() + "d";
    }
    return seconds % Duration.ofHours(1).toSeconds() == 0
        ? duration.toHours() + "h"
        : seconds + "s";
  }
}
