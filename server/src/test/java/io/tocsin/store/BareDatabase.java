package io.tocsin.store;

import java.sql.Connection;
import java.sql.SQLException;

/** A fresh database without any table, for who sets it up itself. */
public final class BareDatabase implements AutoCloseable {
  private final TestServer server = TestServer.of(PostgresVersion.EMBEDDED);
  private final DatabaseSettings settings = server.createEmpty();

  public DatabaseSettings settings() {
    return settings;
  }

  /** One connection, set up as the product's are, whose driver is given these parameters too. */
  public static Connection open(DatabaseSettings settings) throws SQLException {
    return Databases.open(settings);
  }

  @Override
  public void close() {
    server.drop(settings);
  }
}
