package io.tocsin.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.tocsin.Waiting;
import io.tocsin.clock.Clock;
import io.tocsin.failover.NewHost;
import io.tocsin.failover.NewSegment;
import io.tocsin.failover.RecoveryMethod;
import io.tocsin.failover.Segment;
import io.tocsin.simulator.Behaviour;
import io.tocsin.simulator.RegionSpec;
import io.tocsin.simulator.ServedCloud;
import io.tocsin.store.DatabaseSettings;
import io.tocsin.store.EmbeddedPostgres;
import io.tocsin.store.TestDatabase;
import java.lang.management.ManagementFactory;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** What the page of metrics shows, after a host of a simulated cloud has died and was recovered. */
class MetricsTest {
  private static final Pattern ROW =
      Pattern.compile("\\| `(\\S+)` \\| (counter|gauge|histogram|summary) \\| (.*?) \\| .+ \\|");

  @TempDir private static Path data;
  private static final TestDatabase DATABASE = TestDatabase.create();
  private static final ServedCloud CLOUD =
      ServedCloud.inMemory(RegionSpec.allActive(4, 40), Behaviour.FAST);
  private static final HttpClient HTTP = HttpClient.newHttpClient();
  private static App running;
  private static URI url;

  @BeforeAll
  static void recoverAHost() throws Exception {
    running = app(DATABASE.settings(), Map.of());
    App.Started started = running.startParts();
    url = started.url();
    Segment segment =
        started.segments().create(new NewSegment("s", "COMPUTE", RecoveryMethod.AUTO, true, null));
    for (String host : CLOUD.cloud().hostNames()) {
      started
          .hosts()
          .create(segment.id().toString(), new NewHost(host, "COMPUTE", "SSH", false, false));
    }
    CLOUD.control("POST", "/simulator/hosts/host-01/fail?report=false", "");
    assertThat(report("host-01").statusCode()).isEqualTo(202);
    assertThat(report("host-01").statusCode()).isEqualTo(409);
    assertThat(report("host-99").statusCode()).isEqualTo(400);
    Waiting.until(() ->
        scrape().value("tocsin_recovery_seconds_count", "type=compute_host", "status=finished")
            == 1);
  }

  @AfterAll
  static void stop() {
    running.stop();
    HTTP.shutdownNow();
    CLOUD.close();
    DATABASE.close();
  }

  @Test
  void countsReportsByWhatBecameOfThem() {
    Scrape scrape = scrape();

    assertThat(scrape.value("tocsin_reports_total", "type=compute_host", "result=accepted"))
        .isEqualTo(1);
    assertThat(scrape.value("tocsin_reports_total", "type=compute_host", "result=duplicate"))
        .isEqualTo(1);
    assertThat(scrape.value("tocsin_reports_total", "type=compute_host", "result=unknown_host"))
        .isEqualTo(1);
    assertThat(scrape.value("tocsin_reports_total", "type=vm", "result=accepted")).isZero();
    assertThat(scrape.value("tocsin_report_commit_seconds_count")).isEqualTo(3);
    assertThat(scrape.value("tocsin_report_batch_reports_sum")).isEqualTo(3);
    assertThat(scrape.value("tocsin_http_requests_total", "api=/v1", "method=POST", "status=2xx"))
        .isEqualTo(1);
    assertThat(scrape.value("tocsin_http_requests_total", "api=/v1", "method=POST", "status=4xx"))
        .isEqualTo(2);
  }

  @Test
  void countsARecoveryAndItsInstances() {
    Scrape scrape = scrape();

    assertThat(
            scrape.value("tocsin_recovery_attempts_total", "type=compute_host", "result=finished"))
        .isEqualTo(1);
    assertThat(scrape.value("tocsin_recovery_first_claim_seconds_count", "type=compute_host"))
        .isEqualTo(1);
    assertThat(scrape.value("tocsin_recovery_seconds_sum", "type=compute_host", "status=finished"))
        .isBetween(0.0, 30.0);
    assertThat(scrape.value("tocsin_instances_total", "result=succeeded")).isEqualTo(10);
    assertThat(scrape.value("tocsin_instances_total", "result=failed")).isZero();
    assertThat(scrape.value("tocsin_lease_losses_total")).isZero();
    assertThat(scrape.value("tocsin_events_published_total", "source=engine")).isGreaterThan(2);
    Waiting.until(() -> scrape().value("tocsin_leases_held") == 0);
    // The longest wait until the queue is looked at again.
    Waiting.until(() -> scrape().value("tocsin_recoveries", "state=running") == 0);
    assertThat(scrape().value("tocsin_recoveries", "state=due")).isZero();
  }

  @Test
  void countsTheCallsThatTheCloudCounts() {
    JsonNode theirs = CLOUD.control("GET", "/simulator/calls", null).path("by_kind");
    Scrape scrape = scrape();

    for (String operation : List.of("evacuate", "lock", "unlock")) {
      assertThat(
              scrape.value(
                  "tocsin_cloud_calls_total",
                  "service=nova",
                  "operation=" + operation,
                  "result=ok"))
          .as(operation)
          .isEqualTo(10)
          .isEqualTo(theirs.path(operation).asDouble());
    }
    assertThat(
            scrape.value("tocsin_cloud_call_seconds_count", "service=nova", "operation=evacuate"))
        .isEqualTo(10);
    assertThat(scrape.value("tocsin_cloud_calls_in_flight", "service=nova")).isZero();
    assertThat(scrape.valuesOf("operation")).doesNotContain("other");
  }

  @Test
  void loopsTurn() {
    for (String loop : List.of("claimer", "heartbeat", "queue_look", "event_expiry")) {
      double before = scrape().value("tocsin_loop_last_success_timestamp_seconds", "loop=" + loop);
      Waiting.until(() ->
          scrape().value("tocsin_loop_last_success_timestamp_seconds", "loop=" + loop) > before);
      assertThat(scrape().value("tocsin_loop_failures_total", "loop=" + loop)).isZero();
    }
  }

  @Test
  void showsNobodysNamesOrIds() throws Exception {
    assertThat(get("/metrics").body())
        .doesNotContain("host-0", "\"s\"")
        .doesNotContainPattern("[0-9a-f]{8}-[0-9a-f]{4}");
  }

  @Test
  void isReadAndNothingElse() throws Exception {
    HttpResponse<String> page = get("/metrics");
    assertThat(page.headers().firstValue("Content-Type"))
        .contains("text/plain; version=0.0.4; charset=utf-8");
    HttpResponse<String> head = send("HEAD", "/metrics");
    assertThat(head.statusCode()).isEqualTo(200);
    assertThat(head.body()).isEmpty();
    assertThat(send("POST", "/metrics").statusCode()).isEqualTo(405);
    assertThat(send("POST", "/metrics").headers().firstValue("Allow")).contains("GET, HEAD");
    assertThat(get("/metrics/x").statusCode()).isEqualTo(404);
  }

  @Test
  void theDocumentationListsExactlyTheMetricsThereAre() throws Exception {
    // Pauses for garbage appear with the first.
    ManagementFactory.getMemoryMXBean().gc();
    Waiting.until(() -> scrape().families().containsKey("jvm_gc_pause_seconds"));
    Map<String, String> shown = new TreeMap<>();
    Map<String, Scrape.Family> families = scrape().families();
    for (Map.Entry<String, Scrape.Family> entry : families.entrySet()) {
      String name = entry.getKey();
      // Beside a histogram stands the largest of the last minutes.
      Scrape.Family measured = families.get(name.replaceFirst("_max$", ""));
      boolean isOwn = !name.endsWith("_max") || measured == null || measured.type.equals("gauge");
      // Which phases a collector has is its own affair.
      if (isOwn && !name.startsWith("jvm_gc_concurrent")) {
        shown.put(
            name, entry.getValue().type + " of " + String.join(", ", entry.getValue().labels));
      }
    }

    Map<String, String> documented =
        Files.readAllLines(Path.of("../docs/metrics.md")).stream()
            .map(ROW::matcher)
            .filter(Matcher::matches)
            .collect(
                Collectors.toMap(
                    row -> row.group(1),
                    row -> row.group(2) + " of " + row.group(3).replace("`", ""),
                    (a, b) -> a + " and " + b,
                    TreeMap::new));
    assertThat(documented).isEqualTo(shown);
  }

  @Test
  void answersWhileTheDatabaseIsAway(@TempDir Path directory) throws Exception {
    EmbeddedPostgres postgres =
        EmbeddedPostgres.start(directory.resolve("db"), Clock.system(), _ -> {});
    App app = app(postgres.connection(), Map.of("data", directory.resolve("data").toString()));
    try {
      URI its = app.start();
      Waiting.until(
          () -> Scrape.read(body(its)).value("hikaricp_connections", "pool=tocsin-leases") > 0);

      postgres.close();

      Waiting.until(
          () -> Scrape.read(body(its)).value("tocsin_loop_failures_total", "loop=claimer") > 0);
      long askedAt = System.nanoTime();
      Scrape scrape = Scrape.read(body(its));
      assertThat(Duration.ofNanos(System.nanoTime() - askedAt)).isLessThan(Duration.ofSeconds(2));
      assertThat(scrape.value("tocsin_recoveries", "state=due")).isZero();
    } finally {
      app.stop();
      postgres.close();
    }
  }

  @Test
  void canBeSwitchedOff() throws Exception {
    App app = app(DATABASE.settings(), Map.of("metrics.enabled", "false"));
    try {
      HttpResponse<String> answer = send("GET", app.start().resolve("/metrics"));

      assertThat(answer.statusCode()).isNotEqualTo(200);
      assertThat(answer.body()).doesNotContain("tocsin_");
    } finally {
      app.stop();
    }
  }

  private static App app(DatabaseSettings database, Map<String, String> changes) {
    Map<String, String> flags = new HashMap<>();
    flags.put("listen", "127.0.0.1:0");
    flags.put("data", data.toString());
    flags.put("cloud.endpoint", CLOUD.url() + "/compute/v2.1");
    flags.put("database.url", database.url());
    flags.put("database.user", database.user());
    flags.put("database.password", database.password().value());
    flags.putAll(changes);
    return new App(SettingsLoader.load(null, Map.of(), Map.of(), flags), Clock.system(), _ -> {});
  }

  private static HttpResponse<String> report(String host) throws Exception {
    String body =
        """
        {"notification": {"type": "COMPUTE_HOST", "hostname": "%s",
          "generated_time": "2026-01-01T00:00:00",
          "payload": {"event": "STOPPED", "host_status": "NORMAL", "cluster_status": "OFFLINE"}}}
        """
            .formatted(host);
    return HTTP.send(
        HttpRequest.newBuilder(url.resolve("/v1/notifications"))
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(body))
            .build(),
        HttpResponse.BodyHandlers.ofString());
  }

  private static Scrape scrape() {
    return Scrape.read(body(url));
  }

  private static String body(URI server) {
    try {
      return send("GET", server.resolve("/metrics")).body();
    } catch (Exception e) {
      throw new AssertionError("no page", e);
    }
  }

  private static HttpResponse<String> get(String path) throws Exception {
    return send("GET", path);
  }

  private static HttpResponse<String> send(String method, String path) throws Exception {
    return send(method, url.resolve(path));
  }

  private static HttpResponse<String> send(String method, URI target) throws Exception {
    return HTTP.send(
        HttpRequest.newBuilder(target)
            .method(method, HttpRequest.BodyPublishers.noBody())
            .timeout(Duration.ofSeconds(10))
            .build(),
        HttpResponse.BodyHandlers.ofString());
  }
}
