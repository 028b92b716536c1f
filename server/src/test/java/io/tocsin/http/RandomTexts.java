package io.tocsin.http;

import java.util.List;
import java.util.Random;

/**
 * Texts on which parsers, validators and databases have stumbled, and some that are quite right.
 */
public final class RandomTexts {
  private static final List<String> ALL =
      List.of(
          "",
          " ",
          "auto",
          "COMPUTE_HOST",
          "PROCESS",
          "VM",
          "COMPUTE",
          "STOPPED",
          "NORMAL",
          "rack-1",
          "cmp-1",
          "nova-compute",
          "e3c8f5d2-6a0c-4f4c-9f0e-1d1b7a4f0b22",
          "True",
          "maybe",
          "0",
          "1",
          "-1",
          "9223372036854775807",
          "99999999999999999999999",
          "1e400",
          "NaN",
          "created_at",
          "id",
          "deleted",
          "payload",
          "desc",
          "2026-02-03T11:40:03.512907",
          "2026-02-03T11:40:03+23:59",
          "0001-01-01T00:00:00+09:00",
          "9999-12-31T23:59:59.999999999-23:59",
          "20260229",
          "\0",
          "a\0b",
          "'; drop table segment; --",
          "%s%n%1$s",
          "{}",
          "\u2028",
          "😀",
          "é\u0301",
          "../..",
          "\u00a0x",
          "x\u3000",
          "\ufeffx",
          "\u200b",
          "\u0378",
          "\ufffe",
          "\ue000",
          "\u0085",
          "a\r\nX-Injected: b",
          "a\tb",
          "a\n",
          "x".repeat(255),
          "x".repeat(256),
          "é".repeat(255),
          "2026-02-03 11:40",
          "+2026-02-03",
          "2026-W06-2",
          "2026-02-03T24:00:00Z",
          "12:00",
          "unknown-1",
          "forbidden-1",
          "x".repeat(300));

  private static final List<String> PLAIN =
      List.of("COMPUTE", "SSH", "compute", "x", "nova-compute", "a b", "é", "");

  private static final List<String> ODD_JSON =
      List.of(
          "null",
          "true",
          "1",
          "-0.0",
          "1e400",
          "1E+2",
          "[]",
          "{}",
          "[[[[]]]]",
          "{\"a\":{\"b\":null}}",
          "\"\\u0000\"",
          "\"\\ud800\"",
          "NaN",
          "'x'",
          "12345678901234567890123456789012345678901234567890",
          "[".repeat(200),
          "[".repeat(90) + "]".repeat(90),
          "{\"a\":1,\"a\":2}");

  private final Random random;

  public RandomTexts(Random random) {
    this.random = random;
  }

  /** Anything. */
  public String any() {
    return pick(ALL) + (sometimes(3) ? visible() : "");
  }

  /** Nothing special. */
  public String plain() {
    return pick(PLAIN);
  }

  /** Printable ASCII, at most ten of them. */
  public String visible() {
    StringBuilder text = new StringBuilder("v");
    for (int i = random.nextInt(10); i > 0; i--) {
      text.append((char) (' ' + random.nextInt('~' - ' ' + 1)));
    }
    return text.append('v').toString();
  }

  public boolean sometimes(int onceIn) {
    return random.nextInt(onceIn) == 0;
  }

  public <T> T pick(List<T> from) {
    return from.get(random.nextInt(from.size()));
  }

  public int number(int below) {
    return random.nextInt(below);
  }

  /** A value in JSON, or what some take for it. */
  public String json() {
    return sometimes(3) ? pick(ODD_JSON) : quoted(any());
  }

  /** As a string in JSON. */
  public static String quoted(String text) {
    StringBuilder quoted = new StringBuilder("\"");
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '"', '\\' -> quoted.append('\\').append(c);
        case '\0' -> quoted.append("\\u0000");
        case '\n' -> quoted.append("\\n");
        case '\r' -> quoted.append("\\r");
        case '\t' -> quoted.append("\\t");
        default -> quoted.append(c);
      }
    }
    return quoted.append('"').toString();
  }
}
