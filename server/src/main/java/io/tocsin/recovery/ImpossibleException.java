package io.tocsin.recovery;

/** This attempt cannot succeed; the message is for the operator. */
final class ImpossibleException extends RuntimeException {
  private static final long serialVersionUID = 1;

  ImpossibleException(String reason) {
    super(reason);
  }

  /** Never null: there is always a reason. */
  @Override
  public String getMessage() {
    return String.valueOf(super.getMessage());
  }
}
