package io.tocsin.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Hosts die and come back, and the compute service learns of it in time; the clock is by hand. */
class HostLifeTest {
  private final HandClock clock = new HandClock();
  private final SimulatedCloud cloud =
      SimulatedCloud.inMemory(RegionSpec.allActive(4, 20), Behaviour.DEMO, clock);
  private final Desk desk = new Desk(cloud);

  @AfterEach
  void close() {
    cloud.close();
  }

  @Test
  void aDeadHostLooksUpUntilItsLastHeartbeatIsTooOld() {
    desk.fail("host-01");

    assertThat(desk.service("host-01").path("state").asString()).isEqualTo("up");
    clock.pass(Duration.ofSeconds(4));
    assertThat(desk.service("host-01").path("state").asString()).isEqualTo("up");
    clock.pass(Duration.ofSeconds(2));
    assertThat(desk.service("host-01").path("state").asString()).isEqualTo("down");
    assertThat(desk.service("host-01").path("status").asString()).isEqualTo("enabled");
    assertThat(desk.service("host-02").path("state").asString()).isEqualTo("up");
  }

  @Test
  void aServiceForcedDownIsDownAtOnceThoughItLives() {
    desk.forceDown("host-01");

    JsonNode service = desk.service("host-01");
    assertThat(service.path("state").asString()).isEqualTo("down");
    assertThat(service.path("forced_down").booleanValue()).isTrue();
  }

  @Test
  void aLaggingStateIsSeenLate() {
    desk.ask(
        "POST",
        "/simulator/faults",
        "{\"kind\": \"state-lags\", \"host\": \"host-01\", \"delay\": \"3s\"}");
    desk.fail("host-01");

    desk.forceDown("host-01");

    assertThat(desk.service("host-01").path("forced_down").booleanValue()).isTrue();
    assertThat(desk.service("host-01").path("state").asString()).isEqualTo("up");
    String id = desk.instancesOn("host-01").getFirst();
    String evacuate = "/compute/v2.1/servers/" + id + "/action";
    assertThat(desk.status("POST", evacuate, "{\"evacuate\": {}}")).isEqualTo(400);
    clock.pass(Duration.ofSeconds(3));
    assertThat(desk.service("host-01").path("state").asString()).isEqualTo("down");
  }

  @Test
  void guestsDieWithTheirHostWhileNovaStillBelievesThemActive() {
    desk.fail("host-01");

    assertThat(desk.get("/simulator/instances?host=host-01").path("instances"))
        .allMatch(each ->
            each.path("runs_on").isNull() && each.path("vm_state").asString().equals("active"));
  }

  @Test
  void afterPowerOnGuestsAreFoundStopped() {
    desk.fail("host-01");
    desk.ask("POST", "/simulator/hosts/host-01/recover", "");

    assertThat(desk.service("host-01").path("state").asString()).isEqualTo("up");
    assertThat(desk.get("/simulator/instances?host=host-01").path("instances"))
        .allMatch(each -> each.path("vm_state").asString().equals("stopped"));
  }

  @Test
  void whatADeadHostWasToldItDoesAfterPowerOn() {
    String id = desk.instancesOn("host-01").getFirst();
    desk.fail("host-01");
    desk.action(id, "{\"os-stop\": null}");
    clock.pass(Duration.ofMinutes(5));
    assertThat(desk.server(id).path("OS-EXT-STS:task_state").asString()).isEqualTo("powering-off");

    desk.ask("POST", "/simulator/hosts/host-01/recover", "");
    clock.pass(Duration.ofSeconds(1));

    assertThat(desk.server(id).path("OS-EXT-STS:task_state").isNull()).isTrue();
    assertThat(desk.server(id).path("OS-EXT-STS:vm_state").asString()).isEqualTo("stopped");
  }

  @Test
  void anEvacuationToAHostThatDiesIsStuck() {
    String id = desk.instancesOn("host-01").getFirst();
    desk.fail("host-01");
    desk.forceDown("host-01");
    desk.action(id, "{\"evacuate\": {\"host\": \"host-03\"}}");
    desk.fail("host-03");

    clock.pass(Duration.ofHours(1));

    assertThat(desk.server(id).path("OS-EXT-STS:task_state").asString()).isEqualTo("rebuilding");
    assertThat(desk.server(id).path("OS-EXT-SRV-ATTR:host").asString()).isEqualTo("host-01");
  }

  @Test
  void cannotBeForcedUpBeforeItRestartedAfterAnEvacuation() {
    String id = desk.instancesOn("host-01").getFirst();
    desk.fail("host-01");
    desk.forceDown("host-01");
    desk.action(id, "{\"evacuate\": {}}");
    clock.pass(Duration.ofSeconds(10));
    assertThat(desk.server(id).path("OS-EXT-SRV-ATTR:host").asString()).isNotEqualTo("host-01");
    String service = "/compute/v2.1/os-services/" + desk.service("host-01").path("id").asString();

    assertThat(desk.status("PUT", service, "{\"forced_down\": false}")).isEqualTo(400);
    desk.ask("POST", "/simulator/hosts/host-01/recover", "");
    assertThat(desk.status("PUT", service, "{\"forced_down\": false}")).isEqualTo(200);
  }

  @Test
  void comesBackForNewServersWhenToldToEnable() {
    desk.fail("host-01");
    desk.forceDown("host-01");

    desk.ask("POST", "/simulator/hosts/host-01/recover?enable=true", "");

    JsonNode service = desk.service("host-01");
    assertThat(service.path("status").asString()).isEqualTo("enabled");
    assertThat(service.path("forced_down").booleanValue()).isFalse();
    assertThat(service.path("state").asString()).isEqualTo("up");
  }

  @Test
  void disablingADeadServiceThatLooksUpWaitsForItInVain() {
    desk.fail("host-01");
    String service = "/compute/v2.1/os-services/" + desk.service("host-01").path("id").asString();
    Duration before = clock.slept();

    desk.ask("PUT", service, "{\"status\": \"disabled\"}");

    assertThat(clock.slept().minus(before)).isGreaterThan(Duration.ofSeconds(60));
    assertThat(desk.service("host-01").path("status").asString()).isEqualTo("disabled");
  }

  @Test
  void spreadsEvacuatedServersOverTheLeastLoadedHosts() {
    desk.fail("host-01");
    desk.forceDown("host-01");
    List<String> ids = desk.instancesOn("host-01");
    ids.subList(0, 3).forEach(id -> desk.action(id, "{\"evacuate\": {}}"));

    clock.pass(Duration.ofSeconds(10));

    assertThat(ids.subList(0, 3))
        .extracting(id -> desk.server(id).path("OS-EXT-SRV-ATTR:host").asString())
        .containsExactly("host-02", "host-03", "host-04");
  }

  @Test
  void aFullRegionHasNoValidHost() {
    desk.ask("PATCH", "/simulator/settings", "{\"host_capacity\": 5}");
    String id = desk.instancesOn("host-01").getFirst();
    desk.fail("host-01");
    desk.forceDown("host-01");
    desk.action(id, "{\"evacuate\": {}}");

    clock.pass(Duration.ofSeconds(10));

    assertThat(desk.server(id).path("fault").path("message").asString())
        .startsWith("No valid host was found.");
  }

  @Test
  void guestsThatRunOnAreSeenByNobodyButTheRegion() {
    desk.ask("POST", "/simulator/hosts/host-01/fail?guests=run-on", "");
    clock.pass(Duration.ofSeconds(10));

    assertThat(desk.service("host-01").path("state").asString()).isEqualTo("down");
    assertThat(desk.get("/simulator/instances?host=host-01").path("instances"))
        .allMatch(each -> each.path("runs_on").asString("").equals("host-01"));
    assertThat(desk.get("/simulator/hosts/host-01").path("report").isNull()).isTrue();
  }
}
