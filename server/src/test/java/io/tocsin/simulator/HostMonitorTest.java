package io.tocsin.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import io.tocsin.clock.Clock;
import io.tocsin.http.ErrorPages;
import io.tocsin.http.HttpSettings;
import io.tocsin.http.Json;
import io.tocsin.http.Listener;
import io.tocsin.http.Mounts;
import io.tocsin.http.Request;
import io.tocsin.http.Response;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Reports of dead hosts, to something that answers in the place of Instance HA. */
class HostMonitorTest {
  private static final RegionSpec SPEC = RegionSpec.allActive(4, 8);

  private final List<Request> received = new CopyOnWriteArrayList<>();
  private final List<Integer> answers = new CopyOnWriteArrayList<>();
  private final Listener instanceHa =
      new Listener(
          HttpSettings.at("127.0.0.1", 0),
          Mounts.of(new Mounts.Mount("/v1", this::answer, ErrorPages.PLAIN)),
          Clock.system(),
          new SplittableRandom(1));

  HostMonitorTest() {
    instanceHa.start();
  }

  @AfterEach
  void close() {
    instanceHa.close();
  }

  private Response answer(Request request) {
    received.add(request);
    int index = Math.min(received.size(), answers.size()) - 1;
    return Response.empty(index < 0 ? 202 : answers.get(index));
  }

  private URI url() {
    return URI.create("http://127.0.0.1:" + instanceHa.address().getPort());
  }

  private static String outcome(RunningCloud cloud, String host) {
    return cloud
        .get("/simulator/hosts/" + host)
        .json()
        .path("report")
        .path("outcome")
        .asString("none");
  }

  private static void awaitOutcome(RunningCloud cloud, String host, String outcome) {
    RunningCloud.await(() -> outcome(cloud, host), outcome::equals);
  }

  @Test
  void reportsADeadHostAsMasakarisMonitorDoes() {
    try (RunningCloud cloud = RunningCloud.inMemory(SPEC)) {
      cloud.cloud().reportTo(url());

      cloud.post("/simulator/hosts/host-02/fail", "");
      awaitOutcome(cloud, "host-02", "accepted");

      assertThat(received).hasSize(1);
      Request request = received.getFirst();
      assertThat(request.method()).isEqualTo("POST");
      assertThat(request.rawPath()).isEqualTo("/v1/notifications");
      assertThat(request.headers().first("Content-Type")).hasValue("application/json");
      JsonNode notification = Json.parse(request.body()).path("notification");
      assertThat(notification.path("type").asString()).isEqualTo("COMPUTE_HOST");
      assertThat(notification.path("hostname").asString()).isEqualTo("host-02");
      assertThat(notification.path("generated_time").asString())
          .matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{6}");
      assertThat(notification.path("payload"))
          .isEqualTo(
              Json.object()
                  .put("event", "STOPPED")
                  .put("cluster_status", "OFFLINE")
                  .put("host_status", "NORMAL"));
    }
  }

  @Test
  void triesAgainAfterAnythingThatMayPass() {
    answers.addAll(List.of(503, 404, 202));
    try (RunningCloud cloud = RunningCloud.inMemory(SPEC)) {
      cloud.cloud().reportTo(url());

      cloud.post("/simulator/hosts/host-02/fail", "");
      awaitOutcome(cloud, "host-02", "accepted");

      assertThat(received).hasSize(3);
    }
  }

  @Test
  void dropsAReportThatIsRefusedForGood() {
    answers.add(409);
    try (RunningCloud cloud = RunningCloud.inMemory(SPEC)) {
      cloud.cloud().reportTo(url());

      cloud.post("/simulator/hosts/host-02/fail", "");
      awaitOutcome(cloud, "host-02", "refused with 409");

      assertThat(received).hasSize(1);
    }
  }

  @Test
  void logsOnFirstWhereItIsAskedToAndAgainWhereItsTokenIsRefused() {
    answers.addAll(List.of(202, 401, 202));
    try (RunningCloud cloud = RunningCloud.inMemory(SPEC)) {
      cloud.cloud().reportTo(url(), URI.create(cloud.baseUrl() + "/identity"));

      cloud.post("/simulator/hosts/host-02/fail", "");
      awaitOutcome(cloud, "host-02", "accepted");
      cloud.post("/simulator/hosts/host-03/fail", "");
      awaitOutcome(cloud, "host-03", "accepted");

      List<String> tokens =
          received.stream()
              .map(request -> request.headers().first("X-Auth-Token").orElse("none"))
              .toList();
      assertThat(tokens).hasSize(3).allMatch(token -> token.startsWith("gAAAAA"));
      assertThat(tokens.get(1)).isEqualTo(tokens.get(0));
      assertThat(tokens.get(2)).isNotEqualTo(tokens.get(1));
    }
  }

  @Test
  void triesAgainWhileKeystoneIsAway() {
    try (RunningCloud cloud = RunningCloud.inMemory(SPEC)) {
      cloud.cloud().reportTo(url(), URI.create(cloud.baseUrl() + "/identity"));
      cloud.post(
          "/simulator/faults",
          "{\"kind\": \"error-503\", \"service\": \"keystone\", \"count\": 2}");

      cloud.post("/simulator/hosts/host-02/fail", "");
      awaitOutcome(cloud, "host-02", "accepted");

      assertThat(received).hasSize(1);
    }
  }

  @Test
  void saysNothingWhenToldNotTo() {
    try (RunningCloud cloud = RunningCloud.inMemory(SPEC)) {
      cloud.cloud().reportTo(url());

      cloud.post("/simulator/hosts/host-02/fail?report=false", "");
      cloud.post("/simulator/hosts/host-03/fail", "");
      awaitOutcome(cloud, "host-03", "accepted");

      assertThat(outcome(cloud, "host-02")).isEqualTo("none");
      assertThat(received).hasSize(1);
    }
  }

  @Test
  void reportsAfterARestartWhatItHadNotSaidYet(@TempDir Path directory) {
    try (RunningCloud cloud = RunningCloud.keptIn(directory, SPEC, Behaviour.FAST)) {
      cloud.post("/simulator/hosts/host-02/fail", "");
      assertThat(outcome(cloud, "host-02")).isEqualTo("to be sent");
    }

    try (RunningCloud cloud = RunningCloud.keptIn(directory, SPEC, Behaviour.FAST)) {
      cloud.cloud().reportTo(url());
      awaitOutcome(cloud, "host-02", "accepted");
    }
    assertThat(received).hasSize(1);
  }

  @Test
  void reportsAHostThatDiesAgain() {
    try (RunningCloud cloud = RunningCloud.inMemory(SPEC)) {
      cloud.cloud().reportTo(url());
      cloud.post("/simulator/hosts/host-02/fail", "");
      awaitOutcome(cloud, "host-02", "accepted");

      cloud.post("/simulator/hosts/host-02/recover", "");
      cloud.post("/simulator/hosts/host-02/fail", "");
      RunningCloud.await(received::size, size -> size == 2);
    }
  }
}
