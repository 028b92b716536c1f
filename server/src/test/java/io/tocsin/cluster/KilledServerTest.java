package io.tocsin.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.tocsin.Waiting;
import io.tocsin.cli.TocsinProcess;
import io.tocsin.simulator.Behaviour;
import io.tocsin.simulator.RegionSpec;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** {@code kill -9} of the only server, its embedded database with it, in mid-recovery; twice. */
class KilledServerTest {
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  @TempDir Path directory;

  @Test
  void carriesOnWhereItWasKilledAfterEachRestart() {
    try (Stage stage = new Stage(directory, RegionSpec.allActive(4, 200), Behaviour.FAST)) {
      stage.simulator.call(
          "PATCH", "/simulator/settings", Map.of("evacuation_time", "800ms", "latency", "5ms"));
      TocsinProcess server = start(stage);
      Api api = new Api(server.awaitReady());
      stage.enrolAll(api);
      List<JsonNode> doomed = stage.instancesOn("host-01");
      assertThat(doomed).hasSize(50);
      String notification = stage.failHost("host-01", api);

      for (int moved : List.of(5, 20)) {
        Api running = api;
        Waiting.until(PATIENCE, () -> ClusterTest.succeeded(running, notification) >= moved);
        server.kill();
        server = start(stage);
        api = new Api(server.awaitReady());
      }
      Api last = api;
      Waiting.until(PATIENCE, () -> ClusterTest.status(last, notification).equals("finished"));
      ClusterTest.assertMovedOnce(stage, last, notification, doomed);
    }
  }

  private TocsinProcess start(Stage stage) {
    return stage.start(Map.of(), "data=" + directory.resolve("data"), "recovery.max-evacuations=5");
  }
}
