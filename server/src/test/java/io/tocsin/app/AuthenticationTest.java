package io.tocsin.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tocsin.clock.Clock;
import io.tocsin.identity.PolicyException;
import io.tocsin.store.TestDatabase;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The whole server, and the simulated cloud's Keystone. */
class AuthenticationTest {
  private static final String SEGMENTS = "/v1/segments";

  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final Simulation simulation =
      new Simulation(
          new Simulation.Spec(ListenAddress.parse("127.0.0.1:0"), 2, 4, null), Clock.system());
  private Simulation.Started cloud;
  private TestDatabase database;

  @TempDir private Path data;

  @BeforeEach
  void start() {
    cloud = simulation.start();
    database = TestDatabase.create();
  }

  @AfterEach
  void stop() {
    simulation.stop();
    database.close();
    http.close();
  }

  @Test
  void letsInWhomKeystoneKnowsAndThePolicyLets() throws Exception {
    App app = app(Map.of("auth.cache-time", "0s", "auth.stale-time", "0s"));
    URI url = app.start();
    try {
      String admin = token("admin", "admin");
      String demo = token("demo", "demo");

      assertThat(ask(url, "")).isEqualTo(401);
      assertThat(ask(url, "nonsense")).isEqualTo(401);
      assertThat(ask(url, admin)).isEqualTo(200);
      assertThat(ask(url, demo)).isEqualTo(403);

      control("/simulator/identity/users/admin/revoke", "");
      assertThat(ask(url, admin)).isEqualTo(401);
      control("/simulator/identity/users/demo/disable", "");
      assertThat(ask(url, demo)).isEqualTo(401);

      control("/simulator/faults", "{\"kind\": \"error-503\", \"service\": \"keystone\"}");
      assertThat(ask(url, "another")).isEqualTo(503);
    } finally {
      app.stop();
    }
  }

  @Test
  void whoWasThereLatelyStaysWhileKeystoneIsAway() throws Exception {
    App app = app(Map.of("auth.cache-time", "0s", "auth.stale-time", "1h"));
    URI url = app.start();
    try {
      String admin = token("admin", "admin");
      String other = token("admin", "admin");
      assertThat(ask(url, admin)).isEqualTo(200);

      control("/simulator/faults", "{\"kind\": \"cut-before\", \"service\": \"keystone\"}");

      assertThat(ask(url, admin)).isEqualTo(200);
      assertThat(ask(url, other)).isEqualTo(503);
    } finally {
      app.stop();
    }
  }

  @Test
  void thePolicyFileHolds(@TempDir Path directory) throws Exception {
    Path policy =
        Files.writeString(
            directory.resolve("policy.yaml"), "os_masakari_api:segments:index: role:member\n");
    App app = app(Map.of("policy.file", policy.toString()));
    URI url = app.start();
    try {
      assertThat(ask(url, token("demo", "demo"))).isEqualTo(200);
    } finally {
      app.stop();
    }

    Files.writeString(policy, "os_masakari_api:segments:index: role:member or\n");
    assertThatThrownBy(() -> app(Map.of("policy.file", policy.toString())).start())
        .isInstanceOf(PolicyException.class)
        .hasMessage(policy + ":1:47: expected a check, found the end of the rule");
  }

  private App app(Map<String, String> changes) {
    Map<String, String> flags = new HashMap<>();
    flags.put("listen", "127.0.0.1:0");
    flags.put("data", data.toString());
    flags.put("database.url", database.settings().url());
    flags.put("database.user", database.settings().user());
    flags.put("database.password", database.settings().password().value());
    flags.put("auth.mode", "keystone");
    flags.put("keystone.url", cloud.keystone().toString());
    flags.put("keystone.username", "tocsin");
    flags.put("keystone.password", "secret");
    flags.put("keystone.project", "service");
    flags.putAll(changes);
    Settings settings = SettingsLoader.load(null, Map.of(), Map.of(), flags);
    return new App(settings, Clock.system(), _ -> {});
  }

  private int ask(URI url, String token) throws Exception {
    HttpRequest.Builder request = HttpRequest.newBuilder(url.resolve(SEGMENTS));
    if (!token.isEmpty()) {
      request.header("X-Auth-Token", token);
    }
    return http.send(request.build(), BodyHandlers.ofString()).statusCode();
  }

  private String token(String user, String project) throws Exception {
    String body =
        """
        {"auth": {"identity": {"methods": ["password"], "password": {"user": {
          "name": "%s", "domain": {"name": "Default"}, "password": "secret"}}},
         "scope": {"project": {"name": "%s", "domain": {"name": "Default"}}}}}
        """
            .formatted(user, project);
    HttpResponse<String> answer = post(URI.create(cloud.keystone() + "/v3/auth/tokens"), body);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
    return answer.headers().firstValue("X-Subject-Token").orElseThrow();
  }

  private void control(String path, String body) throws Exception {
    HttpResponse<String> answer = post(cloud.url().resolve(path), body);
    assertThat(answer.statusCode()).as(answer.body()).isBetween(200, 299);
  }

  private HttpResponse<String> post(URI url, String body) throws Exception {
    return http.send(
        HttpRequest.newBuilder(url)
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString(body))
            .build(),
        BodyHandlers.ofString());
  }
}
