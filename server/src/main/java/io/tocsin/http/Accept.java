package io.tocsin.http;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** What a caller wants to be answered in (RFC 9110 §12.5.1). */
public final class Accept {
  /** Of one request; what comes after them is passed over. */
  private static final int MAX_RANGES = 32;

  private Accept() {}

  /**
   * The offer that the caller's {@code Accept} likes best, the earlier one where it likes several
   * equally; empty when it names none of them or is not there.
   */
  public static Optional<String> best(Headers headers, List<String> offers) {
    List<Range> ranges =
        headers.all("Accept").stream()
            .flatMap(field -> Arrays.stream(field.split(",", MAX_RANGES + 1)).limit(MAX_RANGES))
            .limit(MAX_RANGES)
            .map(Range::of)
            .toList();
    String best = null;
    double bestQuality = 0;
    for (String offer : offers) {
      double quality = quality(ranges, offer.toLowerCase(Locale.ROOT));
      if (quality > bestQuality) {
        best = offer;
        bestQuality = quality;
      }
    }
    return Optional.ofNullable(best);
  }

  /** A media type without its parameters, in lower case. */
  public static String withoutParameters(String mediaType) {
    return mediaType.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
  }

  /** That of the most specific range that covers the offer. */
  private static double quality(List<Range> ranges, String offer) {
    return ranges.stream()
        .filter(range -> range.covers(offer))
        .max(Comparator.comparingInt(Range::precision))
        .map(Range::quality)
        .orElse(0.0);
  }

  private record Range(String type, double quality) {
    static Range of(String text) {
      double quality = 1;
      for (String parameter : text.toLowerCase(Locale.ROOT).split(";", MAX_RANGES)) {
        String stripped = parameter.strip();
        if (stripped.matches("q=(0|1)(\\.[0-9]{0,3})?")) {
          quality = Double.parseDouble(stripped.substring("q=".length()));
        }
      }
      return new Range(withoutParameters(text), quality);
    }

    boolean covers(String offer) {
      return type.equals("*/*")
          || type.equals(offer)
          || (type.endsWith("/*") && offer.startsWith(type.substring(0, type.length() - 1)));
    }

    int precision() {
      if (type.equals("*/*")) {
        return 0;
      }
      return type.endsWith("/*") ? 1 : 2;
    }
  }
}
