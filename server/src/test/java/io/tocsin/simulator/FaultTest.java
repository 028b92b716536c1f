package io.tocsin.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tocsin.clock.Clock;
import io.tocsin.simulator.RunningCloud.Answer;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Each kind of fault, through a socket. */
class FaultTest {
  private final RunningCloud cloud = RunningCloud.inMemory(RegionSpec.allActive(4, 8));

  @AfterEach
  void close() {
    cloud.close();
  }

  private void order(String fault) {
    Answer answer = cloud.post("/simulator/faults", fault);
    assertThat(answer.status()).as(answer.json().toString()).isEqualTo(201);
  }

  private static String server(String id) {
    return "/compute/v2.1/servers/" + id;
  }

  private JsonNode shown(String id) {
    return cloud.get(server(id)).json().path("server");
  }

  @Test
  void throttlesWithARetryAfterAndOnlyAsOftenAsOrdered() {
    String id = cloud.activeOn("host-01");
    order(
        "{\"kind\": \"throttle\", \"call\": \"lock\", \"count\": 1, \"retry_after\": \"1500ms\"}");

    Answer first = cloud.action(id, "{\"lock\": null}");
    assertThat(shown(id).path("locked").booleanValue()).isFalse();
    Answer second = cloud.action(id, "{\"lock\": null}");

    assertThat(first.status()).isEqualTo(429);
    assertThat(first.headers().firstValue("Retry-After")).hasValue("2");
    assertThat(first.json().has("overLimit")).isTrue();
    assertThat(second.status()).isEqualTo(202);
  }

  @Test
  void answers500And503WithoutActing() {
    String id = cloud.activeOn("host-01");
    order("{\"kind\": \"error-500\", \"call\": \"lock\", \"count\": 1, \"text\": \"broken\"}");
    order("{\"kind\": \"error-503\", \"call\": \"lock\", \"count\": 1}");

    Answer first = cloud.action(id, "{\"lock\": null}");
    Answer second = cloud.action(id, "{\"lock\": null}");

    assertThat(first.status()).isEqualTo(500);
    assertThat(first.message("computeFault")).isEqualTo("broken");
    assertThat(second.status()).isEqualTo(503);
    assertThat(second.json().has("serviceUnavailable")).isTrue();
    assertThat(shown(id).path("locked").booleanValue()).isFalse();
  }

  @Test
  void cutsTheConnectionBeforeActing() {
    String id = cloud.activeOn("host-01");
    order("{\"kind\": \"cut-before\", \"call\": \"lock\", \"count\": 1}");

    assertThatThrownBy(() -> lockOnce(id)).isInstanceOf(IOException.class);

    assertThat(shown(id).path("locked").booleanValue()).isFalse();
  }

  @Test
  void cutsTheConnectionAfterActing() {
    String id = cloud.activeOn("host-01");
    order("{\"kind\": \"cut-after\", \"call\": \"lock\", \"count\": 1}");

    assertThatThrownBy(() -> lockOnce(id)).isInstanceOf(IOException.class);

    assertThat(shown(id).path("locked").booleanValue()).isTrue();
  }

  private void lockOnce(String id) throws IOException {
    cloud.callOnce("POST", server(id) + "/action", "{\"lock\": null}", "2.53");
  }

  @Test
  void delaysACallBeforeOrAfterItActs() {
    String id = cloud.activeOn("host-01");
    order("{\"kind\": \"delay\", \"call\": \"lock\", \"delay\": \"150ms\", \"count\": 1}");
    order("{\"kind\": \"delay-answer\", \"call\": \"unlock\", \"delay\": \"150ms\", \"count\": 1}");

    assertThat(timeOf(() -> cloud.action(id, "{\"lock\": null}")))
        .isGreaterThanOrEqualTo(Duration.ofMillis(150));
    assertThat(timeOf(() -> cloud.action(id, "{\"unlock\": null}")))
        .isGreaterThanOrEqualTo(Duration.ofMillis(150));
  }

  @Test
  void waitsTheLatencyOfEveryCall() {
    cloud.patch("/simulator/settings", "{\"latency\": \"80ms..90ms\"}");

    assertThat(timeOf(() -> cloud.get("/compute/v2.1/os-services")))
        .isGreaterThanOrEqualTo(Duration.ofMillis(80));
  }

  private static Duration timeOf(Runnable work) {
    long start = Clock.system().nanoTime();
    work.run();
    return Duration.ofNanos(Clock.system().nanoTime() - start);
  }

  @Test
  void failsAnEvacuationOnItsTargetWithTheTextOrdered() {
    String id = cloud.activeOn("host-01");
    order("{\"kind\": \"evacuation-fails\", \"instance\": \"" + id + "\", \"text\": \"no disk\"}");
    cloud.failAndForceDown("host-01");

    Answer answer = cloud.action(id, "{\"evacuate\": {}}");

    assertThat(answer.status()).isEqualTo(200);
    JsonNode failed =
        RunningCloud.await(() -> shown(id), it -> it.path("status").asString("").equals("ERROR"));
    assertThat(failed.path("fault").path("message").asString()).isEqualTo("no disk");
    assertThat(failed.path("OS-EXT-SRV-ATTR:host").asString()).isEqualTo("host-01");
  }

  @Test
  void bouncesAnEvacuationWithoutAWord() {
    String id = cloud.activeOn("host-01");
    order("{\"kind\": \"evacuation-bounces\", \"host\": \"host-01\", \"count\": 1}");
    cloud.failAndForceDown("host-01");
    cloud.action(id, "{\"evacuate\": {}}");

    JsonNode bounced =
        RunningCloud.await(() -> shown(id), it -> it.path("OS-EXT-STS:task_state").isNull());

    assertThat(bounced.path("OS-EXT-SRV-ATTR:host").asString()).isEqualTo("host-01");
    assertThat(bounced.path("OS-EXT-STS:vm_state").asString()).isEqualTo("active");
    assertThat(bounced.has("fault")).isFalse();
    cloud.action(id, "{\"evacuate\": {}}");
    RunningCloud.await(
        () -> shown(id), it -> !it.path("OS-EXT-SRV-ATTR:host").asString("").equals("host-01"));
  }

  @Test
  void hangsAnEvacuationForEver() {
    try (SimulatedCloud region =
        SimulatedCloud.inMemory(RegionSpec.allActive(4, 8), Behaviour.DEMO, new HandClock())) {
      Desk desk = new Desk(region);
      String id = desk.instancesOn("host-01").getFirst();
      desk.ask("POST", "/simulator/faults", "{\"kind\": \"evacuation-hangs\", \"count\": 1}");
      desk.ask("PATCH", "/simulator/settings", "{\"latency\": \"1h\"}");
      desk.fail("host-01");
      desk.forceDown("host-01");

      desk.action(id, "{\"evacuate\": {}}");

      assertThat(desk.server(id).path("OS-EXT-STS:task_state").asString()).isEqualTo("rebuilding");
    }
  }

  @Test
  void strikesOnlyWhatItFits() {
    String here = cloud.activeOn("host-01");
    String there = cloud.activeOn("host-02");
    order("{\"kind\": \"error-500\", \"call\": \"lock\", \"host\": \"host-02\"}");

    assertThat(cloud.action(here, "{\"lock\": null}").status()).isEqualTo(202);
    assertThat(cloud.action(there, "{\"unlock\": null}").status()).isEqualTo(202);
    assertThat(cloud.action(there, "{\"lock\": null}").status()).isEqualTo(500);
    assertThat(cloud.get("/compute/v2.1/os-services?host=host-02").status()).isEqualTo(200);
  }

  @Test
  void theSameSeedStrikesTheSameCalls() {
    assertThat(luck(7)).isEqualTo(luck(7)).isNotEqualTo(luck(8));
  }

  private List<Integer> luck(int seed) {
    cloud.delete("/simulator/faults");
    order("{\"kind\": \"error-503\", \"probability\": 0.5, \"seed\": " + seed + "}");
    List<Integer> statuses = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      statuses.add(cloud.get("/compute/v2.1/os-services").status());
    }
    assertThat(statuses).contains(200, 503);
    return statuses;
  }

  @Test
  void listsRemovesAndClears() {
    order("{\"kind\": \"delay\", \"delay\": \"5s\", \"call\": \"stop\"}");
    order("{\"kind\": \"cut-after\", \"call\": \"stop\"}");

    JsonNode listed = cloud.get("/simulator/faults").json().path("faults");
    assertThat(listed)
        .extracting(f -> f.path("kind").asString())
        .containsExactly("delay", "cut-after");
    assertThat(cloud.delete("/simulator/faults/1").json().path("faults")).hasSize(1);
    assertThat(cloud.delete("/simulator/faults/1").status()).isEqualTo(404);
    assertThat(cloud.delete("/simulator/faults").json().path("faults")).isEmpty();
  }

  @Test
  void refusesOrdersItCannotRead() {
    for (String order :
        List.of(
            "{}",
            "[]",
            "{\"kind\": \"flood\"}",
            "{\"kind\": \"delay\", \"call\": \"dance\"}",
            "{\"kind\": \"delay\", \"delay\": \"soon\"}",
            "{\"kind\": \"delay\", \"count\": 0}",
            "{\"kind\": \"delay\", \"probability\": 2}",
            "{\"kind\": \"delay\", \"instance\": \"web-1\"}",
            "{\"kind\": \"delay\", \"seed\": \"x\"}",
            "{\"kind\": \"delay\", \"times\": 3}",
            "not json")) {
      Answer answer = cloud.post("/simulator/faults", order);
      assertThat(answer.status()).as(order).isEqualTo(400);
      assertThat(answer.json().path("error").asString()).isNotEmpty();
    }
    assertThat(cloud.post("/simulator/faults", "{\"kind\": \"delay\", \"host\": \"h\"}").status())
        .isEqualTo(404);
  }
}
