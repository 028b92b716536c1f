package io.tocsin.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import io.tocsin.simulator.RunningCloud.Answer;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Evacuate as the compute service documents it, through a socket. */
class EvacuationTest {
  private static final RunningCloud cloud = RunningCloud.inMemory(new RegionSpec(12, 240));

  @AfterAll
  static void close() {
    cloud.close();
  }

  private static JsonNode server(String id) {
    return cloud.get("/compute/v2.1/servers/" + id).json().path("server");
  }

  private static JsonNode awaitHostOtherThan(String host, String id) {
    return RunningCloud.await(
        () -> server(id), it -> !it.path("OS-EXT-SRV-ATTR:host").asString("").equals(host));
  }

  private static String withState(String host, String state) {
    return cloud.instanceOn(
        host,
        it -> it.path("vm_state").asString("").equals(state) && it.path("task_state").isNull());
  }

  @Test
  void movesAnActiveServerToALivingHost() {
    String id = cloud.activeOn("host-01");
    cloud.failAndForceDown("host-01");

    Answer answer = cloud.action(id, "{\"evacuate\": {}}");

    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.json().isMissingNode()).isTrue();
    JsonNode moved = awaitHostOtherThan("host-01", id);
    assertThat(moved.path("OS-EXT-STS:vm_state").asString()).isEqualTo("active");
    assertThat(moved.path("OS-EXT-STS:task_state").isNull()).isTrue();
    JsonNode seen = cloud.instance(id);
    assertThat(seen.path("runs_on")).isEqualTo(seen.path("host"));
    assertThat(seen.path("evacuations").path("received").intValue()).isEqualTo(1);
    assertThat(seen.path("evacuations").path("accepted").intValue()).isEqualTo(1);
    assertThat(seen.path("evacuations").path("arrived").intValue()).isEqualTo(1);
    assertThat(seen.path("evacuations").path("while_running").intValue()).isZero();
  }

  @Test
  void leavesAStoppedServerStoppedAndAnErroredOneActive() {
    String stopped = withState("host-03", "stopped");
    cloud.failAndForceDown("host-03");
    String errored = cloud.activeOn("host-03");
    cloud.action(errored, "{\"os-resetState\": {\"state\": \"error\"}}");

    cloud.action(stopped, "{\"evacuate\": {}}");
    cloud.action(errored, "{\"evacuate\": {}}");

    JsonNode first = awaitHostOtherThan("host-03", stopped);
    assertThat(first.path("OS-EXT-STS:vm_state").asString()).isEqualTo("stopped");
    assertThat(first.path("OS-EXT-STS:power_state").intValue()).isEqualTo(4);
    JsonNode second = awaitHostOtherThan("host-03", errored);
    assertThat(second.path("OS-EXT-STS:vm_state").asString()).isEqualTo("active");
  }

  @Test
  void refusesWhileTheServiceIsUp() {
    String id = cloud.activeOn("host-04");

    Answer answer = cloud.action(id, "{\"evacuate\": {}}");

    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.message("badRequest"))
        .isEqualTo("Compute service of host-04 is still in use.");
    assertThat(cloud.instance(id).path("evacuations").path("received").intValue()).isEqualTo(1);
    assertThat(cloud.instance(id).path("evacuations").path("accepted").intValue()).isZero();
  }

  @Test
  void refusesAPausedServerBeforeItLooksAtTheService() {
    String id = withState("host-05", "paused");

    Answer answer = cloud.action(id, "{\"evacuate\": {}}");

    assertThat(answer.status()).isEqualTo(409);
    assertThat(answer.message("conflictingRequest"))
        .isEqualTo("Cannot 'evacuate' instance " + id + " while it is in vm_state paused");
  }

  @Test
  void refusesUnknownServersAndTargets() {
    String nobody = "00000000-0000-4000-8000-000000000000";
    String id = cloud.activeOn("host-09");

    Answer unknown = cloud.action(nobody, "{\"evacuate\": {}}");
    Answer noTarget = cloud.action(id, "{\"evacuate\": {\"host\": \"host-99\"}}");
    Answer same = cloud.action(id, "{\"evacuate\": {\"host\": \"host-09\"}}");

    assertThat(unknown.status()).isEqualTo(404);
    assertThat(unknown.message("itemNotFound"))
        .isEqualTo("Instance " + nobody + " could not be found.");
    assertThat(noTarget.status()).isEqualTo(404);
    assertThat(noTarget.message("itemNotFound")).isEqualTo("Compute host host-99 not found.");
    assertThat(same.status()).isEqualTo(400);
    assertThat(same.message("badRequest")).isEqualTo("The target host can't be the same one.");
  }

  @Test
  void goesToTheNamedHostAndFindsNoValidHostWhereThatOneIsDisabled() {
    List<String> ids = List.of(cloud.activeOn("host-06"), withState("host-06", "stopped"));
    cloud.failAndForceDown("host-06");
    cloud.put(
        "/compute/v2.1/os-services/" + cloud.serviceId("host-11"), "{\"status\": \"disabled\"}");

    cloud.action(ids.get(0), "{\"evacuate\": {\"host\": \"host-10\"}}");
    Answer toDisabled = cloud.action(ids.get(1), "{\"evacuate\": {\"host\": \"host-11\"}}");

    assertThat(awaitHostOtherThan("host-06", ids.get(0)).path("OS-EXT-SRV-ATTR:host").asString())
        .isEqualTo("host-10");
    assertThat(toDisabled.status()).isEqualTo(200);
    JsonNode failed =
        RunningCloud.await(
            () -> server(ids.get(1)), it -> it.path("status").asString("").equals("ERROR"));
    assertThat(failed.path("fault").path("message").asString())
        .startsWith("No valid host was found.");
    assertThat(failed.path("OS-EXT-SRV-ATTR:host").asString()).isEqualTo("host-06");
    assertThat(failed.path("OS-EXT-STS:task_state").isNull()).isTrue();
  }

  @Test
  void cannotPlaceTheOneHopelessServerOfTheLastHost() {
    List<String> hopeless = new java.util.ArrayList<>();
    for (JsonNode each : cloud.get("/simulator/instances").json().path("instances")) {
      if (!each.path("recoverable").booleanValue()) {
        hopeless.add(each.path("id").asString());
        assertThat(each.path("host").asString()).isEqualTo("host-12");
      }
    }
    assertThat(hopeless).hasSize(1);
    cloud.failAndForceDown("host-12");

    Answer answer = cloud.action(hopeless.get(0), "{\"evacuate\": {}}");

    assertThat(answer.status()).isEqualTo(200);
    JsonNode failed =
        RunningCloud.await(
            () -> server(hopeless.get(0)), it -> it.path("status").asString("").equals("ERROR"));
    assertThat(failed.path("fault").path("message").asString())
        .startsWith("No valid host was found.");
  }

  @Test
  void takesASecondCallForAServerUnderWayUnlessToldToBeAnOlderNova() {
    String id = cloud.activeOn("host-07");
    String other = withState("host-07", "stopped");
    cloud.patch("/simulator/settings", "{\"evacuation_time\": \"1h\"}");
    try {
      cloud.failAndForceDown("host-07");
      cloud.action(id, "{\"evacuate\": {}}");
      cloud.action(other, "{\"evacuate\": {}}");

      Answer second = cloud.action(id, "{\"evacuate\": {}}");
      cloud.patch("/simulator/settings", "{\"refuse_second_evacuate\": true}");
      Answer older = cloud.action(other, "{\"evacuate\": {}}");

      assertThat(second.status()).isEqualTo(200);
      assertThat(cloud.instance(id).path("evacuations").path("accepted").intValue()).isEqualTo(2);
      assertThat(older.status()).isEqualTo(409);
      assertThat(older.message("conflictingRequest"))
          .isEqualTo(
              "Cannot 'evacuate' instance " + other + " while it is in task_state rebuilding");
    } finally {
      cloud.patch(
          "/simulator/settings",
          "{\"evacuation_time\": \"20ms..60ms\", \"refuse_second_evacuate\": false}");
    }
  }

  @Test
  void countsAnEvacuationOfAServerThatStillRuns() {
    String id = cloud.activeOn("host-08");
    cloud.post("/simulator/hosts/host-08/fail?report=false&guests=run-on", "");
    cloud.put("/compute/v2.1/os-services/" + cloud.serviceId("host-08"), "{\"forced_down\": true}");

    cloud.action(id, "{\"evacuate\": {}}");

    assertThat(cloud.instance(id).path("evacuations").path("while_running").intValue())
        .isEqualTo(1);
  }
}
