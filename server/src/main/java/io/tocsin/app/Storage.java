package io.tocsin.app;

import io.tocsin.clock.Clock;
import io.tocsin.store.DatabaseSettings;
import io.tocsin.store.EmbeddedPostgres;
import io.tocsin.store.Migrations;
import java.util.function.Consumer;

/** The database that the settings name, ready to be used. */
final class Storage {
  private Storage() {}

  /**
   * The external database that is configured, or else one of our own, which is started; with the
   * schema that this program expects.
   *
   * @param stops gets what stops a database that was started
   */
  static DatabaseSettings open(
      Settings settings, Stops stops, Clock clock, Consumer<String> progress) {
    DatabaseSettings connection = start(settings, stops, clock, progress);
    Migrations.migrate(connection);
    return connection;
  }

  private static DatabaseSettings start(
      Settings settings, Stops stops, Clock clock, Consumer<String> progress) {
    DatabaseSettings external = settings.externalDatabase();
    if (external != null) {
      return external;
    }
    EmbeddedPostgres embedded = EmbeddedPostgres.start(settings.data(), clock, progress);
    stops.add("database", _ -> embedded.close());
    return settings.database().on(embedded.connection());
  }
}
