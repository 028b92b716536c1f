package io.tocsin;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The real launcher in a house of its own, with JDKs and a Maven that only say that they were
 * called.
 */
class LauncherTest {
  private static final List<String> TOOLS =
      List.of(
          "sh",
          "sed",
          "awk",
          "find",
          "head",
          "sort",
          "dirname",
          "readlink",
          "cp",
          "mv",
          "rm",
          "cat",
          "touch",
          "mkdir",
          "tee",
          "mktemp",
          "flock",
          "sleep");

  @TempDir Path directory;
  private Path house;
  private Path tools;
  private Path oldJdk;
  private Path rightJdk;

  @BeforeEach
  void build() throws IOException {
    house = directory.resolve("a house with spaces");
    Files.createDirectories(house.resolve("server/src/main/java"));
    Files.createDirectories(house.resolve("server/target"));
    Files.copy(Path.of("../tocsin"), house.resolve("tocsin"));
    executable(house.resolve("tocsin"));
    Files.writeString(house.resolve("pom.xml"), "");
    Files.writeString(house.resolve("server/pom.xml"), "");
    Files.writeString(house.resolve("server/target/run.jar"), "");

    tools = Files.createDirectories(directory.resolve("tools"));
    for (String tool : TOOLS) {
      Files.createSymbolicLink(tools.resolve(tool), find(tool));
    }
    oldJdk = jdk("jdk-17", "17.0.15");
    rightJdk = jdk("jdk-25", "25.0.1");
    maven("3.8.7", "touch \"$PWD/server/target/tocsin-server.jar\"");
    age(house);
  }

  /** Made a minute ago: what the test makes next is newer, whatever the clock's steps are. */
  private static void age(Path tree) throws IOException {
    FileTime then = FileTime.from(Instant.now().minusSeconds(60));
    try (Stream<Path> files = Files.walk(tree)) {
      for (Path file : files.toList()) {
        Files.setLastModifiedTime(file, then);
      }
    }
  }

  @Test
  void findsTheRightJdkWhereAnOlderJavaIsFirstOnThePath() {
    Run run =
        run(
            Map.of("PATH", oldJdk.resolve("bin") + ":" + tools, "JAVA_HOME", oldJdk.toString()),
            "serve",
            "--data",
            "a b");

    assertThat(run.exitCode).isZero();
    assertThat(run.out()).contains("java 25.0.1", "io.tocsin.cli.Main serve --data a b");
  }

  @Test
  void takesTheJdkThatJavaHomeNames() throws IOException {
    Path newer = jdk("jdk-26", "26");

    Run run = run(Map.of("JAVA_HOME", newer.toString()), "--version");

    assertThat(run.out()).contains("java 26 ");
  }

  @Test
  void looksIntoTheJdkWhereItSaysNothingAboutItself() throws IOException {
    Files.delete(rightJdk.resolve("release"));

    assertThat(run(Map.of(), "--version").out()).contains("java 25.0.1");
  }

  @Test
  void saysWhatToInstallWhereThereIsNoJdk() {
    Run run =
        run(
            Map.of(
                "PATH", oldJdk.resolve("bin") + ":" + tools, "TOCSIN_JDK_DIRS", oldJdk.toString()),
            "demo");

    assertThat(run.exitCode).isEqualTo(69);
    assertThat(run.out()).isEmpty();
    assertThat(run.err())
        .startsWith("tocsin: needs JDK 25 or later and found none.\n")
        .contains("JDK 17 in " + oldJdk, "openjdk-25-jdk-headless", "temurin-25-jdk", "JAVA_HOME");
  }

  @Test
  void buildsWhatIsOutOfDateAndSaysSoOnStandardError() throws IOException {
    Files.delete(house.resolve("server/target/run.jar"));

    Run run = run(Map.of(), "--version");

    assertThat(run.exitCode).isZero();
    assertThat(run.err()).contains("building with " + rightJdk, "maven says something", "built");
    assertThat(run.out().lines()).singleElement().asString().contains("io.tocsin.cli.Main");
    assertThat(run(Map.of(), "--version").err()).isEmpty();
  }

  @Test
  void buildsAgainWhenASourceIsNewerOrGone() throws IOException {
    Path source = Files.writeString(house.resolve("server/src/main/java/A.java"), "");
    assertThat(run(Map.of(), "--version").err()).contains("building");
    assertThat(run(Map.of(), "--version").err()).isEmpty();

    Files.delete(source);

    assertThat(run(Map.of(), "--version").err()).contains("building");
  }

  @Test
  void twoLaunchesAtOnceBuildOnce() throws Exception {
    Files.delete(house.resolve("server/target/run.jar"));
    maven(
        "3.8.7",
        "echo x >>built.log; until [ -e go ]; do sleep 0.02; done;"
            + " touch \"$PWD/server/target/tocsin-server.jar\"");

    Run first = start(Map.of(), "--version");
    Waiting.until(() -> Files.exists(house.resolve("built.log")));
    Run second = start(Map.of(), "--version");
    Waiting.until(() -> second.err().contains("waiting"));
    Files.writeString(house.resolve("go"), "");

    assertThat(first.end().exitCode).isZero();
    assertThat(second.end().exitCode).isZero();
    assertThat(second.out()).contains("io.tocsin.cli.Main");
    assertThat(Files.readString(house.resolve("built.log"))).isEqualTo("x\n");
  }

  @Test
  void aBuildThatFailsStartsNothing() throws IOException {
    Files.delete(house.resolve("server/target/run.jar"));
    maven("3.8.7", "exit 1");

    Run run = run(Map.of(), "serve");

    assertThat(run.exitCode).isEqualTo(70);
    assertThat(run.out()).isEmpty();
    assertThat(run.err()).contains("the build failed");
  }

  @Test
  void saysWhatToInstallWhereMavenIsTooOldOrMissing() throws IOException {
    maven("3.8.6", "exit 1");
    Run tooOld = run(Map.of(), "test");
    Files.delete(tools.resolve("mvn"));
    Run missing = run(Map.of(), "test");

    assertThat(tooOld.exitCode).isEqualTo(69);
    assertThat(tooOld.err()).contains("needs Maven 3.8.7 or later to build and found 3.8.6.");
    assertThat(missing.exitCode).isEqualTo(69);
    assertThat(missing.err()).contains("and found none.", "Install the package maven");
  }

  @Test
  void runsWithoutMavenWhatIsBuilt() throws IOException {
    Files.delete(tools.resolve("mvn"));

    assertThat(run(Map.of(), "--version").exitCode).isZero();
  }

  @Test
  void theTestCommandEndsWithTheTestRunnersCount() throws IOException {
    maven(
        "3.9.11",
        """
        echo "[INFO] Tests run: 3, Failures: 0, Errors: 0, Skipped: 0, Time elapsed: 1 s -- in A"
        echo "[INFO] Tests run: 40, Failures: 0, Errors: 0, Skipped: 1"
        echo "[ERROR] Tests run: 2, Failures: 1, Errors: 0, Skipped: 0"
        echo "[ERROR] BUILD FAILURE"
        exit 1
        """);

    Run run = run(Map.of(), "test");

    assertThat(run.exitCode).isEqualTo(1);
    assertThat(run.out().lines().toList())
        .contains("maven says something -B -Dci verify")
        .endsWith("[ERROR] BUILD FAILURE", "Tests run: 42, Failures: 1, Errors: 0, Skipped: 1");
  }

  @Test
  void simulatesWithTheTestsClassPathAndBuildsThemFirst() throws IOException {
    maven(
        "3.8.7",
        """
        for it in "$@"; do
          case $it in -Dmdep.outputFile=*) printf '/lib/a.jar' >"${it#*=}" ;; esac
        done
        """);

    Run run = run(Map.of(), "simulate", "--seeds", "10");

    assertThat(run.exitCode).as(run.err()).isZero();
    assertThat(run.err()).contains("building with " + rightJdk, "test-compile");
    assertThat(run.out())
        .contains(
            "--add-opens java.base/java.lang=ALL-UNNAMED",
            "server/target/test-classes:/lib/a.jar io.tocsin.simulation.Main --seeds 10");
    assertThat(run(Map.of(), "simulate").err()).isEmpty();
  }

  @Test
  void worksThroughASymbolicLinkFromAnywhere() throws IOException {
    Path link =
        Files.createSymbolicLink(directory.resolve("t"), Path.of("a house with spaces/tocsin"));

    Run run = new Run(directory, environment(Map.of()), List.of(link.toString(), "--version"));

    assertThat(run.end().out()).contains("io.tocsin.cli.Main");
  }

  private Map<String, String> environment(Map<String, String> changes) {
    Map<String, String> environment = new java.util.HashMap<>();
    environment.put("PATH", tools.toString());
    environment.put("HOME", directory.toString());
    environment.put("TOCSIN_JDK_DIRS", oldJdk + " " + rightJdk);
    environment.putAll(changes);
    return environment;
  }

  private Run start(Map<String, String> environment, String... arguments) {
    List<String> command = new ArrayList<>(List.of(house.resolve("tocsin").toString()));
    command.addAll(List.of(arguments));
    return new Run(directory, environment(environment), command);
  }

  private Run run(Map<String, String> environment, String... arguments) {
    return start(environment, arguments).end();
  }

  private Path jdk(String name, String version) throws IOException {
    Path jdk = directory.resolve(name);
    Files.createDirectories(jdk.resolve("bin"));
    Files.writeString(jdk.resolve("release"), "JAVA_VERSION=\"" + version + "\"\n");
    script(
        jdk.resolve("bin/java"),
        """
        if [ "$1" = -version ]; then echo 'openjdk version "%s" 2025-10-21' >&2; exit; fi
        echo "java %s $*"
        """
            .formatted(version, version));
    script(jdk.resolve("bin/javac"), "exit 1");
    return jdk;
  }

  private void maven(String version, String work) throws IOException {
    script(
        tools.resolve("mvn"),
        """
        if [ "$1" = --version ]; then echo "Apache Maven %s"; exit; fi
        echo "maven says something $*"
        %s
        """
            .formatted(version, work));
  }

  private static void script(Path file, String text) throws IOException {
    Files.writeString(file, "#!/bin/sh\n" + text);
    executable(file);
  }

  private static void executable(Path file) throws IOException {
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  private static Path find(String tool) {
    for (String directory : List.of("/usr/bin", "/bin", "/usr/local/bin")) {
      Path candidate = Path.of(directory, tool);
      if (Files.isExecutable(candidate)) {
        return candidate;
      }
    }
    throw new IllegalStateException("this test needs " + tool);
  }

  /** One run of the launcher, its output in files. */
  private static final class Run {
    private final Process process;
    private final Path out;
    private final Path err;
    private int exitCode = -1;

    Run(Path directory, Map<String, String> environment, List<String> command) {
      try {
        out = Files.createTempFile(directory, "out", "");
        err = Files.createTempFile(directory, "err", "");
        ProcessBuilder builder =
            new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectOutput(out.toFile())
                .redirectError(err.toFile());
        builder.environment().clear();
        builder.environment().putAll(environment);
        process = builder.start();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    Run end() {
      try {
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).as(err()).isTrue();
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
      exitCode = process.exitValue();
      return this;
    }

    String out() {
      return read(out);
    }

    String err() {
      return read(err);
    }

    private static String read(Path file) {
      try {
        return Files.readString(file);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
