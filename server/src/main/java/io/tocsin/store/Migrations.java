package io.tocsin.store;

import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.SQLException;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.CoreErrorCode;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.MigrationInfo;
import org.flywaydb.core.api.configuration.FluentConfiguration;
import org.flywaydb.core.api.output.ValidateOutput;
import org.flywaydb.database.postgresql.PostgreSQLConfigurationExtension;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * Brings the schema to what this program expects. Any number of nodes may do so at once: one
 * migrates, the others wait for it.
 */
public final class Migrations {
  private static final int OLDEST_MAJOR_VERSION = 14;

  /** Once a second: how long a node waits for another one that is migrating. */
  private static final int LOCK_RETRIES = 600;

  private Migrations() {}

  /**
   * Applies what is missing.
   *
   * @throws StoreStartException when the database cannot be reached or is too old, its schema is
   *     newer than this program, or a migration is not the one that was applied
   */
  public static void migrate(DatabaseSettings settings) {
    migrate(settings, "classpath:db/migration");
  }

  static void migrate(DatabaseSettings settings, String location) {
    checkServer(settings);
    Flyway flyway = flyway(settings, location);
    try {
      checkSchema(flyway);
      flyway.migrate();
    } catch (FlywayException e) {
      throw new StoreStartException(
          "The database schema could not be migrated: " + Databases.oneLine(e), e);
    }
  }

  private static void checkServer(DatabaseSettings settings) {
    try (Connection connection = Databases.open(settings)) {
      DatabaseMetaData server = connection.getMetaData();
      checkVersion(server.getDatabaseMajorVersion(), server.getDatabaseProductVersion());
    } catch (SQLException e) {
      throw Databases.unreachable(settings, e);
    }
  }

  static void checkVersion(int major, String version) {
    if (major < OLDEST_MAJOR_VERSION) {
      throw new StoreStartException(
          "The database is PostgreSQL %s; Tocsin needs %d or later"
              .formatted(version, OLDEST_MAJOR_VERSION),
          null);
    }
  }

  private static Flyway flyway(DatabaseSettings settings, String location) {
    PGSimpleDataSource source = new PGSimpleDataSource();
    source.setUrl(settings.url());
    source.setUser(settings.user());
    source.setPassword(settings.password().value());
    source.setApplicationName(settings.applicationName() + " migrations");
    source.setConnectTimeout((int) Math.max(1, settings.connectTimeout().toSeconds()));
    source.setTcpKeepAlive(true);
    FluentConfiguration configuration =
        Flyway.configure()
            .dataSource(source)
            .locations(location)
            .lockRetryCount(LOCK_RETRIES)
            .cleanDisabled(true);
    // With its lock in a transaction, CREATE INDEX CONCURRENTLY would wait for that for ever.
    configuration
        .getConfigurationExtension(PostgreSQLConfigurationExtension.class)
        .setTransactionalLock(false);
    return configuration.load();
  }

  private static void checkSchema(Flyway flyway) {
    for (MigrationInfo migration : flyway.info().applied()) {
      if (!migration.getState().isResolved()) {
        throw new StoreStartException(
            "The database schema is newer than this program: it has migration %s (%s), unknown here; start the program that made it, or a later one"
                .formatted(migration.getVersion(), migration.getDescription()),
            null);
      }
    }
    for (ValidateOutput invalid : flyway.validateWithResult().invalidMigrations) {
      if (invalid.errorDetails.errorCode
          != CoreErrorCode.RESOLVED_VERSIONED_MIGRATION_NOT_APPLIED) {
        String difference =
            invalid.errorDetails.errorCode == CoreErrorCode.CHECKSUM_MISMATCH
                ? "it was changed after it was applied"
                : Databases.oneLine(invalid.errorDetails.errorMessage);
        throw new StoreStartException(
            "Migration %s (%s) is not the one that this database was made with: %s"
                .formatted(invalid.version, invalid.description, difference),
            null);
      }
    }
  }
}
