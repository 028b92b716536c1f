package io.tocsin.accounts;

/**
 * The value of one parameter is not what it must be; the message says to its sender what that is.
 */
final class UnfitException extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final String reason;

  UnfitException(String reason) {
    super(reason, null, false, false);
    this.reason = reason;
  }

  String reason() {
    return reason;
  }
}
