package io.tocsin.store;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.pool.HikariPool;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Properties;

/** Opens connections to the database, pooled and single. */
public final class Databases {
  /**
   * How much longer than the statement time-out the driver waits for an answer. Only a database
   * that vanished without closing its connections gets that far.
   */
  private static final Duration SOCKET_MARGIN = Duration.ofSeconds(10);

  /** Our transactions wait for nobody between two statements. */
  private static final Duration IDLE_IN_TRANSACTION = Duration.ofSeconds(5);

  private static final Duration KEEPALIVE_AFTER = Duration.ofSeconds(10);
  private static final Duration KEEPALIVE_INTERVAL = Duration.ofSeconds(5);
  private static final int KEEPALIVE_COUNT = 3;

  /** How long the server waits until its peer's machine acknowledges what it sent. */
  private static final Duration UNACKNOWLEDGED = Duration.ofSeconds(25);

  private Databases() {}

  /**
   * A pool of {@code settings.poolSize()} connections. The caller closes it.
   *
   * @throws StoreStartException when the first connection fails
   */
  public static HikariDataSource connect(DatabaseSettings settings) {
    HikariConfig config = new HikariConfig();
    config.setPoolName(settings.applicationName());
    config.setJdbcUrl(settings.url());
    config.setDataSourceProperties(driverProperties(settings));
    config.setMaximumPoolSize(settings.poolSize());
    config.setConnectionTimeout(settings.connectTimeout().toMillis());
    config.setValidationTimeout(settings.connectTimeout().toMillis());
    config.setConnectionInitSql(sessionSql(settings));
    try {
      return new HikariDataSource(config);
    } catch (HikariPool.PoolInitializationException e) {
      throw unreachable(settings, e.getCause() == null ? e : e.getCause());
    }
  }

  /** One connection outside any pool, for work that keeps it; set up as the pool's are. */
  static Connection open(DatabaseSettings settings) throws SQLException {
    Connection connection = DriverManager.getConnection(settings.url(), driverProperties(settings));
    try (Statement statement = connection.createStatement()) {
      statement.execute(sessionSql(settings));
      return connection;
    } catch (SQLException e) {
      connection.close();
      throw e;
    }
  }

  static StoreStartException unreachable(DatabaseSettings settings, Throwable cause) {
    return new StoreStartException(
        "The database at %s cannot be used: %s"
            .formatted(withoutParameters(settings.url()), oneLine(cause)),
        cause);
  }

  static String oneLine(Throwable failure) {
    return oneLine(String.valueOf(failure.getMessage()));
  }

  static String oneLine(String text) {
    return text.strip().replaceAll("\\s*\\R\\s*", "; ");
  }

  /** Parameters of the URL may hold a password. */
  private static String withoutParameters(String url) {
    int query = url.indexOf('?');
    return query < 0 ? url : url.substring(0, query);
  }

  static Properties driverProperties(DatabaseSettings settings) {
    Properties properties = new Properties();
    properties.setProperty("user", settings.user());
    properties.setProperty("password", settings.password().value());
    properties.setProperty("ApplicationName", settings.applicationName());
    properties.setProperty("connectTimeout", seconds(settings.connectTimeout()));
    properties.setProperty(
        "socketTimeout", seconds(settings.statementTimeout().plus(SOCKET_MARGIN)));
    properties.setProperty("tcpKeepAlive", "true");
    return properties;
  }

  /**
   * The driver asks for the time zone of the JVM; only a statement after it can undo that.
   *
   * <p>A node that loses its power inside a transaction closes nothing, and would keep its row
   * locks for hours. So the server ends a session that is idle in a transaction, and one whose
   * network says no more; it may be set by everybody on their own session.
   *
   * <p>Sequential scans are priced out because the driver's prepared statements keep their plans:
   * one made while a table was small would go on reading all of it for the minute or more until the
   * table is next analysed. Where there is no index they still happen, at a price that would make
   * PostgreSQL compile the query first; so that is off.
   */
  private static String sessionSql(DatabaseSettings settings) {
    return """
    set time zone 'UTC';
    set enable_seqscan = off;
    set jit = off;
    set idle_in_transaction_session_timeout = %d;
    set tcp_keepalives_idle = %d;
    set tcp_keepalives_interval = %d;
    set tcp_keepalives_count = %d;
    set tcp_user_timeout = %d;
    set statement_timeout = %d
    """
        .formatted(
            IDLE_IN_TRANSACTION.toMillis(),
            KEEPALIVE_AFTER.toSeconds(),
            KEEPALIVE_INTERVAL.toSeconds(),
            KEEPALIVE_COUNT,
            UNACKNOWLEDGED.toMillis(),
            settings.statementTimeout().toMillis());
  }

  private static String seconds(Duration duration) {
    return Long.toString(Math.max(1, duration.toSeconds()));
  }
}
