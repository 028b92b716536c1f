package io.tocsin.cli;

import io.tocsin.simulator.SimulatedCloud;
import java.net.URI;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** The demo's own log-on at its simulated Keystone, as the administrator. Thread-safe. */
final class DemoSession {
  /** What a line for a shell says to carry the token of {@link #shellLine}. */
  static final String SHELL_HEADER = " -H \"X-Auth-Token: $TOKEN\"";

  private static final String LOG_ON =
      """
      {"auth": {"identity": {"methods": ["password"], "password": {"user": {"name": "%1$s", \
      "domain": {"id": "default"}, "password": "%2$s"}}}, \
      "scope": {"project": {"name": "%1$s", "domain": {"id": "default"}}}}}\
      """
          .formatted(SimulatedCloud.ADMINISTRATOR, SimulatedCloud.PASSWORD);

  private final URI keystone;
  private @Nullable String token;

  DemoSession(URI keystone) {
    this.keystone = keystone;
  }

  /** The session that a demo wants whose simulator is there; empty where it asks for no token. */
  static Optional<DemoSession> at(URI simulator) {
    try (ApiClient control = new ApiClient(simulator)) {
      JsonNode identity = control.read(SimulatedCloud.CONTROL_PATH + "/identity");
      return identity.path("demand_tokens").asBoolean(false)
          ? Optional.of(new DemoSession(simulator.resolve(SimulatedCloud.IDENTITY_PATH)))
          : Optional.empty();
    } catch (ApiClient.CallException e) {
      // What is wrong there is said by whoever needs it.
      return Optional.empty();
    }
  }

  URI keystone() {
    return keystone;
  }

  /** A token, the same until somebody refuses it. Throws {@link ApiClient.CallException}. */
  synchronized String token() {
    String known = token;
    if (known == null) {
      try (ApiClient client = new ApiClient(keystone)) {
        known = client.logOn(keystone.getPath() + "/v3/auth/tokens", LOG_ON);
      }
      token = known;
    }
    return known;
  }

  /** Somebody answered 401 to that token. */
  synchronized void refused(String answered) {
    if (answered.equals(token)) {
      token = null;
    }
  }

  /** For a shell: logs on and remembers the token in {@code $TOKEN}. */
  static String shellLine(URI keystone) {
    return """
    TOKEN=$(curl -si %s/v3/auth/tokens -H 'Content-Type: application/json' -d '%s' \
    | tr -d '\\r' | sed -n 's/^X-Subject-Token: //ip')\
    """
        .formatted(keystone, LOG_ON);
  }
}
