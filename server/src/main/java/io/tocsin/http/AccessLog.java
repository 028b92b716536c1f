package io.tocsin.http;

import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * Each answer is counted, and has a line: DEBUG, and WARN where the server is to blame. Never a
 * query: its values may be secrets.
 */
final class AccessLog {
  private static final Logger log = LoggerFactory.getLogger("io.tocsin.http.access");
  private static final int FIRST_SERVER_ERROR = 500;

  /** Not implemented, version not supported: what a port scan gets is no reason to warn. */
  private static final Set<Integer> CLIENTS_FAULT = Set.of(501, 505);

  private final HttpMetrics metrics;

  AccessLog(HttpMetrics metrics) {
    this.metrics = metrics;
  }

  void answered(Mounts.Place place, Head head, int status, long nanos) {
    metrics.answered(place.api(), head.method(), status, nanos);
    boolean isOurs = status >= FIRST_SERVER_ERROR && !CLIENTS_FAULT.contains(status);
    Level level = isOurs ? Level.WARN : Level.DEBUG;
    if (log.isEnabledForLevel(level)) {
      log.atLevel(level)
          .addKeyValue("method", head.method())
          .addKeyValue("path", head.rawPath())
          .addKeyValue("client", head.client())
          .addKeyValue("status", status)
          .addKeyValue("ms", nanos / 1_000_000)
          .log("Request answered");
    }
  }
}
