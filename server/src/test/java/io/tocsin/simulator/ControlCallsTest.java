package io.tocsin.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import io.tocsin.simulator.RunningCloud.Answer;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** What only a simulated cloud can be asked. */
class ControlCallsTest {
  private final RunningCloud cloud = RunningCloud.inMemory(new RegionSpec(10, 50));

  @AfterEach
  void close() {
    cloud.close();
  }

  @Test
  void sumsUpTheRegion() {
    cloud.fail("host-03");

    JsonNode region = cloud.get("/simulator").json();

    assertThat(region.path("hosts").intValue()).isEqualTo(10);
    assertThat(region.path("instances").intValue()).isEqualTo(50);
    assertThat(region.path("hosts_alive").intValue()).isEqualTo(9);
    assertThat(region.path("instances_by_state").path("active").intValue()).isGreaterThan(25);
    assertThat(region.path("evacuations_running").intValue()).isZero();
  }

  @Test
  void showsHosts() {
    cloud.fail("host-03");

    JsonNode hosts = cloud.get("/simulator/hosts").json().path("hosts");

    assertThat(hosts).hasSize(10);
    assertThat(hosts.path(2).path("alive").booleanValue()).isFalse();
    assertThat(hosts.path(2).path("instances").intValue()).isEqualTo(5);
    assertThat(cloud.get("/simulator/hosts/host-03").json()).isEqualTo(hosts.path(2));
    assertThat(cloud.get("/simulator/hosts/host-77").status()).isEqualTo(404);
    assertThat(cloud.post("/simulator/hosts/host-77/fail", "").status()).isEqualTo(404);
  }

  @Test
  void countsCallsByKindAndForgetsThemWhenTold() {
    cloud.get("/compute/v2.1/os-services");
    cloud.get("/compute/v2.1/servers/detail");
    cloud.get("/compute/v2.1/servers");

    JsonNode calls = cloud.get("/simulator/calls").json();
    assertThat(calls.path("total").intValue()).isEqualTo(3);
    assertThat(calls.path("by_kind").path("list-services").intValue()).isEqualTo(1);
    assertThat(calls.path("by_kind").path("list-servers").intValue()).isEqualTo(2);
    assertThat(calls.path("in_flight").intValue()).isZero();
    assertThat(calls.path("max_in_flight").intValue()).isEqualTo(1);
    assertThat(cloud.delete("/simulator/calls").json().path("total").intValue()).isZero();
  }

  @Test
  void changesTheSettingsThatAreNamedAndNoOthers() {
    JsonNode before = cloud.get("/simulator/settings").json();

    JsonNode after =
        cloud
            .patch("/simulator/settings", "{\"evacuation_time\": \"1s..3s\", \"page_size\": 7}")
            .json();

    assertThat(after.path("evacuation_time").asString()).isEqualTo("1s..3s");
    assertThat(after.path("page_size").intValue()).isEqualTo(7);
    assertThat(after.path("boot_time")).isEqualTo(before.path("boot_time"));
    assertThat(cloud.get("/simulator/settings").json()).isEqualTo(after);
  }

  @Test
  void refusesSettingsThatDoNotFit() {
    for (String change :
        List.of(
            "{\"latency\": \"3 parsecs\"}",
            "{\"latency\": 3}",
            "{\"page_size\": 0}",
            "{\"page_size\": \"many\"}",
            "{\"service_down_time\": \"10ms\"}",
            "{\"host_update_delay\": \"1h\"}",
            "{\"refuse_second_evacuate\": \"yes\"}",
            "{\"colour\": \"red\"}")) {
      Answer answer = cloud.patch("/simulator/settings", change);
      assertThat(answer.status()).as(change).isEqualTo(400);
    }
  }

  @Test
  void putsAServerIntoAStateByHand() {
    String id = cloud.activeOn("host-01");

    JsonNode changed =
        cloud
            .patch(
                "/simulator/instances/" + id,
                "{\"vm_state\": \"paused\", \"task_state\": \"unpausing\", \"metadata\":"
                    + " {\"HA_Enabled\": \"on\"}, \"locked_by\": \"owner\", \"recoverable\": false}")
            .json();

    assertThat(changed.path("vm_state").asString()).isEqualTo("paused");
    assertThat(changed.path("power_state").intValue()).isEqualTo(3);
    assertThat(changed.path("task_state").asString()).isEqualTo("unpausing");
    assertThat(changed.path("ha_enabled").asString()).isEqualTo("on");
    assertThat(changed.path("locked_by").asString()).isEqualTo("owner");
    assertThat(changed.path("recoverable").booleanValue()).isFalse();
    JsonNode server = cloud.get("/compute/v2.1/servers/" + id).json().path("server");
    assertThat(server.path("status").asString()).isEqualTo("PAUSED");
    assertThat(cloud.patch("/simulator/instances/" + id, "{\"vm_state\": \"odd\"}").status())
        .isEqualTo(400);
    assertThat(cloud.patch("/simulator/instances/" + id, "{\"host\": \"host-77\"}").status())
        .isEqualTo(404);
  }

  @Test
  void saysWhichPathsAndMethodsItKnows() {
    assertThat(cloud.get("/simulator/weather").status()).isEqualTo(404);
    Answer method = cloud.put("/simulator/hosts", "{}");
    assertThat(method.status()).isEqualTo(405);
    assertThat(method.headers().firstValue("Allow")).hasValue("GET");
  }
}
