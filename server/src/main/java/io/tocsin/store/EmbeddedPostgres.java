package io.tocsin.store;

import io.tocsin.clock.Clock;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A real PostgreSQL server of our own, in a child process, for an installation without one: durable
 * settings, a generated password, loopback only.
 *
 * <p>The data directory holds {@code programs/postgresql-VERSION}, {@code pgdata} (the database
 * and, in {@code log}, a week of its log), {@code database.password}, {@code database.port} and
 * {@code lock}. The next start uses it again. The server ends with this process, whatever ends
 * that.
 */
public final class EmbeddedPostgres implements AutoCloseable {
  private static final String DATABASE = "tocsin";

  /** Below the data directory, and nobody's but ours. */
  private static final String UNPACKED = "programs";

  private static final int START_ATTEMPTS = 10;
  private static final Duration BETWEEN_START_ATTEMPTS = Duration.ofMillis(300);

  /**
   * Between our choice of a port and the server's use of it somebody else may take it; and the
   * sessions of a server that was killed outlive it for a moment.
   */
  private static final List<String> PASSING_FAILURES =
      List.of("Address already in use", "pre-existing shared memory block");

  private final DirectoryLock lock;
  private final Postmaster server;
  private final DatabaseSettings connection;

  private EmbeddedPostgres(DirectoryLock lock, Postmaster server, DatabaseSettings connection) {
    this.lock = lock;
    this.server = server;
    this.connection = connection;
  }

  /** Where the server's programs come from. */
  @FunctionalInterface
  interface Programs {
    /** The directory with {@code bin}. */
    Path home(Path dataDirectory, Clock clock, Consumer<String> progress);

    /** Unpacked beside the data from what this program was built with. */
    Programs EMBEDDED =
        (directory, clock, progress) -> {
          Path programs = directory.resolve(UNPACKED);
          try {
            Files.createDirectories(programs);
          } catch (IOException e) {
            throw new StoreStartException("No directory for PostgreSQL's programs: " + e, e);
          }
          return PostgresBinaries.onClassPath().unpackInto(programs, clock, progress);
        };
  }

  /**
   * Starts the server in {@code dataDirectory}, which is made and filled when it is new, and waits
   * until it answers.
   *
   * @param progress told in short sentences what is being done: the first start takes seconds
   * @throws StoreStartException with one line for the operator
   */
  public static EmbeddedPostgres start(Path dataDirectory, Clock clock, Consumer<String> progress) {
    return start(
        dataDirectory, Programs.EMBEDDED, Cluster.Durability.SURVIVES_CRASHES, clock, progress);
  }

  static EmbeddedPostgres start(
      Path dataDirectory,
      Programs programs,
      Cluster.Durability durability,
      Clock clock,
      Consumer<String> progress) {
    Path directory = dataDirectory.toAbsolutePath().normalize();
    try {
      Files.createDirectories(directory);
      DirectoryLock lock = DirectoryLock.take(directory);
      @Nullable EmbeddedPostgres started = null;
      try {
        Path home = programs.home(directory, clock, progress);
        Cluster cluster = new Cluster(directory, home, durability);
        started = start(cluster, lock, clock, progress);
        deleteOtherVersions(directory, home);
        return started;
      } finally {
        if (started == null) {
          lock.close();
        }
      }
    } catch (IOException e) {
      throw new StoreStartException(
          "The database in %s could not be started: %s".formatted(directory, e), e);
    }
  }

  private static EmbeddedPostgres start(
      Cluster cluster, DirectoryLock lock, Clock clock, Consumer<String> progress)
      throws IOException {
    if (cluster.exists()) {
      cluster.checkVersion();
      Postmaster.stopAbandoned(cluster.data(), clock, progress);
    }
    ServerAccount account = ServerAccount.find(cluster);
    if (!cluster.exists()) {
      cluster.initialise(account, clock, progress);
    }
    progress.accept("Starting PostgreSQL");
    Path portFile = cluster.directory().resolve("database.port");
    for (int attempt = 1; ; attempt++) {
      int port = attempt == 1 ? lastPortIfFree(portFile) : freePort();
      Postmaster server = Postmaster.start(cluster, port, account, clock);
      if (server.awaitReady(progress)) {
        Files.writeString(portFile, Integer.toString(port));
        return connected(cluster, lock, server, port);
      }
      server.stop();
      String said = server.lastLogLines();
      if (attempt == START_ATTEMPTS || PASSING_FAILURES.stream().noneMatch(said::contains)) {
        throw new StoreStartException("PostgreSQL did not start; it said: " + said, null);
      }
      pause(clock);
    }
  }

  /**
   * Programs of earlier releases, and what an unpacking that was cut off left. Only where we unpack
   * and only names that we give: a data directory may hold the operator's own things.
   */
  private static void deleteOtherVersions(Path directory, Path home) throws IOException {
    Path programs = directory.resolve(UNPACKED);
    if (!programs.equals(home.getParent())) {
      return;
    }
    try (DirectoryStream<Path> unpacked = Files.newDirectoryStream(programs)) {
      for (Path other : unpacked) {
        if (!other.equals(home) && PostgresBinaries.isOurName(other.getFileName().toString())) {
          Directories.deleteRecursively(other);
        }
      }
    }
  }

  private static void pause(Clock clock) {
    try {
      clock.sleep(BETWEEN_START_ATTEMPTS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StoreStartException("The start of PostgreSQL was interrupted", e);
    }
  }

  private static EmbeddedPostgres connected(
      Cluster cluster, DirectoryLock lock, Postmaster server, int port) throws IOException {
    Secret password = cluster.password();
    try {
      createDatabase(DatabaseSettings.of(url(port, "postgres"), Cluster.USER, password));
    } catch (SQLException e) {
      server.stop();
      throw new StoreStartException(
          "PostgreSQL started and does not answer: " + Databases.oneLine(e), e);
    }
    return new EmbeddedPostgres(
        lock, server, DatabaseSettings.of(url(port, DATABASE), Cluster.USER, password));
  }

  private static void createDatabase(DatabaseSettings administration) throws SQLException {
    try (Connection connection = Databases.open(administration);
        Statement statement = connection.createStatement();
        ResultSet found =
            statement.executeQuery(
                "select 1 from pg_database where datname = '" + DATABASE + "'")) {
      if (!found.next()) {
        statement.execute("create database " + DATABASE);
      }
    }
  }

  private static String url(int port, String database) {
    return "jdbc:postgresql://127.0.0.1:" + port + "/" + database;
  }

  /** The same port again, if possible: somebody may have noted it down. */
  private static int lastPortIfFree(Path portFile) throws IOException {
    if (Files.exists(portFile)) {
      String last = Files.readString(portFile).strip();
      if (last.matches("\\d{4,5}") && isFree(Integer.parseInt(last))) {
        return Integer.parseInt(last);
      }
    }
    return freePort();
  }

  private static boolean isFree(int port) {
    try (ServerSocket socket = new ServerSocket()) {
      socket.setReuseAddress(true);
      socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
      return true;
    } catch (IOException | IllegalArgumentException _) {
      return false;
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  /** How to reach it; valid until it is closed. */
  public DatabaseSettings connection() {
    return connection;
  }

  /** False once the server has ended, asked or not. */
  public boolean isAlive() {
    return server.isAlive();
  }

  /** Disconnects everybody and stops the server. May be called again. */
  @Override
  public void close() {
    boolean ended = server.stop();
    lock.close();
    if (!ended) {
      throw new IllegalStateException("PostgreSQL did not end: " + server.lastLogLines());
    }
  }
}
