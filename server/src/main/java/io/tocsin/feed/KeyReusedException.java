package io.tocsin.feed;

/** An idempotency key came with another request than before. */
public final class KeyReusedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  KeyReusedException() {
    super("The idempotency key was used for another request");
  }
}
