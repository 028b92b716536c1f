package io.tocsin.openstack;

import org.jspecify.annotations.Nullable;

/** The authorities to trust cannot be had; the message is one line for whoever named the file. */
public final class TrustException extends RuntimeException {
  private static final long serialVersionUID = 1;

  TrustException(String line, @Nullable Throwable cause) {
    super(line, cause);
  }
}
