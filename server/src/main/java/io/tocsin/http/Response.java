package io.tocsin.http;

import java.nio.charset.StandardCharsets;

/**
 * One whole answer. {@code Content-Length}, {@code Date} and connection handling are the
 * listener's.
 *
 * @param body empty, never null, where there is none
 */
@SuppressWarnings("ArrayRecordComponent") // bodies are handed over, never shared
public record Response(int status, Headers headers, byte[] body) {
  private static final byte[] NOTHING = new byte[0];

  /** A status and nothing else. */
  public static Response empty(int status) {
    return new Response(status, Headers.NONE, NOTHING);
  }

  /** A UTF-8 text of the given media type. */
  public static Response text(int status, String contentType, String body) {
    return new Response(
        status, Headers.of("Content-Type", contentType), body.getBytes(StandardCharsets.UTF_8));
  }

  /** This answer with one more header field. */
  public Response with(String name, String value) {
    return new Response(status, headers.with(name, value), body);
  }
}
