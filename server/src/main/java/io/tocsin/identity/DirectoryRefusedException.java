package io.tocsin.identity;

/** Carries a {@link DirectoryRefusal} to the wire room that asked. */
public final class DirectoryRefusedException extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final transient DirectoryRefusal refusal;

  public DirectoryRefusedException(DirectoryRefusal refusal) {
    super(refusal.outside());
    this.refusal = refusal;
  }

  public DirectoryRefusal refusal() {
    return refusal;
  }
}
