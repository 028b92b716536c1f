package io.tocsin.failover;

import java.util.HexFormat;
import java.util.Optional;
import java.util.UUID;

/** Reads the ids of paths and filters, which are any text until they prove to be a UUID. */
public final class Ids {
  private static final int LENGTH = 36;

  private Ids() {}

  /** The id, when the text is a canonical dashed UUID in either case; all else is no id. */
  public static Optional<UUID> parse(String text) {
    if (text.length() != LENGTH) {
      return Optional.empty();
    }
    for (int i = 0; i < LENGTH; i++) {
      char c = text.charAt(i);
      boolean isDash = i == 8 || i == 13 || i == 18 || i == 23;
      if (isDash ? c != '-' : !HexFormat.isHexDigit(c)) {
        return Optional.empty();
      }
    }
    return Optional.of(UUID.fromString(text));
  }
}
