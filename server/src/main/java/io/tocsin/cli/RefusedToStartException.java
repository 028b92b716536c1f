package io.tocsin.cli;

/** A command cannot do what was asked; its message is one line for whoever typed it. */
final class RefusedToStartException extends RuntimeException {
  private static final long serialVersionUID = 1;

  RefusedToStartException(String line) {
    super(line);
  }
}
