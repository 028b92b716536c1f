package io.tocsin.feed;

/** More wait for their commit than may. Nothing was stored; a later try may work. */
public final class BusyException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  BusyException(Throwable cause) {
    super("Too many events wait to be stored", cause);
  }
}
