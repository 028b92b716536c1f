package io.tocsin.identity;

/** A rule that is not in the language. */
final class PolicySyntaxException extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final int offset;

  /**
   * @param offset in the rule's text, from 0
   */
  PolicySyntaxException(int offset, String message) {
    super(message, null, false, false);
    this.offset = offset;
  }

  int offset() {
    return offset;
  }

  String problem() {
    return String.valueOf(getMessage());
  }
}
