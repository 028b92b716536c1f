package io.tocsin.http;

import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code GET /healthcheck} (Instance HA spec §3.4): 200 while every check finds nothing, else 503
 * with what they found. Needs no authentication and says nothing that does.
 */
public final class Health implements Handler {
  /** Looks at one thing that must be well. Runs in the request, so it must end soon by itself. */
  @FunctionalInterface
  public interface Check {
    /** What is wrong, in a few words that anybody may read; empty when all is well. */
    Optional<String> trouble();
  }

  /** The document that the OpenStack health check middleware sends. */
  record HealthJson(boolean detailed, List<String> reasons) {}

  private static final Logger log = LoggerFactory.getLogger(Health.class);
  private static final List<String> WELL = List.of("OK");

  private final List<Check> checks;

  public Health(List<Check> checks) {
    this.checks = List.copyOf(checks);
  }

  @Override
  public Response handle(Request request) {
    if (!request.rawPath().equals("/healthcheck")) {
      return Response.empty(404);
    }
    if (!request.method().equals("GET") && !request.method().equals("HEAD")) {
      return Response.empty(405).with("Allow", "GET, HEAD");
    }
    List<String> troubles = checks.stream().flatMap(check -> trouble(check).stream()).toList();
    return troubles.isEmpty()
        ? Json.response(200, new HealthJson(false, WELL))
        : Json.response(503, new HealthJson(false, troubles));
  }

  /** A check that throws is trouble too, whose cause is for the log alone. */
  private static Optional<String> trouble(Check check) {
    try {
      return check.trouble();
    } catch (RuntimeException failure) {
      log.atWarn().setCause(failure).log("Health check failed unexpectedly");
      return Optional.of("A check failed");
    }
  }
}
