package io.tocsin.app;

/** Something cannot be started as asked; the message is one line for whoever asked. */
public final class StartRefusedException extends RuntimeException {
  private static final long serialVersionUID = 1;

  public StartRefusedException(String line) {
    super(line);
  }

  public StartRefusedException(String line, Throwable cause) {
    super(line, cause);
  }
}
