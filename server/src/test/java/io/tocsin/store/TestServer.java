package io.tocsin.store;

import io.tocsin.clock.Clock;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** One server of each version for all tests of this JVM, with a migrated database to copy. */
final class TestServer {
  private static final Map<PostgresVersion, TestServer> RUNNING = new ConcurrentHashMap<>();
  private static final String TEMPLATE = "migrated";

  private final Path directory;
  private final EmbeddedPostgres server;
  private int lastNumber;

  private TestServer(Path directory, EmbeddedPostgres server) {
    this.directory = directory;
    this.server = server;
  }

  static TestServer of(PostgresVersion version) {
    return RUNNING.computeIfAbsent(version, TestServer::start);
  }

  private static TestServer start(PostgresVersion version) {
    try {
      Path directory = TestStorage.create();
      EmbeddedPostgres server =
          EmbeddedPostgres.start(
              directory,
              version.programs(),
              Cluster.Durability.NONE_FOR_TESTS,
              Clock.system(),
              _ -> {});
      TestServer started = new TestServer(directory, server);
      Runtime.getRuntime().addShutdownHook(new Thread(started::stop));
      started.execute("create database " + TEMPLATE);
      Migrations.migrate(started.settings(TEMPLATE));
      return started;
    } catch (IOException e) {
      throw new IllegalStateException("no directory for a test server", e);
    }
  }

  private void stop() {
    server.close();
    try {
      Directories.deleteRecursively(directory);
    } catch (IOException e) {
      throw new IllegalStateException("a test server's directory stays behind", e);
    }
  }

  synchronized DatabaseSettings createMigrated() {
    String name = "test_" + ++lastNumber;
    execute("create database " + name + " template " + TEMPLATE + " strategy file_copy");
    return settings(name);
  }

  synchronized DatabaseSettings createEmpty() {
    String name = "test_" + ++lastNumber;
    execute("create database " + name);
    return settings(name);
  }

  void drop(DatabaseSettings database) {
    execute("drop database if exists " + name(database) + " with (force)");
  }

  void execute(String sql) {
    try (Connection connection = Databases.open(server.connection());
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    } catch (SQLException e) {
      throw new IllegalStateException(sql + " failed", e);
    }
  }

  private DatabaseSettings settings(String name) {
    DatabaseSettings main = server.connection();
    return DatabaseSettings.of(
            main.url().substring(0, main.url().lastIndexOf('/') + 1) + name,
            main.user(),
            main.password())
        .withPoolSize(TestDatabase.POOL_SIZE);
  }

  private static String name(DatabaseSettings database) {
    return database.url().substring(database.url().lastIndexOf('/') + 1);
  }
}
