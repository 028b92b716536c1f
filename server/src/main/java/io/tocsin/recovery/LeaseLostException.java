package io.tocsin.recovery;

/** This node no longer holds the recovery: whoever runs it now must not be disturbed. */
final class LeaseLostException extends RuntimeException {
  private static final long serialVersionUID = 1;

  LeaseLostException(Claim claim) {
    super("lease on recovery " + claim.recovery() + " epoch " + claim.epoch() + " is lost");
  }
}
