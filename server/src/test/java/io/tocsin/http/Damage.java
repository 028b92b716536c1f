package io.tocsin.http;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.random.RandomGenerator;

/** Hurts requests: cuts, swaps, and strews in what parsers stumble over. */
public final class Damage {
  private static final int MAX_WOUNDS = 4;
  private static final int LONGEST_FILL = 6_000;
  private static final String[] SPICES = {
    "\r\n",
    "\n",
    "\r",
    " ",
    "\t",
    "\0",
    "%",
    "%00",
    "%ff",
    "/",
    "//",
    "?",
    "#",
    ":",
    ",",
    ";",
    "\"",
    "HTTP/1.1",
    "HTTP/0.9",
    "HTTP/2.0",
    "Content-Length: ",
    "Content-Length: 1\r\n",
    "Transfer-Encoding: chunked",
    "Transfer-Encoding: chunked\r\n",
    "Connection: close\r\n",
    "Trailer: x\r\n",
    "-1",
    "99999999999999999999",
    "Host: ",
    "Upgrade: h2c\r\nConnection: upgrade\r\n",
    "CONNECT ",
    "\u00ff\u00fe",
    "\u00e9",
    "\u0016\u0003\u0001",
    "@",
    "[",
    "]",
    "{",
    "Expect: x",
    "Expect: 100-continue\r\n",
    "0\r\n\r\n",
    "ffffffff\r\n"
  };

  private Damage() {}

  /** The same bytes, hurt in none to four places; perhaps cut off. */
  public static byte[] of(byte[] request, RandomGenerator random) {
    byte[] bytes = request;
    for (int i = random.nextInt(MAX_WOUNDS + 1); i > 0; i--) {
      bytes = hurt(bytes, random);
    }
    return bytes;
  }

  private static byte[] hurt(byte[] bytes, RandomGenerator random) {
    int at = random.nextInt(bytes.length + 1);
    int until = Math.min(bytes.length, at + random.nextInt(1, 8));
    ByteArrayOutputStream result = new ByteArrayOutputStream();
    result.write(bytes, 0, at);
    switch (random.nextInt(8)) {
      case 0 -> result.write(bytes, until, bytes.length - until);
      case 1, 2 -> {
        result.writeBytes(latin1(SPICES[random.nextInt(SPICES.length)]));
        result.write(bytes, at, bytes.length - at);
      }
      case 3 -> {
        result.write(random.nextInt(256));
        result.write(bytes, until, bytes.length - until);
      }
      case 4 -> {
        result.writeBytes(latin1("y".repeat(random.nextInt(LONGEST_FILL))));
        result.write(bytes, at, bytes.length - at);
      }
      case 5 -> {
        result.write(bytes, at, until - at);
        result.write(bytes, at, bytes.length - at);
      }
      case 6 -> {
        if (at < bytes.length) {
          result.write(bytes[at] ^ (1 << random.nextInt(8)));
          result.write(bytes, at + 1, bytes.length - at - 1);
        }
      }
      default -> {
        // Cut off here.
      }
    }
    return result.toByteArray();
  }

  private static byte[] latin1(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }
}
