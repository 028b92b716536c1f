package io.tocsin.store;

import org.jspecify.annotations.Nullable;

/**
 * The store refuses to start. The message is one line that an operator can act on; nobody needs the
 * stack trace.
 */
public final class StoreStartException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public StoreStartException(String line, @Nullable Throwable cause) {
    super(line, cause);
  }
}
