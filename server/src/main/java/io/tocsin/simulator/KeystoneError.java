package io.tocsin.simulator;

import io.tocsin.http.Json;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Keystone says no, in the words Keystone uses. */
final class KeystoneError extends RuntimeException {
  private static final long serialVersionUID = 1;

  private static final String MALFORMED =
      " The server could not comply with the request since it is either malformed or otherwise"
          + " incorrect. The client is assumed to be in error.";

  private final int status;

  /** What authentication would have been good for, where that is said. */
  private final transient @Nullable ObjectNode identity;

  private KeystoneError(int status, String message) {
    this(status, message, null);
  }

  private KeystoneError(int status, String message, @Nullable ObjectNode identity) {
    super(message, null, false, false);
    this.status = status;
    this.identity = identity;
  }

  /** The one text for every reason: who guesses learns nothing from it. */
  static KeystoneError unauthorized() {
    return new KeystoneError(401, "The request you have made requires authentication.");
  }

  static KeystoneError unsupportedMethod(List<String> supported) {
    ObjectNode identity = Json.object();
    ArrayNode methods = identity.putArray("methods");
    supported.forEach(methods::add);
    return new KeystoneError(
        401, "Attempted to authenticate with an unsupported method.", identity);
  }

  static KeystoneError scopedCredential() {
    return new KeystoneError(
        401,
        "Error authenticating with application credential: Application credentials cannot request"
            + " a scope.",
        Json.object());
  }

  static KeystoneError forbidden(String action) {
    return new KeystoneError(
        403, "You are not authorized to perform the requested action: " + action + ".");
  }

  static KeystoneError forbidden() {
    return new KeystoneError(403, "You are not authorized to perform the requested action.");
  }

  static KeystoneError notFound(String message) {
    return new KeystoneError(404, message);
  }

  /** A part of the request is missing. */
  static KeystoneError expecting(String what, String where) {
    return new KeystoneError(400, "Expecting to find %s in %s.".formatted(what, where) + MALFORMED);
  }

  static KeystoneError badRequest(String message) {
    return new KeystoneError(400, message);
  }

  static KeystoneError of(int status, String message) {
    return new KeystoneError(status, message);
  }

  int status() {
    return status;
  }

  /** The document of it. */
  ObjectNode document() {
    ObjectNode json = Json.object();
    ObjectNode error = json.putObject("error");
    error.put("code", status);
    if (identity != null) {
      error.set("identity", identity);
    }
    error.put("message", getMessage());
    error.put("title", titleOf(status));
    return json;
  }

  /** HTTP's own words for the status. */
  private static String titleOf(int status) {
    return switch (status) {
      case 400 -> "Bad Request";
      case 401 -> "Unauthorized";
      case 403 -> "Forbidden";
      case 404 -> "Not Found";
      case 405 -> "Method Not Allowed";
      case 409 -> "Conflict";
      case 429 -> "Too Many Requests";
      case 503 -> "Service Unavailable";
      default -> "Internal Server Error";
    };
  }
}
