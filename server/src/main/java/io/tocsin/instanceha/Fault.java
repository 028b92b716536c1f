package io.tocsin.instanceha;

/**
 * An error as clients of this API see it: a status and a text (Instance HA spec §4.1).
 *
 * @param status of the answer; decides the name the text stands under
 * @param message fit for any client
 */
record Fault(int status, String message) {
  static final String NOT_FOUND = "The resource could not be found.";

  static Fault badRequest(String message) {
    return new Fault(400, message);
  }

  /** The key of the fault document. */
  String name() {
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
      default -> "masakariFault";
    };
  }

  Document document() {
    return json -> {
      json.writeStartObject();
      json.writeObjectPropertyStart(name());
      json.writeNumberProperty("code", status);
      json.writeStringProperty("message", message);
      json.writeEndObject();
      json.writeEndObject();
    };
  }

  FaultException asException() {
    return new FaultException(this);
  }
}
