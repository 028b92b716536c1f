package io.tocsin.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.tocsin.Waiting;
import io.tocsin.cli.TocsinProcess;
import io.tocsin.simulator.Behaviour;
import io.tocsin.simulator.RegionSpec;
import io.tocsin.store.DatabaseSettings;
import io.tocsin.store.TestDatabase;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Two server processes on one database: promises P3 and P4 where they could break. */
class ClusterTest {
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private static final int HOSTS = 20;
  private static final int REPORTS_PER_HOST = 10;

  @TempDir Path directory;

  private static TocsinProcess node(Stage stage, DatabaseSettings database, String... more) {
    List<String> settings =
        new ArrayList<>(
            List.of("database.url=" + database.url(), "database.user=" + database.user()));
    settings.addAll(List.of(more));
    return stage.start(
        Map.of("TOCSIN_DATABASE_PASSWORD", database.password().value()),
        settings.toArray(String[]::new));
  }

  @Test
  void acceptsOneOfEachPairSentToBothNodesAtOnceAndRecoversItOnce() throws Exception {
    try (TestDatabase database = TestDatabase.create();
        Stage stage =
            new Stage(
                directory, RegionSpec.allActive(HOSTS, HOSTS * REPORTS_PER_HOST), Behaviour.FAST)) {
      TocsinProcess first = node(stage, database.settings());
      TocsinProcess second = node(stage, database.settings());
      List<Api> nodes = List.of(new Api(first.awaitReady()), new Api(second.awaitReady()));
      stage.enrolAll(nodes.getFirst());

      List<List<Future<Integer>>> pairs = new ArrayList<>();
      try (ExecutorService monitors = Executors.newVirtualThreadPerTaskExecutor()) {
        for (String host : stage.hostNames()) {
          for (JsonNode instance : stage.instancesOn(host)) {
            Map<String, Object> report =
                Stage.report(
                    "VM",
                    host,
                    Map.of(
                        "event", "LIFECYCLE",
                        "vir_domain_event", "STOPPED_FAILED",
                        "instance_uuid", instance.path("id").asString()));
            pairs.add(
                nodes.stream()
                    .map(node ->
                        monitors.submit(
                            () -> node.call("POST", "/v1/notifications", report).status()))
                    .toList());
          }
        }
      }
      assertThat(pairs).hasSize(HOSTS * REPORTS_PER_HOST);
      for (List<Future<Integer>> pair : pairs) {
        assertThat(List.of(pair.get(0).get(), pair.get(1).get()))
            .containsExactlyInAnyOrder(202, 409);
      }
      Waiting.until(PATIENCE, () -> finished(nodes.getLast()) == HOSTS * REPORTS_PER_HOST);
      JsonNode calls = stage.simulator.get("/simulator/calls").path("by_kind");
      assertThat(calls.path("stop").asInt()).isEqualTo(HOSTS * REPORTS_PER_HOST);
      assertThat(calls.path("start").asInt()).isEqualTo(HOSTS * REPORTS_PER_HOST);
      assertThat(first.err() + second.err()).doesNotContain("ERROR");
    }
  }

  private static int finished(Api api) {
    return api.get("/v1/notifications?status=finished").path("notifications").size();
  }

  @Test
  void aKilledNodesRecoveryGoesOnElsewhereWithinTenSeconds() {
    try (TestDatabase database = TestDatabase.create();
        Stage stage = new Stage(directory, RegionSpec.allActive(4, 200), Behaviour.FAST)) {
      stage.simulator.call(
          "PATCH", "/simulator/settings", Map.of("evacuation_time", "800ms", "latency", "5ms"));
      TocsinProcess first = node(stage, database.settings(), "recovery.max-evacuations=5");
      Api api = new Api(first.awaitReady());
      stage.enrolAll(api);
      List<JsonNode> doomed = stage.instancesOn("host-01");
      assertThat(doomed).hasSize(50);
      String notification = stage.failHost("host-01", api);
      Waiting.until(PATIENCE, () -> succeeded(api, notification) >= 5);

      // The rest takes longer than a second node takes to start on a busy machine.
      stage.simulator.call("PATCH", "/simulator/settings", Map.of("evacuation_time", "10s"));
      // Started only now, so that it cannot be the one that is running the recovery.
      TocsinProcess second = node(stage, database.settings());
      Api other = new Api(second.awaitReady());
      long epoch = epoch(database);
      first.kill();
      long killed = System.nanoTime();
      stage.simulator.call("PATCH", "/simulator/settings", Map.of("evacuation_time", "800ms"));
      Waiting.until(PATIENCE, () -> epoch(database) > epoch);
      assertThat(Duration.ofNanos(System.nanoTime() - killed)).isLessThan(Duration.ofSeconds(10));

      Waiting.until(PATIENCE, () -> status(other, notification).equals("finished"));
      assertMovedOnce(stage, other, notification, doomed);
      assertThat(second.err()).doesNotContain("ERROR");
    }
  }

  private static long epoch(TestDatabase database) {
    return database
        .database()
        .read(handle ->
            handle.createQuery("select max(epoch) from recovery").mapTo(Long.class).one());
  }

  static int succeeded(Api api, String notification) {
    return api.get("/v1/notifications/" + notification + "/vmoves?status=succeeded")
        .path("vmoves")
        .size();
  }

  static String status(Api api, String notification) {
    return api.get("/v1/notifications/" + notification)
        .path("notification")
        .path("status")
        .asString();
  }

  static void assertMovedOnce(Stage stage, Api api, String notification, List<JsonNode> doomed) {
    assertThat(stage.instancesOn("host-01")).isEmpty();
    assertThat(succeeded(api, notification)).isEqualTo(doomed.size());
    for (JsonNode instance : doomed) {
      JsonNode now = stage.simulator.get("/simulator/instances/" + instance.path("id").asString());
      assertThat(now.path("evacuations").path("accepted").asInt()).isEqualTo(1);
      assertThat(now.path("locked_by").isNull()).isTrue();
      assertThat(now.path("vm_state").asString()).isEqualTo("active");
    }
  }
}
