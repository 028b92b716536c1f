package io.tocsin.app;

import com.zaxxer.hikari.HikariDataSource;
import io.tocsin.clock.Clock;
import io.tocsin.clock.Deadline;
import io.tocsin.masakari.Import;
import io.tocsin.masakari.ImportReport;
import io.tocsin.masakari.Source;
import io.tocsin.openstack.CallLimit;
import io.tocsin.openstack.CallSettings;
import io.tocsin.openstack.OpenStackClient;
import io.tocsin.store.CommitObserver;
import io.tocsin.store.Database;
import io.tocsin.store.DatabaseSettings;
import io.tocsin.store.Databases;
import io.tocsin.store.Secret;
import java.net.URI;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

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
  private final Access access;
  private final Clock clock;
  private final Consumer<String> progress;
  private final SecureRandom random = new SecureRandom();
  private final Stops stops = new Stops();

  /**
   * How to get at the source.
   *
   * @param url with or without {@code /v1} and a project behind it
   * @param token sent with each call; null where the source asks for none
   * @param callsInFlight most calls at one moment
   */
  public record Access(URI url, @Nullable Secret token, int callsInFlight) {
    /** The URL below which segments and notifications are. */
    URI endpoint() {
      String text = url.toString().replaceFirst("/+$", "");
      return URI.create(text.matches(".*/v1(/[^/]+)?") ? text : text + "/v1");
    }
  }

  /**
   * Nothing happens before {@link #run}.
   *
   * @param progress told in short sentences what takes time
   */
  public ImportRun(Settings settings, Access access, Clock clock, Consumer<String> progress) {
    this.settings = settings;
    this.access = access;
    this.clock = clock;
    this.progress = progress;
  }

  /**
   * Imports, and leaves nothing running. Throws what the source or the database throws; what was
   * imported by then stays, and is in the report.
   */
  public void run(Import.Options options, ImportReport report, Import.Progress reached) {
    try {
      OpenStackClient client =
          new OpenStackClient(
              access.endpoint(),
              CALLS,
              new CallLimit(access.callsInFlight(), clock),
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
