package io.tocsin.store;

import java.time.Duration;

/**
 * How to reach the database.
 *
 * @param url {@code jdbc:postgresql://host:port/database}, several hosts and TLS options included
 * @param poolSize connections this node may hold, at least 1; the width of everything behind it
 * @param applicationName shown in {@code pg_stat_activity}
 * @param connectTimeout the longest wait for a connection, new or out of the pool; 250 ms or more
 * @param statementTimeout after which the database gives up a statement
 */
public record DatabaseSettings(
    String url,
    String user,
    Secret password,
    int poolSize,
    String applicationName,
    Duration connectTimeout,
    Duration statementTimeout) {
  public static final int DEFAULT_POOL_SIZE = 16;
  public static final Duration DEFAULT_CONNECT_TIMEOUT = Duration.ofSeconds(3);
  public static final Duration DEFAULT_STATEMENT_TIMEOUT = Duration.ofSeconds(30);

  /** The pool accepts no less. */
  private static final Duration SHORTEST_CONNECT_TIMEOUT = Duration.ofMillis(250);

  public DatabaseSettings {
    if (!url.startsWith("jdbc:postgresql:")) {
      throw new IllegalArgumentException("a database URL starts with jdbc:postgresql:");
    }
    if (poolSize < 1) {
      throw new IllegalArgumentException("a pool holds at least one connection");
    }
    if (connectTimeout.compareTo(SHORTEST_CONNECT_TIMEOUT) < 0) {
      throw new IllegalArgumentException("a connection takes 250 ms at least");
    }
    if (!statementTimeout.isPositive()) {
      throw new IllegalArgumentException("a statement needs some time");
    }
  }

  /** With defaults for the rest. */
  public static DatabaseSettings of(String url, String user, Secret password) {
    return new DatabaseSettings(
        url,
        user,
        password,
        DEFAULT_POOL_SIZE,
        "tocsin",
        DEFAULT_CONNECT_TIMEOUT,
        DEFAULT_STATEMENT_TIMEOUT);
  }

  public DatabaseSettings withPoolSize(int size) {
    return new DatabaseSettings(
        url, user, password, size, applicationName, connectTimeout, statementTimeout);
  }

  public DatabaseSettings withApplicationName(String name) {
    return new DatabaseSettings(
        url, user, password, poolSize, name, connectTimeout, statementTimeout);
  }

  public DatabaseSettings withTimeouts(Duration connect, Duration statement) {
    return new DatabaseSettings(url, user, password, poolSize, applicationName, connect, statement);
  }
}
