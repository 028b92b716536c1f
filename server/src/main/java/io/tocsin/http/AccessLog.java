package io.tocsin.http;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/** One line for each answer: DEBUG, WARN for 5xx. Never a query: its values may be secrets. */
final class AccessLog {
  private static final Logger log = LoggerFactory.getLogger("io.tocsin.http.access");
  private static final int FIRST_SERVER_ERROR = 500;

  private AccessLog() {}

  static void answered(String method, String path, int status, long nanos, String requestId) {
    Level level = status >= FIRST_SERVER_ERROR ? Level.WARN : Level.DEBUG;
    if (log.isEnabledForLevel(level)) {
      log.atLevel(level)
          .addKeyValue("method", method)
          .addKeyValue("path", path)
          .addKeyValue("status", status)
          .addKeyValue("ms", nanos / 1_000_000)
          .addKeyValue(RequestIds.LOG_KEY, requestId)
          .log("Request answered");
    }
  }
}
