package io.tocsin.http;

import tools.jackson.databind.node.ObjectNode;

/** What the APIs have in common whose errors are RFC 9457's documents. */
public final class ProblemJson {
  public static final String MEDIA_TYPE = "application/problem+json";

  private static final String RETRY_AFTER_SECONDS = "2";

  private ProblemJson() {}

  /** The document as an answer, with the header that its status asks for. */
  public static Response response(int status, ObjectNode document) {
    Response response =
        new Response(status, Headers.of("Content-Type", MEDIA_TYPE), Json.bytes(document));
    return switch (status) {
      case 401 -> response.with("WWW-Authenticate", "Bearer");
      case 503 -> response.with("Retry-After", RETRY_AFTER_SECONDS);
      default -> response;
    };
  }
}
