package io.tocsin.recovery;

/** Carries an {@link OperationRefusal} to the wire room that asked. */
public final class OperationRefusedException extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final transient OperationRefusal refusal;

  public OperationRefusedException(OperationRefusal refusal) {
    super(refusal.outside(), null, false, false);
    this.refusal = refusal;
  }

  public OperationRefusal refusal() {
    return refusal;
  }
}
