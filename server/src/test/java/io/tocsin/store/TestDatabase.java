package io.tocsin.store;

import com.zaxxer.hikari.HikariDataSource;

/**
 * A fresh, migrated database on a real PostgreSQL, made in a fraction of a second; for one test or
 * one test class. The server is started with the first one and ends with the JVM.
 */
public final class TestDatabase implements AutoCloseable {
  static final int POOL_SIZE = 8;

  private final TestServer server;
  private final DatabaseSettings settings;
  private final HikariDataSource pool;
  private final Database database;

  private TestDatabase(TestServer server, DatabaseSettings settings, CommitObserver commits) {
    this.server = server;
    this.settings = settings;
    this.pool = Databases.connect(settings);
    this.database = new Database(pool, commits);
  }

  public static TestDatabase create() {
    return create(PostgresVersion.EMBEDDED);
  }

  public static TestDatabase create(CommitObserver commits) {
    return create(PostgresVersion.EMBEDDED, commits);
  }

  public static TestDatabase create(PostgresVersion version) {
    return create(version, CommitObserver.NONE);
  }

  public static TestDatabase create(PostgresVersion version, CommitObserver commits) {
    TestServer server = TestServer.of(version);
    return new TestDatabase(server, server.createMigrated(), commits);
  }

  /** Without any table of ours. */
  static TestDatabase createEmpty(PostgresVersion version) {
    TestServer server = TestServer.of(version);
    return new TestDatabase(server, server.createEmpty(), CommitObserver.NONE);
  }

  public Database database() {
    return database;
  }

  /** For a second pool on the same database: another node, or one that is to be broken. */
  public DatabaseSettings settings() {
    return settings;
  }

  /** Ends all connections to it, as a crash of the server would; the database stays. */
  public void disconnectEverybody() {
    server.execute(
        "select pg_terminate_backend(pid) from pg_stat_activity where datname = '%s'"
            .formatted(settings.url().substring(settings.url().lastIndexOf('/') + 1)));
  }

  @Override
  public void close() {
    pool.close();
    server.drop(settings);
  }
}
