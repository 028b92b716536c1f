package io.tocsin.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import io.tocsin.clock.Clock;
import io.tocsin.compute.CloudSettings;
import io.tocsin.compute.NovaCloud;
import io.tocsin.compute.ServerId;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Where an evacuation is heading: Nova's client and the simulated Nova, through a socket. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class EvacuationTargetTest {
  private final RunningCloud simulated = RunningCloud.inMemory(RegionSpec.allActive(4, 20));
  private final NovaCloud cloud =
      new NovaCloud(
          new CloudSettings(
              URI.create(simulated.baseUrl() + "/compute/v2.1/"),
              Duration.ofSeconds(2),
              Duration.ofSeconds(30),
              8,
              20,
              1000,
              100,
              16 << 20),
          RandomGenerator.getDefault(),
          Clock.system());
  private final String instance = simulated.activeOn("host-01");
  private final ServerId id = new ServerId(UUID.fromString(instance));

  @BeforeEach
  void killItsHost() {
    simulated.failAndForceDown("host-01");
  }

  @AfterEach
  void close() {
    cloud.close();
    simulated.close();
  }

  private void slow() {
    simulated.patch("/simulator/settings", "{\"evacuation_time\": \"1h\"}");
  }

  private String awaitHost(String host) {
    return RunningCloud.await(
        () -> simulated.instance(instance).path("host").asString(), host::equals);
  }

  @Test
  void isUnknownBeforeAndAfterAnEvacuation() {
    assertThat(cloud.findEvacuationTarget(id)).isEmpty();
    assertThat(cloud.findEvacuationTarget(new ServerId(new UUID(0, 7)))).isEmpty();
    cloud.evacuate(id, Optional.of("host-03"));
    awaitHost("host-03");
    assertThat(cloud.findEvacuationTarget(id)).isEmpty();
  }

  @Test
  void isTheSchedulersChoiceOrTheNamedHost() {
    slow();
    ServerId other =
        new ServerId(
            UUID.fromString(
                simulated.instanceOn("host-01", it -> !it.path("id").asString().equals(instance))));
    cloud.evacuate(id, Optional.empty());
    cloud.evacuate(other, Optional.of("host-04"));

    assertThat(cloud.findEvacuationTarget(id))
        .contains(simulated.instance(instance).path("on_its_way_to").asString());
    assertThat(cloud.findEvacuationTarget(other)).contains("host-04");
  }

  @Test
  void staysTheHostThatDiedOnTheWayUntilASecondEvacuationIsMade() {
    slow();
    cloud.evacuate(id, Optional.of("host-02"));
    simulated.failAndForceDown("host-02");
    assertThat(cloud.findEvacuationTarget(id)).contains("host-02");
    assertThat(cloud.findServer(id).orElseThrow().taskState()).isEqualTo("rebuilding");

    simulated.patch("/simulator/settings", "{\"evacuation_time\": \"50ms\"}");
    cloud.evacuate(id, Optional.of("host-03"));
    simulated.post("/simulator/hosts/host-02/recover?enable=true", "");
    awaitHost("host-03");

    assertThat(cloud.findEvacuationTarget(id)).isEmpty();
    assertThat(simulated.instance(instance).path("runs_on").asString("")).isEqualTo("host-03");
    assertThat(simulated.instance(instance).at("/evacuations/while_running").intValue()).isZero();
  }

  @Test
  void isUnknownWhenTheMessageWasLost() {
    simulated.post("/simulator/faults", "{\"kind\": \"evacuation-hangs\", \"count\": 1}");
    cloud.evacuate(id, Optional.empty());

    assertThat(cloud.findEvacuationTarget(id)).isEmpty();
  }

  @Test
  void isAskedAgainThroughEveryFault() {
    slow();
    cloud.evacuate(id, Optional.of("host-02"));
    for (String kind : List.of("cut-before", "cut-after", "error-500", "error-503", "throttle")) {
      simulated.post(
          "/simulator/faults",
          "{\"kind\": \""
              + kind
              + "\", \"call\": \"list-migrations\", \"count\": 1, \"retry_after\": \"1s\"}");
    }

    assertThat(cloud.findEvacuationTarget(id)).contains("host-02");
    assertThat(simulated.get("/simulator/calls").json().at("/by_kind/list-migrations").intValue())
        .isEqualTo(6);
  }
}
