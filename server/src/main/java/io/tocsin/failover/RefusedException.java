package io.tocsin.failover;

/** Carries a {@link Refusal} to the wire room that asked. */
public final class RefusedException extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final transient Refusal refusal;

  public RefusedException(Refusal refusal) {
    super(refusal.outside());
    this.refusal = refusal;
  }

  public Refusal refusal() {
    return refusal;
  }
}
