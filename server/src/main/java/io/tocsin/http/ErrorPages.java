package io.tocsin.http;

import org.jspecify.annotations.Nullable;

/**
 * How an API words the errors that the listener finds by itself: 400 (not HTTP), 408, 413, 414,
 * 431, 500 (a handler threw), 503 (too much at once), 505. Must not throw.
 */
@FunctionalInterface
public interface ErrorPages {
  /** A line of plain text; for paths that belong to nobody. */
  ErrorPages PLAIN =
      (error, _) -> Response.text(error.status(), "text/plain; charset=UTF-8", error.text());

  /**
   * The answer to one such error.
   *
   * @param request what was asked, with an empty body where the body is what went wrong; null when
   *     the head could not be read
   */
  Response page(ServerError error, @Nullable Request request);
}
