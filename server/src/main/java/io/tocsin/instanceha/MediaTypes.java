package io.tocsin.instanceha;

import io.tocsin.http.Headers;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** What may be sent, and what the answer may be in (Instance HA spec §1.1, §4.3). */
final class MediaTypes {
  static final String JSON = "application/json";
  static final String MASAKARI_JSON = "application/vnd.openstack.masakari+json";
  static final String HTML = "text/html";

  private static final List<String> ACCEPTED_BODIES =
      List.of(JSON, MASAKARI_JSON, "text/plain", "");

  /** Of one request; what comes after them is passed over. */
  private static final int MAX_RANGES = 32;

  private MediaTypes() {}

  /** Whether a body of that kind, or none, may be sent; holds for every method. */
  static boolean isAcceptedBody(Headers headers) {
    String contentType = headers.first("Content-Type").orElse("");
    return ACCEPTED_BODIES.contains(withoutParameters(contentType));
  }

  /**
   * The offer that the caller's {@code Accept} likes best, the earlier one where it likes several
   * equally; empty when it names none of them or is not there.
   */
  static Optional<String> best(Headers headers, List<String> offers) {
    List<Range> ranges =
        headers.all("Accept").stream()
            .flatMap(field -> Arrays.stream(field.split(",", MAX_RANGES + 1)).limit(MAX_RANGES))
            .limit(MAX_RANGES)
            .map(Range::of)
            .toList();
    String best = null;
    double bestQuality = 0;
    for (String offer : offers) {
      double quality = quality(ranges, offer);
      if (quality > bestQuality) {
        best = offer;
        bestQuality = quality;
      }
    }
    return Optional.ofNullable(best);
  }

  /** That of the most specific range that covers the offer. */
  private static double quality(List<Range> ranges, String offer) {
    return ranges.stream()
        .filter(range -> range.covers(offer))
        .max(Comparator.comparingInt(Range::precision))
        .map(Range::quality)
        .orElse(0.0);
  }

  private static String withoutParameters(String mediaType) {
    return mediaType.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
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
