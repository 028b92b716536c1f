package io.tocsin.http;

/**
 * Thrown by a handler that wants no answer sent: the listener closes the connection instead. For
 * rehearsing what a client makes of it.
 */
public final class CutConnection extends RuntimeException {
  private static final long serialVersionUID = 1;

  public CutConnection() {
    super("The connection is cut on purpose", null, false, false);
  }
}
