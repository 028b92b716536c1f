package io.tocsin.http;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Percent-decoding that never fails: an escape that is none stays as it stands, and so does {@code
 * %00}, since no text of ours may hold NUL (PostgreSQL cannot store it). Bytes that are not UTF-8
 * become U+FFFD.
 */
final class Percent {
  private Percent() {}

  static String decode(String text) {
    return text.indexOf('%') < 0 ? text : decoded(text);
  }

  /** Name-value pairs split at {@code &}; {@code +} is a blank; empty pieces are dropped. */
  static Query query(String raw) {
    List<Query.Parameter> parameters = new ArrayList<>();
    for (String pair : raw.split("&", -1)) {
      if (!pair.isEmpty()) {
        int equals = pair.indexOf('=');
        String name = equals < 0 ? pair : pair.substring(0, equals);
        String value = equals < 0 ? "" : pair.substring(equals + 1);
        parameters.add(new Query.Parameter(decodeForm(name), decodeForm(value)));
      }
    }
    return new Query(parameters);
  }

  private static String decodeForm(String text) {
    return decode(text.replace('+', ' '));
  }

  private static String decoded(String text) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(text.length());
    byte[] raw = text.getBytes(StandardCharsets.UTF_8);
    for (int i = 0; i < raw.length; i++) {
      int value = raw[i] == '%' && i + 2 < raw.length ? hex(raw[i + 1], raw[i + 2]) : -1;
      bytes.write(value <= 0 ? raw[i] : value);
      if (value > 0) {
        i += 2;
      }
    }
    return bytes.toString(StandardCharsets.UTF_8);
  }

  /** The byte that two hexadecimal digits mean, or -1. */
  private static int hex(byte high, byte low) {
    int h = Character.digit(high, 16);
    int l = Character.digit(low, 16);
    return h < 0 || l < 0 ? -1 : h * 16 + l;
  }
}
