package io.tocsin.http;

import org.jspecify.annotations.Nullable;

/**
 * An error of the listener's own, in words that a client may see.
 *
 * @param status the HTTP status
 * @param reason one short sentence; never the text of an exception
 * @param requestId the id this server gave the request: {@code req-<uuid4>}
 * @param errorId what an operator finds in the log beside the exception; only where a handler threw
 */
public record ServerError(int status, String reason, String requestId, @Nullable String errorId) {
  /** Status, reason and error id on one line. */
  String text() {
    String line = "%d %s".formatted(status, reason);
    return errorId == null ? line + "\n" : "%s (%s)\n".formatted(line, errorId);
  }
}
