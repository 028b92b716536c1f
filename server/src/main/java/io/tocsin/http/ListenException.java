package io.tocsin.http;

/**
 * The listener cannot have its address. The message names the address and the cause, in one line.
 */
public final class ListenException extends RuntimeException {
  public ListenException(String address, Throwable cause) {
    super("Cannot listen on %s: %s".formatted(address, reason(cause)), cause);
  }

  /** The innermost cause that says something: Jetty wraps the operating system's own words. */
  private static String reason(Throwable cause) {
    String reason = cause.getClass().getSimpleName();
    for (Throwable at = cause; at != null; at = at.getCause()) {
      String message = at.getMessage();
      if (message != null) {
        reason = at instanceof java.net.UnknownHostException ? "unknown host" : message;
      }
    }
    return reason;
  }
}
