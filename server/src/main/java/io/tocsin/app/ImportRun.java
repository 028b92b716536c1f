package io.tocsin.app;

import com.zaxxer.hikari.HikariDataSource;
import io.tocsin.clock.Clock;
import io.tocsin.clock.Deadline;
import io.tocsin.masakari.Import;
import io.tocsin.masakari.ImportReport;
import io.tocsin.masakari.Source;
import io.tocsin.openstack.CallLimit;
import io.tocsin.openstack.CallSettings;
import io.tocsin.openstack.Keystone;
import io.tocsin.openstack.OpenStackClient;
import io.tocsin.store.CommitObserver;
import io.tocsin.store.Database;
import io.tocsin.store.DatabaseSettings;
import io.tocsin.store.Databases;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.function.Consumer;

/**
 * The parts of an import: the database that a server with these settings would use, and the source.
 * Nodes may be using the database meanwhile, unless it is an embedded one: that belongs to one
 * process.
 */
public final class ImportRun {
  /** The source itself waits a minute for its engine; we have to wait a little longer. */
  private static final Duration CALL_TIMEOUT = Duration.ofSeconds(75);

  private static final CallSettings CALLS =
      new CallSettings(CALL_TIMEOUT, Duration.ofMinutes(5), 6, 64 << 20);

  private final Settings settings;
  private final SourceAccess access;
  private final int callsInFlight;
  private final Clock clock;
  private final Consumer<String> progress;
  private final SecureRandom random = new SecureRandom();
  private final Stops stops = new Stops();

  /**
   * Nothing happens before {@link #run}.
   *
   * @param callsInFlight most calls to the source at one moment
   * @param progress told in short sentences what takes time
   */
  public ImportRun(
      Settings settings,
      SourceAccess access,
      int callsInFlight,
      Clock clock,
      Consumer<String> progress) {
    this.settings = settings;
    this.access = access;
    this.callsInFlight = callsInFlight;
    this.clock = clock;
    this.progress = progress;
  }

  /**
   * Imports, and leaves nothing running. Throws what the source or the database throws; what was
   * imported by then stays, and is in the report.
   */
  public void run(Import.Options options, ImportReport report, Import.Progress reached) {
    try {
      Keystone keystone = access.keystone(random, clock);
      if (keystone != null) {
        stops.add("keystone", _ -> keystone.close());
      }
      OpenStackClient client =
          new OpenStackClient(
              access.access(keystone),
              CALLS,
              access.trust(),
              new CallLimit(callsInFlight, clock),
              random,
              clock);
      stops.add("source", _ -> client.close());
      Source source = new Source(client, access.token(), options.pageSize());
      // Before the database: what the source refuses need not start one.
      source.connect();
      progress.accept("The source is " + source.url() + ", microversion " + source.version());
      DatabaseSettings connection = Storage.open(settings, stops, clock, progress);
      HikariDataSource pool = Databases.connect(connection);
      stops.add("pool", _ -> pool.close());
      Database database = new Database(pool, CommitObserver.NONE);
      new Import(source, database, options, report, reached, clock).run();
    } finally {
      stops.all(Deadline.in(Duration.ZERO, clock));
    }
  }
}
