package io.tocsin.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** What can be seen of an evacuation while it goes on, ten milliseconds at a time. */
class OrderOfWritesTest {
  private static final Duration STEP = Duration.ofMillis(10);
  private static final int MAX_STEPS = 1000;

  private final HandClock clock = new HandClock();
  private final SimulatedCloud cloud =
      SimulatedCloud.inMemory(
          RegionSpec.allActive(4, 8), Behaviour.DEMO.withLatency(Span.of(Duration.ZERO)), clock);
  private final Desk desk = new Desk(cloud);

  @AfterEach
  void close() {
    cloud.close();
  }

  /** Every different sight of a server from its evacuate call until it has its new host. */
  private List<String> evacuate(String vmState) {
    String id = desk.instancesOn("host-01").getFirst();
    desk.ask("PATCH", "/simulator/instances/" + id, "{\"vm_state\": \"" + vmState + "\"}");
    desk.fail("host-01");
    desk.forceDown("host-01");
    desk.action(id, "{\"evacuate\": {}}");
    List<String> sights = new ArrayList<>();
    for (int i = 0; i < MAX_STEPS; i++) {
      JsonNode server = desk.server(id);
      String host = server.path("OS-EXT-SRV-ATTR:host").asString();
      String sight =
          "%s %s %s %s"
              .formatted(
                  server.path("OS-EXT-STS:vm_state").asString(),
                  server.path("OS-EXT-STS:task_state").asString("-"),
                  server.path("status").asString(),
                  host.equals("host-01") ? "old" : "new");
      if (sights.isEmpty() || !sights.getLast().equals(sight)) {
        sights.add(sight);
      }
      clock.pass(STEP);
    }
    return sights;
  }

  @Test
  void anActiveServer() {
    assertThat(evacuate("active"))
        .containsExactly(
            "active rebuilding REBUILD old",
            "active rebuild_spawning REBUILD old",
            "active - ACTIVE old",
            "active - ACTIVE new");
  }

  @Test
  void aStoppedServer() {
    assertThat(evacuate("stopped"))
        .containsExactly(
            "stopped rebuilding REBUILD old",
            "stopped rebuild_spawning REBUILD old",
            "active powering-off ACTIVE old",
            "stopped - SHUTOFF old",
            "stopped - SHUTOFF new");
  }

  @Test
  void aServerInError() {
    assertThat(evacuate("error"))
        .containsExactly(
            "error rebuilding REBUILD old",
            "error rebuild_spawning REBUILD old",
            "active - ACTIVE old",
            "active - ACTIVE new");
  }
}
