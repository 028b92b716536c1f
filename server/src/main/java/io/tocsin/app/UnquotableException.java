package io.tocsin.app;

/** A text is no good and must not be quoted: it may hold a password. The message does not. */
final class UnquotableException extends IllegalArgumentException {
  private static final long serialVersionUID = 1;

  UnquotableException(String message) {
    super(message);
  }
}
