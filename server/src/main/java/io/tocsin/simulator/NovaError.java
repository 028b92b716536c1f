package io.tocsin.simulator;

/** Nova says no, in the words Nova uses. */
final class NovaError extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final int status;

  private NovaError(int status, String message) {
    super(message, null, false, false);
    this.status = status;
  }

  static NovaError badRequest(String message) {
    return new NovaError(400, message);
  }

  static NovaError notFound(String message) {
    return new NovaError(404, message);
  }

  static NovaError conflict(String message) {
    return new NovaError(409, message);
  }

  static NovaError of(int status, String message) {
    return new NovaError(status, message);
  }

  int status() {
    return status;
  }

  String text() {
    String message = getMessage();
    return message == null ? "" : message;
  }

  /** The key under which Nova puts an error of that status. */
  static String keyOf(int status) {
    return switch (status) {
      case 400 -> "badRequest";
      case 401 -> "unauthorized";
      case 403 -> "forbidden";
      case 404 -> "itemNotFound";
      case 405 -> "badMethod";
      case 409 -> "conflictingRequest";
      case 413, 429 -> "overLimit";
      case 415 -> "badMediaType";
      case 501 -> "notImplemented";
      case 503 -> "serviceUnavailable";
      default -> "computeFault";
    };
  }
}
