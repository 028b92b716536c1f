package io.tocsin.simulator;

import io.tocsin.http.Json;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * The host monitor's log-on, over the wire like everybody's: as {@code admin}, with one token until
 * somebody refuses it. Thread-safe.
 */
final class MonitorSession {
  private final URI tokens;
  private final HttpClient client;
  private final Duration callTimeout;
  private @Nullable String current;

  /**
   * A session not yet begun.
   *
   * @param keystone with or without {@code /v3}
   */
  MonitorSession(URI keystone, HttpClient client, Duration callTimeout) {
    String base = keystone.toString().replaceAll("/+$", "").replaceAll("/v3$", "");
    this.tokens = URI.create(base + "/v3/auth/tokens");
    this.client = client;
    this.callTimeout = callTimeout;
  }

  /** A token; empty where Keystone gives none. */
  synchronized Optional<String> token() throws IOException, InterruptedException {
    if (current == null) {
      current = logOn();
    }
    return Optional.ofNullable(current);
  }

  /** Somebody answered 401 to it. */
  synchronized void refused(String token) {
    if (token.equals(current)) {
      current = null;
    }
  }

  private @Nullable String logOn() throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(tokens)
            .timeout(callTimeout)
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofByteArray(Json.bytes(credentials())))
            .build();
    HttpResponse<Void> answer = client.send(request, HttpResponse.BodyHandlers.discarding());
    return answer.headers().firstValue("X-Subject-Token").orElse(null);
  }

  private static ObjectNode credentials() {
    ObjectNode json = Json.object();
    ObjectNode auth = json.putObject("auth");
    ObjectNode identity = auth.putObject("identity");
    identity.putArray("methods").add("password");
    ObjectNode user = identity.putObject("password").putObject("user");
    user.put("name", Cast.ADMIN.name());
    user.putObject("domain").put("id", Cast.DOMAIN_ID);
    user.put("password", Cast.PASSWORD);
    ObjectNode project = auth.putObject("scope").putObject("project");
    project.put("name", Cast.ADMIN_PROJECT.name());
    project.putObject("domain").put("id", Cast.DOMAIN_ID);
    return json;
  }
}
