package io.tocsin.simulator;

import io.tocsin.http.Headers;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The version of Nova's API that a call is made with. */
record Microversion(int minor) {
  static final Microversion MIN = new Microversion(1);
  static final Microversion MAX = new Microversion(90);

  private static final Pattern FORM = Pattern.compile("([1-9]\\d*)\\.([1-9]\\d*|0)");

  /** What the client asked for, 2.1 where it did not; throws what Nova answers to nonsense. */
  static Microversion of(Headers headers) {
    String asked = null;
    for (String field : headers.all("OpenStack-API-Version")) {
      for (String part : field.split(",", -1)) {
        String[] words = part.strip().split("\\s+", -1);
        if (words.length == 2 && words[0].equals("compute")) {
          asked = words[1];
        }
      }
    }
    if (asked == null) {
      asked = headers.first("X-OpenStack-Nova-API-Version").orElse(null);
    }
    return asked == null ? MIN : parse(asked.strip());
  }

  private static Microversion parse(String text) {
    if (text.equals("latest")) {
      return MAX;
    }
    Matcher matcher = FORM.matcher(text);
    if (!matcher.matches() || text.length() > 12) {
      throw NovaError.badRequest(
          "API Version String "
              + text
              + " is of invalid format. Must be of format MajorNum.MinorNum.");
    }
    long minor = Long.parseLong(matcher.group(2));
    boolean isTwo = matcher.group(1).equals("2");
    if (!isTwo || minor < MIN.minor() || minor > MAX.minor()) {
      throw NovaError.of(
          406,
          "Version %s is not supported by the API. Minimum is %s and maximum is %s."
              .formatted(text, MIN, MAX));
    }
    return new Microversion((int) minor);
  }

  boolean isAtLeast(int otherMinor) {
    return minor >= otherMinor;
  }

  @Override
  public String toString() {
    return "2." + minor;
  }
}
