package io.tocsin.http;

import java.net.UnknownHostException;
import java.nio.channels.UnresolvedAddressException;

/**
 * The listener cannot have its address or its certificate. The message names it and the cause, in
 * one line.
 */
public final class ListenException extends RuntimeException {
  public ListenException(String address, Throwable cause) {
    super("Cannot listen on %s: %s".formatted(address, reason(cause)), cause);
  }

  ListenException(TlsFileException bad) {
    super("Cannot speak TLS with " + bad.getMessage(), bad);
  }

  /** The innermost cause that says something: Jetty wraps the operating system's own words. */
  private static String reason(Throwable failure) {
    String reason = failure.getClass().getSimpleName();
    for (Throwable at = failure; at != null; at = at.getCause()) {
      if (at instanceof UnresolvedAddressException || at instanceof UnknownHostException) {
        return "unknown host";
      }
      String message = at.getMessage();
      if (message != null) {
        reason = message;
      }
    }
    return reason;
  }
}
