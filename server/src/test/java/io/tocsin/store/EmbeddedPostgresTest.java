package io.tocsin.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.zaxxer.hikari.HikariDataSource;
import io.tocsin.clock.Clock;
import io.tocsin.clock.Deadline;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(180)
class EmbeddedPostgresTest {
  /** Only its owner may enter it, as with a clone below /root. */
  @TempDir private Path closed;

  private final List<String> progress = new ArrayList<>();

  @EveryPostgres
  void keepsItsDataAndPasswordFromOneStartToTheNext(PostgresVersion version) throws SQLException {
    Path directory = closed.resolve("data");
    Secret password;
    try (EmbeddedPostgres postgres = start(directory, version)) {
      password = postgres.connection().password();
      execute(
          postgres.connection(),
          "create table kept (what text); insert into kept values ('é, ß and 本')");
    }
    try (EmbeddedPostgres postgres = start(directory, version)) {
      assertThat(postgres.connection().password()).isEqualTo(password);
      assertThat(one(postgres.connection(), "select what from kept")).isEqualTo("é, ß and 本");
    }
  }

  @Test
  void isDurableAndReachableFromThisMachineOnly() throws SQLException {
    try (EmbeddedPostgres postgres =
        EmbeddedPostgres.start(
            closed.resolve("data"),
            PostgresVersion.EMBEDDED.programs(),
            Cluster.Durability.SURVIVES_CRASHES,
            Clock.system(),
            progress::add)) {
      DatabaseSettings settings = postgres.connection();

      assertThat(one(settings, "show fsync")).isEqualTo("on");
      assertThat(one(settings, "show synchronous_commit")).isEqualTo("on");
      assertThat(one(settings, "show full_page_writes")).isEqualTo("on");
      assertThat(one(settings, "show data_checksums")).isEqualTo("on");
      assertThat(one(settings, "show listen_addresses")).isEqualTo("127.0.0.1");
      assertThat(one(settings, "show unix_socket_directories")).isEmpty();
      assertThat(one(settings, "show server_encoding")).isEqualTo("UTF8");
      assertThat(one(settings, "select upper('é')")).isEqualTo("É");
      assertThat(one(settings, "show server_version")).startsWith("18.");
    }
  }

  @Test
  void doesNotRunAsRoot() throws IOException {
    Path directory = closed.resolve("data");
    try (EmbeddedPostgres _ = start(directory, PostgresVersion.EMBEDDED)) {
      long pid = Postmaster.runningPid(directory.resolve("pgdata")).orElseThrow();

      assertThat(Files.getAttribute(Path.of("/proc", Long.toString(pid)), "unix:uid"))
          .isNotEqualTo(0);
    }
  }

  @Test
  void isToldNothingOfOurEnvironment() throws IOException {
    Path directory = closed.resolve("data");
    try (EmbeddedPostgres _ = start(directory, PostgresVersion.EMBEDDED)) {
      long pid = Postmaster.runningPid(directory.resolve("pgdata")).orElseThrow();

      String environment = Files.readString(Path.of("/proc", Long.toString(pid), "environ"));

      assertThat(environment.replace('\0', '\n').lines())
          .contains("LC_ALL=C")
          .allMatch(variable -> variable.matches("(?s)(PATH|LC_ALL|PWD|OLDPWD|SHLVL|_)=.*"));
    }
  }

  @Test
  void asksForThePasswordAndHidesIt() throws IOException {
    Path directory = closed.resolve("data");
    try (EmbeddedPostgres postgres = start(directory, PostgresVersion.EMBEDDED)) {
      DatabaseSettings right = postgres.connection();
      DatabaseSettings wrong = DatabaseSettings.of(right.url(), right.user(), new Secret("guess"));

      assertThatThrownBy(() -> one(wrong, "select 1"))
          .isInstanceOf(SQLException.class)
          .hasMessageContaining("password authentication failed");
      assertThat(right.toString()).contains("***").doesNotContain(right.password().value());
      assertThat(right.password().value()).hasSizeGreaterThan(20);
      assertThat(
              PosixFilePermissions.toString(
                  Files.getPosixFilePermissions(directory.resolve("database.password"))))
          .isEqualTo("rw-------");
    }
  }

  @Test
  void worksBelowADirectoryWithASpaceInItsName() throws IOException, SQLException {
    Path directory = Files.createDirectories(closed.resolve("Tocsin's own data"));
    Path earlier = Files.createDirectories(directory.resolve("programs/postgresql-18.5"));
    Path cutOff =
        Files.createDirectories(directory.resolve("programs/postgresql-18.6.unpacking-1"));
    Path dump = Files.createDirectories(directory.resolve("postgresql-17.2"));
    Path other = Files.createDirectories(directory.resolve("programs/postgresql-dumps"));
    // The programs too, and unpacked for real.
    try (EmbeddedPostgres postgres =
        EmbeddedPostgres.start(directory, Clock.system(), progress::add)) {
      assertThat(one(postgres.connection(), "select 1")).isEqualTo("1");
    }
    assertThat(progress)
        .extracting(said -> said.split(" ", 2)[0])
        .containsExactly("Unpacking", "Initialising", "Starting");
    assertThat(directory.resolve("programs/postgresql-18.6")).isDirectory();
    assertThat(earlier).doesNotExist();
    assertThat(cutOff).doesNotExist();
    assertThat(dump).isDirectory();
    assertThat(other).isDirectory();
  }

  @Test
  void takesItsLastPortAgainUnlessSomebodyElseHasIt() throws IOException, SQLException {
    Path directory = Files.createDirectories(closed.resolve("data"));
    int port = freePortThatNobodyIsGivenByChance();
    Files.writeString(directory.resolve("database.port"), Integer.toString(port));
    try (EmbeddedPostgres postgres = start(directory, PostgresVersion.EMBEDDED)) {
      assertThat(portOf(postgres)).isEqualTo(port);
    }
    try (ServerSocket _ = new ServerSocket(port, 1, InetAddress.getLoopbackAddress());
        EmbeddedPostgres postgres = start(directory, PostgresVersion.EMBEDDED)) {
      assertThat(portOf(postgres)).isNotEqualTo(port);
      assertThat(one(postgres.connection(), "select 1")).isEqualTo("1");
    }
  }

  /** Below the range that Linux hands out from (32768 to 60999). */
  private static int freePortThatNobodyIsGivenByChance() {
    for (int port = 21_000; port < 32_000; port++) {
      try (ServerSocket _ = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
        return port;
      } catch (IOException _) {
        // Taken; the next one.
      }
    }
    throw new IllegalStateException("no port is free");
  }

  @Test
  void refusesADirectoryThatIsInUseAndNamesTheProcess() {
    Path directory = closed.resolve("data");
    try (EmbeddedPostgres _ = start(directory, PostgresVersion.EMBEDDED)) {
      assertThatThrownBy(() -> start(directory, PostgresVersion.EMBEDDED))
          .isInstanceOf(StoreStartException.class)
          .hasMessageContaining("in use by process " + ProcessHandle.current().pid());
    }
  }

  @Test
  void refusesADatabaseOfAnotherMajorVersion() {
    Path directory = closed.resolve("data");
    start(directory, PostgresVersion.FIFTEEN).close();

    assertThatThrownBy(() -> start(directory, PostgresVersion.EMBEDDED))
        .isInstanceOf(StoreStartException.class)
        .hasMessageContaining("made by PostgreSQL 15 and this program brings 18");
  }

  @Test
  void tellsWhatTheServerSaidWhenItDoesNotStart() throws IOException {
    Path directory = closed.resolve("data");
    start(directory, PostgresVersion.EMBEDDED).close();
    Files.writeString(directory.resolve("pgdata").resolve("postgresql.conf"), "no_such_thing = 1");

    assertThatThrownBy(() -> start(directory, PostgresVersion.EMBEDDED))
        .isInstanceOf(StoreStartException.class)
        .hasMessageContaining("no_such_thing")
        .message()
        .doesNotContain("\n");
  }

  @Test
  void startsOverAfterAnInitialisationThatWasCutOff() throws IOException, SQLException {
    Path directory = closed.resolve("data");
    Path half = Files.createDirectories(directory.resolve("pgdata.initialising"));
    Files.writeString(half.resolve("PG_VERSION"), "18\n");
    Files.writeString(directory.resolve("database.password"), "of a database that never was\n");

    try (EmbeddedPostgres postgres = start(directory, PostgresVersion.EMBEDDED)) {
      assertThat(one(postgres.connection(), "select 1")).isEqualTo("1");
    }
  }

  @Test
  void canBeClosedTwiceAndThenStartedAgain() throws SQLException {
    Path directory = closed.resolve("data");
    EmbeddedPostgres first = start(directory, PostgresVersion.EMBEDDED);
    first.close();
    first.close();
    assertThat(first.isAlive()).isFalse();
    assertThat(Postmaster.runningPid(directory.resolve("pgdata"))).isEmpty();

    try (EmbeddedPostgres again = start(directory, PostgresVersion.EMBEDDED)) {
      assertThat(one(again.connection(), "select 1")).isEqualTo("1");
    }
  }

  @Test
  void aPoolOutlivesARestartOfTheServer() throws IOException {
    Path directory = Files.createDirectories(closed.resolve("data"));
    Files.writeString(
        directory.resolve("database.port"), Integer.toString(freePortThatNobodyIsGivenByChance()));
    EmbeddedPostgres postgres = start(directory, PostgresVersion.EMBEDDED);
    DatabaseSettings settings =
        postgres.connection().withTimeouts(Duration.ofMillis(500), Duration.ofSeconds(5));
    try (HikariDataSource pool = Databases.connect(settings)) {
      Database database = new Database(pool, CommitObserver.NONE);
      assertThat(one(database)).isEqualTo(1);

      postgres.close();
      assertThatThrownBy(() -> one(database)).isInstanceOf(StoreUnavailableException.class);

      try (EmbeddedPostgres _ = start(directory, PostgresVersion.EMBEDDED)) {
        Deadline deadline = Deadline.in(Duration.ofSeconds(20), Clock.system());
        assertThat(oneBefore(deadline, database)).isEqualTo(1);
      }
    }
  }

  private static int one(Database database) {
    return database.read(handle -> handle.createQuery("select 1").mapTo(Integer.class).one());
  }

  private static int oneBefore(Deadline deadline, Database database) {
    while (true) {
      try {
        return one(database);
      } catch (StoreUnavailableException e) {
        if (deadline.isOver()) {
          throw e;
        }
      }
    }
  }

  private EmbeddedPostgres start(Path directory, PostgresVersion version) {
    return EmbeddedPostgres.start(
        directory,
        version.programs(),
        Cluster.Durability.NONE_FOR_TESTS,
        Clock.system(),
        progress::add);
  }

  private static int portOf(EmbeddedPostgres postgres) {
    String url = postgres.connection().url();
    return Integer.parseInt(url.substring(url.lastIndexOf(':') + 1, url.lastIndexOf('/')));
  }

  private static void execute(DatabaseSettings settings, String sql) throws SQLException {
    try (Connection connection = Databases.open(settings);
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private static String one(DatabaseSettings settings, String sql) throws SQLException {
    try (Connection connection = Databases.open(settings);
        Statement statement = connection.createStatement();
        ResultSet result = statement.executeQuery(sql)) {
      result.next();
      return result.getString(1);
    }
  }
}
