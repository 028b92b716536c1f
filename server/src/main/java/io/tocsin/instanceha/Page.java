package io.tocsin.instanceha;

import io.tocsin.http.Accept;
import io.tocsin.http.Headers;
import io.tocsin.http.Response;
import java.util.List;

/**
 * An error outside of any resource, as JSON, HTML or plain text, whichever the caller prefers
 * (Instance HA spec §4.3).
 */
record Page(int status, String title, String text, String detail) {
  static final Page NOT_FOUND = new Page(404, "Not Found", Fault.NOT_FOUND, "");

  /** The token cannot be looked at; the last sentence is what the original's clients look for. */
  static final Page NO_KEYSTONE =
      new Page(
          503,
          "Service Unavailable",
          "The server is currently unavailable. Please try again at a later time.",
          "The Keystone service is temporarily unavailable.");

  /** The literal {@code %s} is what clients have always been sent. */
  static final Page TOO_LARGE =
      new Page(
          413,
          "Request Entity Too Large",
          "Request is too large. Larger than max_request_body_size (%s).",
          "");

  Response response(Headers asked) {
    String preferred =
        Accept.best(asked, List.of(MediaTypes.HTML, MediaTypes.JSON)).orElse("text/plain");
    return switch (preferred) {
      case MediaTypes.HTML -> Response.text(status, "text/html; charset=UTF-8", html());
      case MediaTypes.JSON ->
          new Response(status, Headers.of("Content-Type", MediaTypes.JSON), document().bytes());
      default -> Response.text(status, "text/plain; charset=UTF-8", plain());
    };
  }

  private String code() {
    return status + " " + title;
  }

  private Document document() {
    return json -> {
      json.writeStartObject();
      json.writeStringProperty("message", text + "<br /><br />\n" + detail + "\n\n");
      json.writeStringProperty("code", code());
      json.writeStringProperty("title", title);
      json.writeEndObject();
    };
  }

  private String html() {
    return """
    <html>
     <head>
      <title>%1$s</title>
     </head>
     <body>
      <h1>%1$s</h1>
      %2$s<br /><br />
    %3$s </body>
    </html>
    """
        .formatted(code(), text, detail.isEmpty() ? "" : detail + "\n");
  }

  private String plain() {
    return "%s\n\n%s\n%s".formatted(code(), text, detail.isEmpty() ? "" : detail + "\n");
  }
}
