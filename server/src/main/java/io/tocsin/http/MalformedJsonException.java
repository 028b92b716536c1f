package io.tocsin.http;

/**
 * Bytes from outside are no JSON that this program takes. The message says what is wrong in our own
 * words and may be shown.
 */
public final class MalformedJsonException extends RuntimeException {
  MalformedJsonException(String message) {
    super(message);
  }

  MalformedJsonException(String message, Throwable cause) {
    super(message, cause);
  }
}
