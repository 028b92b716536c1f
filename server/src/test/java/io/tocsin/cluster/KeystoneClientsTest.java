package io.tocsin.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.tocsin.cli.TocsinProcess;
import io.tocsin.simulator.Behaviour;
import io.tocsin.simulator.RegionSpec;
import io.tocsin.store.TestDatabase;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The real clients as Debian packages them (python3-openstackclient, python3-masakariclient,
 * python3-openstacksdk) against a server and a cloud that ask for tokens. What they do stands in
 * the scripts under {@code src/test/resources/clients}.
 *
 * <p>Left out where they are not installed: packages of Python are no condition for building a Java
 * program. Says which was the case.
 */
class KeystoneClientsTest {
  private static final Path SCRIPTS = Path.of("src/test/resources/clients").toAbsolutePath();
  private static final int PATIENCE_SECONDS = 120;

  /** Enough for every script to have hosts of its own, with instances on them. */
  private static final RegionSpec REGION = RegionSpec.allActive(6, 12);

  @TempDir Path directory;

  /** Takes nothing for granted of whoever runs this: no clouds.yaml, no OS_ variables. */
  private Path home = Path.of("");

  private record Said(int status, String text) {}

  @BeforeEach
  void makeHome() throws IOException {
    home = Files.createDirectory(directory.resolve("home"));
  }

  @Test
  void everyClientWorksWithTokens() throws Exception {
    Optional<Path> openstack = installed();
    if (openstack.isEmpty()) {
      System.out.println(
          "KeystoneClientsTest is left out: python3-openstackclient, python3-masakariclient and"
              + " python3-openstacksdk are not installed");
      return;
    }
    System.out.println("KeystoneClientsTest runs the clients of " + openstack.get());
    try (TestDatabase database = TestDatabase.create();
        Stage stage = new Stage(directory, REGION, Behaviour.FAST)) {
      TocsinProcess server =
          stage.startWithKeystone(
              Map.of("TOCSIN_DATABASE_PASSWORD", database.settings().password().value()),
              "database.url=" + database.settings().url(),
              "database.user=" + database.settings().user(),
              // Asked each time, so that a token that was revoked is refused at once.
              "auth.cache-time=0s");
      URI api = server.awaitReady();
      stage.nameInCatalog(api);

      Map<String, String> environment = stage.credentials(api);
      String python = interpreterOf(openstack.get());
      for (String script : List.of("monitors.py", "commands.py", "sdk.py")) {
        Said said = run(environment, List.of(python, SCRIPTS.resolve(script).toString()));
        assertThat(said.status()).as("%s%n%s", script, said.text()).isZero();
        assertThat(said.text()).as(script).containsPattern("(?m)^all [1-9]\\d* held$");
      }
      theCommandItselfStarts(environment, openstack.get());
    }
  }

  /** The scripts run the client inside one process; here it is started as people start it. */
  private void theCommandItselfStarts(Map<String, String> environment, Path openstack)
      throws Exception {
    Said list = run(environment, List.of(openstack.toString(), "segment", "list", "-f", "value"));
    assertThat(list).isEqualTo(new Said(0, ""));
    Said wrong =
        run(
            environment,
            List.of(openstack.toString(), "--os-password", "guess", "segment", "list"));
    assertThat(wrong.status()).isEqualTo(1);
    assertThat(wrong.text()).contains("The request you have made requires authentication.");
  }

  /** The command, where it has the plug-in of Instance HA. */
  private Optional<Path> installed() throws Exception {
    String path = System.getenv().getOrDefault("PATH", "");
    Optional<Path> found =
        Arrays.stream(path.split(":", -1))
            .map(element -> Path.of(element, "openstack"))
            .filter(Files::isExecutable)
            .findFirst();
    if (found.isEmpty()) {
      return found;
    }
    String imports = "import openstackclient, masakariclient, openstack";
    Said said = run(Map.of(), List.of(interpreterOf(found.get()), "-c", imports));
    return said.status() == 0 ? found : Optional.empty();
  }

  /** What the command's own first line names; another Python may not have its packages. */
  private static String interpreterOf(Path openstack) throws IOException {
    try (Stream<String> lines = Files.lines(openstack)) {
      return lines
          .findFirst()
          .filter(line -> line.startsWith("#!"))
          .map(line -> line.substring(2).strip().split("\\s+"))
          .map(words -> words[0].endsWith("/env") ? words[1] : words[0])
          .orElse("python3");
    }
  }

  private Said run(Map<String, String> environment, List<String> command) throws Exception {
    Path out = Files.createTempFile(directory, "out", ".txt");
    ProcessBuilder builder =
        new ProcessBuilder(new ArrayList<>(command))
            .redirectErrorStream(true)
            .redirectOutput(out.toFile());
    builder.environment().keySet().removeIf(name -> !name.equals("PATH"));
    builder
        .environment()
        .putAll(
            Map.of(
                "HOME", home.toString(),
                "LC_ALL", "C.UTF-8",
                "PYTHONDONTWRITEBYTECODE", "1",
                "PYTHONWARNINGS", "ignore"));
    builder.environment().putAll(environment);
    Process process = builder.start();
    boolean hasEnded = process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS);
    if (!hasEnded) {
      process.destroyForcibly();
    }
    String text = Files.readString(out);
    assertThat(hasEnded).as("%s ends%n%s", command, text).isTrue();
    return new Said(process.exitValue(), text);
  }
}
