package io.tocsin.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.tocsin.Waiting;
import io.tocsin.clock.Clock;
import io.tocsin.clock.Deadline;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What happens to the database when the process that started it dies. A real one does here. */
@Timeout(180)
class EmbeddedPostgresCrashTest {
  private static final int COMMITTED_AT_LEAST = 50;

  @TempDir private Path directory;

  /**
   * A server outlives its killed process by a moment, in which its files are not ours to delete.
   */
  @AfterEach
  void awaitTheLastServer() {
    Waiting.until(Duration.ofSeconds(30), () -> Postmaster.runningPid(cluster()).isEmpty());
  }

  @Test
  void theServerEndsSoonAfterAKilledProcessAndKeepsWhatWasCommitted() throws Exception {
    int committed;
    long server;
    try (Victim victim = Victim.start(directory)) {
      committed = victim.awaitCommitted(COMMITTED_AT_LEAST);
      server = Postmaster.runningPid(cluster()).orElseThrow();

      victim.kill();
    }

    awaitGone(server, Duration.ofSeconds(10));
    assertThat(Postmaster.runningPid(cluster())).isEmpty();
    assertThat(rowsAfterRestart()).isGreaterThanOrEqualTo(committed);
  }

  @Test
  void aRestartRightAfterAKillFindsEverything() throws Exception {
    int committed;
    try (Victim victim = Victim.start(directory)) {
      committed = victim.awaitCommitted(COMMITTED_AT_LEAST);
      victim.kill();
    }

    assertThat(rowsAfterRestart()).isGreaterThanOrEqualTo(committed);
  }

  @Test
  void aServerWhoseShellWasKilledTooIsStoppedByTheNextStart() throws Exception {
    int committed;
    long server;
    try (Victim victim = Victim.start(directory)) {
      committed = victim.awaitCommitted(COMMITTED_AT_LEAST);
      server = Postmaster.runningPid(cluster()).orElseThrow();
      // Nobody is left to stop the server.
      ProcessHandle.of(server)
          .orElseThrow()
          .parent()
          .orElseThrow()
          .descendants()
          .filter(process -> isShell(process))
          .forEach(ProcessHandle::destroyForcibly);
      victim.kill();
    }
    assertThat(ProcessHandle.of(server)).as("the server has been abandoned").isPresent();

    assertThat(rowsAfterRestart()).isGreaterThanOrEqualTo(committed);
    assertThat(ProcessHandle.of(server)).isEmpty();
  }

  private static boolean isShell(ProcessHandle process) {
    return process.info().command().filter(command -> command.endsWith("sh")).isPresent();
  }

  @Test
  void aServerThatWasKilledItselfRecoversAtTheNextStart() throws Exception {
    int committed;
    try (Victim victim = Victim.start(directory)) {
      committed = victim.awaitCommitted(COMMITTED_AT_LEAST);
      ProcessHandle.of(Postmaster.runningPid(cluster()).orElseThrow())
          .orElseThrow()
          .destroyForcibly();
      victim.kill();
    }

    assertThat(rowsAfterRestart()).isGreaterThanOrEqualTo(committed);
  }

  @Test
  void aSecondProcessIsRefusedAndToldWhoWasFirst() throws Exception {
    try (Victim first = Victim.start(directory)) {
      first.awaitCommitted(1);

      try (Victim second = Victim.start(directory)) {
        assertThat(second.lastWords())
            .contains("is in use by process " + first.pid())
            .hasLineCount(1);
      }
    }
  }

  @Test
  void anOrdinaryUserRunsTheServerAsThemselves() throws Exception {
    Path home = PostgresVersion.EMBEDDED.programs().home(directory, Clock.system(), _ -> {});
    ServerAccount somebody =
        ServerAccount.find(new Cluster(directory, home, Cluster.Durability.NONE_FOR_TESTS));
    somebody.own(directory);
    try (Victim victim = Victim.start(directory, somebody.prefix())) {
      victim.awaitCommitted(1);

      assertThat(uidOf(victim.pid())).isEqualTo(somebody.uid()).isNotZero();
      assertThat(uidOf(Postmaster.runningPid(cluster()).orElseThrow())).isEqualTo(somebody.uid());
      victim.kill();
    }
  }

  private static int uidOf(long pid) throws IOException {
    return (int) Files.getAttribute(Path.of("/proc", Long.toString(pid)), "unix:uid");
  }

  private Path cluster() {
    return directory.resolve("pgdata");
  }

  private static void awaitGone(long pid, Duration within) throws InterruptedException {
    Deadline deadline = Deadline.in(within, Clock.system());
    while (ProcessHandle.of(pid).isPresent()) {
      assertThat(deadline.isOver()).as("the server ends within %s", within).isFalse();
      Clock.system().sleep(Duration.ofMillis(20));
    }
  }

  private int rowsAfterRestart() throws SQLException {
    try (EmbeddedPostgres postgres = Victim.postgres(directory);
        Connection connection = Databases.open(postgres.connection());
        Statement statement = connection.createStatement();
        ResultSet count = statement.executeQuery("select count(*) from row_of_a_victim")) {
      count.next();
      return count.getInt(1);
    }
  }

  /** A JVM of its own that commits rows as fast as it can, says so, and is killed. */
  private static final class Victim implements AutoCloseable {
    private final Process process;
    private final BufferedReader output;

    private Victim(Process process) {
      this.process = process;
      this.output = process.inputReader(StandardCharsets.UTF_8);
    }

    static Victim start(Path directory) throws IOException {
      return start(directory, List.of());
    }

    static Victim start(Path directory, List<String> prefix) throws IOException {
      List<String> command = new ArrayList<>(prefix);
      command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
      command.addAll(List.of("-cp", System.getProperty("java.class.path")));
      command.addAll(List.of(Committer.class.getName(), directory.toString()));
      return new Victim(new ProcessBuilder(command).redirectErrorStream(true).start());
    }

    static EmbeddedPostgres postgres(Path directory) {
      return EmbeddedPostgres.start(
          directory,
          PostgresVersion.EMBEDDED.programs(),
          Cluster.Durability.SURVIVES_CRASHES,
          Clock.system(),
          _ -> {});
    }

    long pid() {
      return process.pid();
    }

    int awaitCommitted(int rows) throws IOException {
      StringBuilder said = new StringBuilder();
      for (String line = output.readLine(); line != null; line = output.readLine()) {
        said.append(line).append('\n');
        if (line.matches("committed \\d+") && Integer.parseInt(line.substring(10)) >= rows) {
          return Integer.parseInt(line.substring(10));
        }
      }
      throw new AssertionError("it ended early: " + said);
    }

    String lastWords() throws IOException {
      StringBuilder said = new StringBuilder();
      for (String line = output.readLine(); line != null; line = output.readLine()) {
        said.append(line).append('\n');
      }
      return said.toString();
    }

    void kill() throws InterruptedException {
      process.destroyForcibly().waitFor();
    }

    @Override
    public void close() throws IOException {
      process.destroyForcibly().onExit().join();
      output.close();
    }
  }

  /** The victim's program. */
  static final class Committer {
    private Committer() {}

    public static void main(String[] arguments) throws SQLException {
      EmbeddedPostgres postgres;
      try {
        postgres = Victim.postgres(Path.of(arguments[0]));
      } catch (StoreStartException e) {
        System.out.println(e.getMessage());
        return;
      }
      try (Connection connection = Databases.open(postgres.connection());
          Statement statement = connection.createStatement()) {
        statement.execute("create table row_of_a_victim (id int)");
        for (int row = 1; ; row++) {
          statement.execute("insert into row_of_a_victim values (" + row + ")");
          System.out.println("committed " + row);
        }
      }
    }
  }
}
