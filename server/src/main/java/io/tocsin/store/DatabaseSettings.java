package io.tocsin.store;

import java.time.Duration;
import java.util.Properties;
import java.util.regex.Pattern;
import org.postgresql.Driver;

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

  private static final String PREFIX = "jdbc:postgresql:";

  /** The driver knows {@code password} and {@code sslpassword}. */
  private static final Pattern PASSWORD_PARAMETER =
      Pattern.compile("(^|&)[^=&]*password[^=&]*=", Pattern.CASE_INSENSITIVE);

  /** The pool accepts no less. */
  private static final Duration SHORTEST_CONNECT_TIMEOUT = Duration.ofMillis(250);

  public DatabaseSettings {
    checkUrl(url);
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

  /**
   * Refuses what is no URL for the driver, and one with a password in it: URLs are shown in logs
   * and by {@code config show}.
   *
   * @throws IllegalArgumentException with the reason; the message holds nothing of the URL
   */
  public static void checkUrl(String url) {
    if (!url.startsWith(PREFIX)) {
      throw new IllegalArgumentException("expected jdbc:postgresql://HOST:PORT/DATABASE");
    }
    int query = url.indexOf('?');
    String place = query < 0 ? url : url.substring(0, query);
    String parameters = query < 0 ? "" : url.substring(query + 1);
    if (place.contains("@") || PASSWORD_PARAMETER.matcher(parameters).find()) {
      throw new IllegalArgumentException(
          "must not hold a password; set database.user and database.password");
    }
    Properties known = new Properties();
    // Otherwise the driver looks one up in the user's home.
    known.setProperty("password", "");
    if (Driver.parseURL(url, known) == null) {
      throw new IllegalArgumentException("expected jdbc:postgresql://HOST:PORT/DATABASE");
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
