package io.tocsin.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.tocsin.Waiting;
import io.tocsin.cli.TocsinProcess;
import io.tocsin.simulator.Behaviour;
import io.tocsin.simulator.RegionSpec;
import io.tocsin.store.DatabaseSettings;
import io.tocsin.store.TestDatabase;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Debian's {@code openstack} command (python3-openstackclient, python3-masakariclient) against a
 * server and a simulated cloud. Left out where they are not installed: packages of Python are no
 * condition for building a Java program. Says which was the case.
 */
class OpenStackCommandTest {
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private static final int PATIENCE_SECONDS = 60;
  private static final String STOPPED =
      """
      {"event": "STOPPED", "host_status": "NORMAL", "cluster_status": "OFFLINE"}\
      """;

  @TempDir Path directory;
  private URI url = URI.create("http://nowhere.invalid");

  /** Takes nothing for granted of whoever runs this: no clouds.yaml, no OS_ variables. */
  private Path home = Path.of("");

  @BeforeEach
  void makeHome() throws IOException {
    home = Files.createDirectory(directory.resolve("home"));
  }

  private record Said(int status, String out, String err) {}

  @Test
  void managesSegmentsAndHostsAndReportsFailures() throws Exception {
    if (run(List.of("openstack", "segment", "list", "--help")).status() != 0) {
      System.out.println(
          "OpenStackCommandTest is left out: python3-openstackclient and python3-masakariclient are"
              + " not installed");
      return;
    }
    System.out.println("OpenStackCommandTest runs the installed openstack command");
    try (TestDatabase database = TestDatabase.create();
        Stage stage = new Stage(directory, RegionSpec.allActive(3, 6), Behaviour.FAST)) {
      url = start(stage, database.settings());
      String host = stage.hostNames().getFirst();

      segments();
      hosts(stage.hostNames());
      notifications(stage, host);
    }
  }

  private static URI start(Stage stage, DatabaseSettings database) {
    TocsinProcess server =
        stage.start(
            Map.of("TOCSIN_DATABASE_PASSWORD", database.password().value()),
            "database.url=" + database.url(),
            "database.user=" + database.user());
    return server.awaitReady();
  }

  private void segments() throws Exception {
    JsonNode created = openstack("segment create rack-7 auto COMPUTE --is_enabled True");
    assertThat(created.path("name").asString()).isEqualTo("rack-7");
    openstack("segment create rack-8 auto COMPUTE");

    openstackQuiet("segment update rack-7 --description two-spares");
    JsonNode shown = openstack("segment show rack-7");
    assertThat(shown.path("uuid").asString()).isEqualTo(created.path("uuid").asString());
    assertThat(shown.path("description").asString()).isEqualTo("two-spares");

    openstackQuiet("segment delete rack-8");
    assertThat(column(openstack("segment list"), "name")).containsExactly("rack-7");
  }

  private void hosts(List<String> names) throws Exception {
    for (String name : names) {
      openstack("segment host create " + name + " COMPUTE SSH rack-7");
    }
    assertThat(column(openstack("segment host list rack-7"), "name"))
        .containsExactlyInAnyOrderElementsOf(names);
  }

  private void notifications(Stage stage, String host) throws Exception {
    stage.simulator.call("POST", "/simulator/hosts/" + host + "/fail", Map.of());
    String now =
        LocalDateTime.now(ZoneOffset.UTC)
            .format(DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss"));
    List<String> create = new ArrayList<>(List.of("notification", "create", "COMPUTE_HOST"));
    create.addAll(List.of(host, now, STOPPED));
    String id = json(create).path("notification_uuid").asString();

    Api api = new Api(url);
    Waiting.until(
        PATIENCE,
        () ->
            api.get("/v1/notifications/" + id)
                .path("notification")
                .path("status")
                .asString()
                .matches("finished|failed|ignored"));
    assertThat(column(openstack("notification list"), "notification_uuid")).containsExactly(id);
    JsonNode shown = openstack("notification show " + id);
    assertThat(shown.path("status").asString()).isEqualTo("finished");
    assertThat(shown.path("recovery_workflow_details").toString())
        .contains("DisableComputeServiceTask", "EvacuateInstancesTask", "SUCCESS");
  }

  private static List<String> column(JsonNode rows, String name) {
    List<String> values = new ArrayList<>();
    rows.forEach(row -> values.add(row.path(name).asString()));
    return values;
  }

  /** Words without spaces in them; what the command prints as JSON. */
  private JsonNode openstack(String words) throws Exception {
    return json(List.of(words.split(" ", -1)));
  }

  private JsonNode json(List<String> words) throws Exception {
    List<String> all = new ArrayList<>(words);
    all.addAll(List.of("-f", "json"));
    return JsonMapper.shared().readTree(succeed(all).out());
  }

  private void openstackQuiet(String words) throws Exception {
    Said _ = succeed(List.of(words.split(" ", -1)));
  }

  private Said succeed(List<String> words) throws Exception {
    List<String> command = new ArrayList<>(List.of("openstack", "--os-auth-type", "none"));
    command.addAll(List.of("--os-endpoint", url + "/v1"));
    command.addAll(words);
    Said said = run(command);
    assertThat(said.status()).as("%s%n%s%n%s", command, said.out(), said.err()).isZero();
    return said;
  }

  private Said run(List<String> command) throws Exception {
    Path out = Files.createTempFile(directory, "out", ".txt");
    Path err = Files.createTempFile(directory, "err", ".txt");
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectOutput(out.toFile()).redirectError(err.toFile());
    builder.environment().keySet().removeIf(name -> !name.equals("PATH"));
    builder.environment().putAll(Map.of("HOME", home.toString(), "LC_ALL", "C.UTF-8"));
    Process process;
    try {
      process = builder.start();
    } catch (IOException e) {
      return new Said(-1, "", String.valueOf(e.getMessage()));
    }
    assertThat(process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)).as("%s ends", command).isTrue();
    return new Said(process.exitValue(), Files.readString(out), Files.readString(err));
  }
}
