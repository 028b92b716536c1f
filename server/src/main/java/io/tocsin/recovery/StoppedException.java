package io.tocsin.recovery;

/** The node is stopping; the recovery is handed over where it stands. */
final class StoppedException extends RuntimeException {
  private static final long serialVersionUID = 1;

  StoppedException() {
    super("this node is stopping");
  }
}
