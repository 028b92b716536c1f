package io.tocsin.http;

/**
 * Answers requests. Runs on a virtual thread and may block. What it throws becomes the mount's own
 * answer to an unexpected error and one ERROR line with an id.
 */
@FunctionalInterface
public interface Handler {
  Response handle(Request request);
}
