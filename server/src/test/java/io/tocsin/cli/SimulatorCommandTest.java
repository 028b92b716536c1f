package io.tocsin.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tocsin.store.DatabaseSettings;
import io.tocsin.store.TestDatabase;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** A simulated cloud in a process of its own, and a server beside it, as the manual says. */
class SimulatorCommandTest {
  @TempDir Path directory;

  @Test
  void aServerWithTheManualsConfigurationWorksBesideIt() throws IOException {
    try (TestDatabase database = TestDatabase.create();
        TocsinProcess simulator =
            TocsinProcess.start(
                directory,
                Map.of(),
                "simulator",
                "--keystone",
                "--listen",
                "127.0.0.1:0",
                "--hosts",
                "2",
                "--instances",
                "4")) {
      URI cloud = simulator.awaitReady();
      Path settings = Files.writeString(directory.resolve("t.yaml"), manualsConfiguration(cloud));
      try (TocsinProcess server =
          TocsinProcess.start(
              directory,
              environment(database.settings()),
              "serve",
              "--config",
              settings.toString(),
              "--listen",
              "127.0.0.1:0")) {
        URI api = server.awaitReady();
        try (ApiClient nobody = new ApiClient(api);
            ApiClient client = new ApiClient(api, new DemoSession(cloud.resolve("/identity")))) {
          assertThatThrownBy(() -> nobody.read("/v1/segments")).hasMessageContaining("401");
          JsonNode segment =
              client.call(
                  "POST",
                  "/v1/segments",
                  """
                  {"segment": {"name": "a", "recovery_method": "auto", "service_type": "x"}}
                  """);
          // The host is looked up in a Nova that wants a token too.
          JsonNode host =
              client.call(
                  "POST",
                  "/v1/segments/%s/hosts"
                      .formatted(segment.path("segment").path("uuid").asString()),
                  """
                  {"host": {"name": "host-01", "type": "COMPUTE", "control_attributes": "SSH"}}
                  """);
          assertThat(host.path("host").path("name").asString()).isEqualTo("host-01");
        }
      }
    }
  }

  private static String manualsConfiguration(URI cloud) throws IOException {
    String manual = Files.readString(Path.of("..", "docs", "simulator.md"));
    Matcher yaml = Pattern.compile("```yaml\n(.*?)```", Pattern.DOTALL).matcher(manual);
    assertThat(yaml.find()).isTrue();
    assertThat(yaml.group(1)).contains("http://127.0.0.1:15869");
    return yaml.group(1).replace("http://127.0.0.1:15869", cloud.toString());
  }

  private static Map<String, String> environment(DatabaseSettings database) {
    return Map.of(
        "TOCSIN_DATABASE_URL", database.url(),
        "TOCSIN_DATABASE_USER", database.user(),
        "TOCSIN_DATABASE_PASSWORD", database.password().value());
  }
}
