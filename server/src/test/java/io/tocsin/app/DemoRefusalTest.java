package io.tocsin.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tocsin.clock.Clock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a demo does not start with. Each is refused before anything is started. */
class DemoRefusalTest {
  @TempDir Path directory;

  @Test
  void theDatabaseOfARealServer() {
    refusal(Map.of("database.url", "jdbc:postgresql://db.example.org/tocsin"), "127.0.0.1:0")
        .hasMessageContaining("database.url");
  }

  @Test
  void theCloudOfARealServer() {
    refusal(Map.of("cloud.endpoint", "http://nova.example.org:8774/v2.1"), "127.0.0.1:0")
        .hasMessageContaining("cloud.endpoint");
  }

  @Test
  void aSimulatedCloudOpenToTheNetwork() {
    refusal(Map.of(), "0.0.0.0:0").hasMessageContaining("auth.allow-remote");
  }

  @Test
  void aRegionThatCannotBeKept() throws IOException {
    Path file = Files.writeString(directory.resolve("file"), "");
    Simulation.Spec region =
        new Simulation.Spec(ListenAddress.parse("127.0.0.1:0"), 2, 4, file.resolve("region"));

    assertThatThrownBy(() -> new Simulation(region, Clock.system()).start())
        .isInstanceOf(StartRefusedException.class)
        .hasMessageContaining(file.toString());
  }

  private AbstractThrowableAssert<?, ?> refusal(Map<String, String> changes, String simulator) {
    Map<String, String> flags = new HashMap<>(changes);
    flags.put("listen", "127.0.0.1:0");
    flags.put("data", directory.resolve("data").toString());
    Demo.SettingsSource settings =
        over -> {
          flags.putAll(over);
          return SettingsLoader.load(null, Map.of(), Map.of(), flags);
        };
    Simulation.Spec region =
        new Simulation.Spec(
            ListenAddress.parse(simulator), 2, 4, directory.resolve("data").resolve("simulator"));
    Demo demo = new Demo(settings, region, false, Clock.system(), _ -> {});
    AbstractThrowableAssert<?, ?> refusal =
        assertThatThrownBy(demo::start).isInstanceOf(StartRefusedException.class);
    assertThat(directory.resolve("data")).doesNotExist();
    return refusal;
  }
}
