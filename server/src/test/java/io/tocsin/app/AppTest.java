package io.tocsin.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Level;
import io.tocsin.Waiting;
import io.tocsin.clock.Clock;
import io.tocsin.clock.Deadline;
import io.tocsin.http.ListenException;
import io.tocsin.http.LoggedLines;
import io.tocsin.identity.Bearer;
import io.tocsin.identity.Bearers;
import io.tocsin.openstack.ScriptedServer;
import io.tocsin.store.DatabaseSettings;
import io.tocsin.store.TestDatabase;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AppTest {
  private static final DatabaseSettings DATABASE = TestDatabase.create().settings();

  @TempDir private static Path data;

  @Test
  void startsAnswersAndStopsAsOftenAsOneLikes() throws Exception {
    App app = app(Map.of());
    URI url = app.start();

    HttpResponse<String> health = read(url.resolve("/healthcheck"));
    assertThat(health.statusCode()).isEqualTo(200);
    assertThat(health.body()).contains("OK");
    assertThat(read(url.resolve("/v1/segments")).body()).isEqualTo("{\"segments\":[]}");
    assertThat(read(url.resolve("/openapi")).body()).contains(url + "/openapi/instance-ha.yaml");
    assertThat(read(url.resolve("/openapi/instance-ha.json")).body()).contains("/v1/segments");

    app.stop();
    app.stop();

    assertThatThrownBy(() -> new Socket(url.getHost(), url.getPort()).close())
        .isInstanceOf(IOException.class);
    awaitNoThreadsOfOurs();
  }

  @Test
  void leavesATokenForTheOperatorsThatIsTheSameAtEachStart() throws IOException {
    Path file = data.resolve("operator-token");
    App first = app(Map.of());
    Bearers bearers = first.startParts().accounts().bearers();
    String token = Files.readString(file).strip();
    assertThat(bearers.identify("Bearer " + token, "GET", "/"))
        .isInstanceOfSatisfying(
            Bearer.Known.class, it -> assertThat(bearers.isOperator(it.principal())).isTrue());
    assertThat(bearers.identify("Bearer anything", "GET", "/")).isEqualTo(new Bearer.Invalid());
    first.stop();

    App second = app(Map.of());
    second.start();
    second.stop();
    assertThat(file).hasContent(token + "\n");
  }

  @Test
  void startsWithoutAPlaceForTheOperatorsToken() throws IOException {
    Path blocked = Files.writeString(data.resolve("a-file"), "");
    App app = app(Map.of("data", blocked.toString()));
    try (LoggedLines lines = LoggedLines.of("io.tocsin.app")) {
      app.start();
      app.stop();

      assertThat(lines.atLevel(Level.WARN))
          .filteredOn(it -> it.getMessage().startsWith("operators' token"))
          .isNotEmpty();
    }
  }

  @Test
  void aStartThatFailsStopsWhatItHadStarted() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      App app = app(Map.of("listen", "127.0.0.1:" + taken.getLocalPort()));

      assertThatThrownBy(app::start)
          .isInstanceOf(ListenException.class)
          .hasMessageContaining("127.0.0.1:" + taken.getLocalPort());
      awaitNoThreadsOfOurs();
      app.stop();
    }
  }

  @Test
  void startsWithoutItsCloudAndSaysSo() {
    // A port that nobody listens on, and a cloud that is none.
    Map<String, String> nowhere =
        Map.of("cloud.endpoint", "http://127.0.0.1:1/v2.1", "cloud.tries", "1");
    App app = app(nowhere);
    try (LoggedLines lines = LoggedLines.of("io.tocsin.app.App")) {
      app.start();

      Waiting.until(() -> !lines.atLevel(Level.WARN).isEmpty());
      assertThat(lines.atLevel(Level.WARN).getFirst().getMessage())
          .startsWith("cloud cannot be used");
    } finally {
      app.stop();
    }
  }

  @Test
  void startsWithoutKeystoneAndSaysSo() {
    App app = app(keystone("http://127.0.0.1:1/identity"));
    try (LoggedLines lines = LoggedLines.of("io.tocsin.app.App")) {
      URI url = app.start();

      assertThat(url.getPort()).isPositive();
      Waiting.until(() -> !lines.atLevel(Level.WARN).isEmpty());
      assertThat(lines.atLevel(Level.WARN).getFirst().getKeyValuePairs().toString())
          .contains("No log-on to Keystone at http://127.0.0.1:1/identity/v3");
    } finally {
      app.stop();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"keystone.ca-file", "cloud.ca-file"})
  void refusesToStartWithoutTheAuthoritiesItWasTold(String setting) throws Exception {
    Map<String, String> settings = keystone("https://127.0.0.1:1");
    settings.put(setting, "/no/such/file.pem");
    App app = app(settings);

    assertThatThrownBy(app::start)
        .isInstanceOf(StartRefusedException.class)
        .hasMessage(setting + ": /no/such/file.pem: no such file, or it cannot be read");
    awaitNoThreadsOfOurs();
  }

  private static Map<String, String> keystone(String url) {
    return new HashMap<>(
        Map.of(
            "keystone.url", url,
            "keystone.username", "tocsin",
            "keystone.password", "hunter2",
            "keystone.project", "service"));
  }

  /** Logs of both sides can be put together: by the request's id, or the notification's. */
  @Test
  void whatCausesACallOfTheCloudIsToldToTheCloud() throws Exception {
    try (ScriptedServer nova = new ScriptedServer()) {
      nova.reply(
          ScriptedServer.json(
              200,
              "{\"services\": [{\"id\": \"1\", \"host\": \"cmp-1\", \"status\": \"enabled\","
                  + " \"state\": \"up\"}], \"servers\": []}"));
      App app = app(Map.of("cloud.endpoint", nova.endpoint().toString()));
      try {
        URI url = app.start();
        String segment =
            post(
                    url.resolve("/v1/segments"),
                    "{\"segment\": {\"name\": \"s-ids\", \"recovery_method\": \"auto\","
                        + " \"service_type\": \"compute\"}}")
                .body()
                .replaceAll("(?s).*\"uuid\": ?\"([^\"]+)\".*", "$1");
        HttpResponse<String> host =
            post(
                url.resolve("/v1/segments/" + segment + "/hosts"),
                "{\"host\": {\"name\": \"cmp-1\", \"type\": \"COMPUTE\","
                    + " \"control_attributes\": \"x\"}}");
        assertThat(host.statusCode()).as(host.body()).isBetween(200, 299);
        assertThat(requestIds(nova))
            .contains(host.headers().firstValue("x-openstack-request-id").orElseThrow());

        String notification =
            post(
                    url.resolve("/v1/notifications"),
                    "{\"notification\": {\"type\": \"COMPUTE_HOST\", \"hostname\": \"cmp-1\","
                        + " \"generated_time\": \"2026-01-01T00:00:00\", \"payload\":"
                        + " {\"event\": \"STOPPED\", \"host_status\": \"NORMAL\","
                        + " \"cluster_status\": \"OFFLINE\"}}}")
                .body()
                .replaceAll("(?s).*\"notification_uuid\": ?\"([^\"]+)\".*", "$1");
        Waiting.until(() -> requestIds(nova).contains("req-" + notification));
      } finally {
        app.stop();
      }
    }
  }

  private static List<String> requestIds(ScriptedServer nova) {
    return nova.received().stream()
        .map(r -> r.headers().getOrDefault("X-OpenStack-Request-ID", "none"))
        .toList();
  }

  private static HttpResponse<String> post(URI url, String body) throws Exception {
    try (HttpClient client = HttpClient.newHttpClient()) {
      return client.send(
          HttpRequest.newBuilder(url)
              .header("Content-Type", "application/json")
              .POST(HttpRequest.BodyPublishers.ofString(body))
              .build(),
          HttpResponse.BodyHandlers.ofString());
    }
  }

  @Test
  void stopsInReverseOrderWhateverAPartThrows() {
    List<String> stopped = new ArrayList<>();
    Stops stops = new Stops();
    stops.add("first", _ -> stopped.add("first"));
    stops.add(
        "second",
        _ -> {
          throw new IllegalStateException("this part does not stop");
        });
    stops.add("third", _ -> stopped.add("third"));

    stops.all(Deadline.in(Duration.ZERO, Clock.system()));

    assertThat(stopped).containsExactly("third", "first");
  }

  private static App app(Map<String, String> changes) {
    Map<String, String> flags = new HashMap<>();
    flags.put("listen", "127.0.0.1:0");
    flags.put("data", data.toString());
    flags.put("database.url", DATABASE.url());
    flags.put("database.user", DATABASE.user());
    flags.put("database.password", DATABASE.password().value());
    flags.putAll(changes);
    Settings settings = SettingsLoader.load(null, Map.of(), Map.of(), flags);
    return new App(settings, Clock.system(), _ -> {});
  }

  private static HttpResponse<String> read(URI url) throws Exception {
    try (HttpClient client = HttpClient.newHttpClient()) {
      return client.send(HttpRequest.newBuilder(url).build(), HttpResponse.BodyHandlers.ofString());
    }
  }

  /** The engine's and the listener's platform threads; they end soon, if not at once. */
  private static void awaitNoThreadsOfOurs() {
    Waiting.until(() ->
        Thread.getAllStackTraces().keySet().stream()
            .noneMatch(thread -> thread.getName().matches("heartbeat|http-.*")));
  }
}
