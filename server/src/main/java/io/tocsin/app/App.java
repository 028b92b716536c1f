package io.tocsin.app;

import com.zaxxer.hikari.HikariDataSource;
import io.micrometer.core.instrument.MeterRegistry;
import io.tocsin.accounts.AccountApi;
import io.tocsin.clock.Clock;
import io.tocsin.clock.Deadline;
import io.tocsin.clock.Durations;
import io.tocsin.clock.LoopMetrics;
import io.tocsin.compute.CloudException;
import io.tocsin.compute.CloudInterruptedException;
import io.tocsin.compute.CloudLocation;
import io.tocsin.compute.NovaCloud;
import io.tocsin.failover.FailureNotifications;
import io.tocsin.failover.Hosts;
import io.tocsin.failover.Intake;
import io.tocsin.failover.IntakeMetrics;
import io.tocsin.failover.Segments;
import io.tocsin.feed.EventLists;
import io.tocsin.feed.Expiry;
import io.tocsin.feed.Feed;
import io.tocsin.feed.FeedMetrics;
import io.tocsin.feed.FeedSecret;
import io.tocsin.feed.Lives;
import io.tocsin.feed.Publisher;
import io.tocsin.feed.ReadMarks;
import io.tocsin.feed.Readers;
import io.tocsin.http.ErrorPages;
import io.tocsin.http.Health;
import io.tocsin.http.HttpMetrics;
import io.tocsin.http.Listener;
import io.tocsin.http.Mounts;
import io.tocsin.http.OpenApi;
import io.tocsin.identity.AuthSettings;
import io.tocsin.identity.Authenticator;
import io.tocsin.identity.Bearers;
import io.tocsin.identity.Directory;
import io.tocsin.identity.KeystoneAuthenticator;
import io.tocsin.identity.Policy;
import io.tocsin.instanceha.InstanceHa;
import io.tocsin.openstack.CallMetrics;
import io.tocsin.openstack.Keystone;
import io.tocsin.openstack.Trust;
import io.tocsin.openstack.TrustException;
import io.tocsin.operator.OperatorApi;
import io.tocsin.recovery.ActionLog;
import io.tocsin.recovery.DryRun;
import io.tocsin.recovery.Explanations;
import io.tocsin.recovery.HostPlans;
import io.tocsin.recovery.HostReturns;
import io.tocsin.recovery.Interventions;
import io.tocsin.recovery.NodeId;
import io.tocsin.recovery.Pauses;
import io.tocsin.recovery.Purge;
import io.tocsin.recovery.QueueLook;
import io.tocsin.recovery.Recoveries;
import io.tocsin.recovery.RecoveryHistory;
import io.tocsin.recovery.RecoveryMetrics;
import io.tocsin.recovery.Rulebook;
import io.tocsin.recovery.Surroundings;
import io.tocsin.store.CommitObserver;
import io.tocsin.store.Database;
import io.tocsin.store.DatabaseSettings;
import io.tocsin.store.Databases;
import io.tocsin.store.Notices;
import io.tocsin.store.Secret;
import java.net.InetSocketAddress;
import java.net.URI;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The server: every part, in the order in which they start. They stop in the reverse order, and a
 * start that fails stops what it had started.
 */
public final class App {
  private static final Logger log = LoggerFactory.getLogger(App.class);

  /** The channel on which nodes tell each other that a recovery is due. */
  private static final String RECOVERY_DUE = "recovery_due";

  /** Of the time for stopping, what requests under way get at most; the rest is the engine's. */
  private static final Duration REQUESTS_GRACE = Duration.ofSeconds(5);

  /** A claim, a heartbeat and a hand-over can go on at the same moment. */
  private static final int LEASE_CONNECTIONS = 3;

  private final Settings settings;
  private final Clock clock;
  private final Consumer<String> progress;
  private final SecureRandom random = new SecureRandom();
  private final Stops stops = new Stops();

  /** What a started server offers to this room. */
  record Started(URI url, Segments segments, Hosts hosts, Accounts accounts) {}

  /** Who may use which account. */
  record Accounts(Bearers bearers, Directory directory) {}

  /**
   * A server, not yet started.
   *
   * @param progress told in short sentences what takes time
   */
  public App(Settings settings, Clock clock, Consumer<String> progress) {
    this.settings = settings;
    this.clock = clock;
    this.progress = progress;
  }

  /**
   * Starts everything and returns the API's URL, which answers from then on. Throws what the part
   * throws that refuses; nothing is left running then.
   */
  public URI start() {
    return startParts().url();
  }

  Started startParts() {
    try {
      return assemble();
    } catch (RuntimeException | Error e) {
      stops.all(Deadline.in(Duration.ZERO, clock));
      throw e;
    }
  }

  private Started assemble() {
    Policy policy = settings.policy();
    Metrics metrics = new Metrics(settings.hasMetrics());
    stops.add("metrics", _ -> metrics.close());
    metrics.countProcess();
    MeterRegistry registry = metrics.registry();
    CallMetrics calls = new CallMetrics(registry);
    Keystone keystone = keystone(calls);
    CloudLocation location = cloudLocation();
    DatabaseSettings connection = Storage.open(settings, stops, clock, progress);
    Database database = connect("pool", connection, metrics);
    Database leasing = connect("lease pool", leases(connection), metrics);

    NovaCloud cloud =
        new NovaCloud(settings.cloud(), location, keystone, random, clock).countedBy(calls);
    stops.add("cloud", _ -> cloud.close());
    calls.showNova(cloud.callLimit());

    Segments segments = new Segments(database);
    Hosts hosts = new Hosts(database, new CloudHosts(cloud));
    FailureNotifications notifications = new FailureNotifications(database);
    RecoveryHistory history = new RecoveryHistory(database);

    FeedMetrics feedMetrics = new FeedMetrics(registry, clock);
    Feed feed = new Feed(random, feedMetrics);
    NodeId node = new NodeId(new UUID(random.nextLong(), random.nextLong()));
    Recoveries.Parts parts =
        new Recoveries.Parts(
            database,
            leasing,
            notifications,
            hosts,
            cloud,
            feed,
            clock,
            new RecoveryMetrics(registry, clock));
    Recoveries engine = new Recoveries(node, parts, settings.recovery());
    Notices notices = new Notices(connection, clock);
    notices.listen(RECOVERY_DUE, engine::wake);
    Runnable wakeAll =
        () -> {
          engine.wake();
          notices.tell(RECOVERY_DUE);
        };
    Intake intake =
        new Intake(database, settings.intake(), clock, new IntakeMetrics(registry), wakeAll);

    start("engine", engine::start, by -> engine.stop(by.remaining()));
    start("notices", notices::start, _ -> notices.close());
    start("intake", intake::start, _ -> intake.close());
    Purge purge =
        new Purge(
            database,
            feed,
            clock,
            settings.retention(),
            new LoopMetrics(registry, LoopMetrics.Loop.PURGE, clock));
    start("purge", purge::start, _ -> purge.stop());
    if (metrics.isEnabled()) {
      QueueLook queueLook = new QueueLook(database, registry, clock);
      start("queue look", queueLook::start, _ -> queueLook.stop());
    }

    Authenticator authenticator = authenticator(keystone);
    Accounts accounts = accounts(database, authenticator, policy);
    keepOperatorToken(accounts.directory());
    InstanceHa instanceHa =
        new InstanceHa(
            new InstanceHa.Services(segments, hosts, notifications, intake, history),
            settings.instanceHa(),
            authenticator == null ? Authenticator.NOBODY_IS_ASKED : authenticator,
            policy);
    AccountApi accountApi = accountApi(database, accounts, feedMetrics);
    OperatorApi operatorApi =
        operatorApi(
            new Surroundings(database, segments, hosts, notifications, feed, wakeAll),
            parts,
            purge,
            accounts.bearers());
    Health health = new Health(List.of(() -> trouble(database)));
    OpenApi openApi = new OpenApi(List.of("instance-ha", "account-notifications", "operator"));
    Mounts mounts =
        instanceHa.on(
            accountApi.on(
                operatorApi.on(
                    metrics.on(
                        Mounts.of(new Mounts.Mount("/healthcheck", health, ErrorPages.PLAIN))
                            .with(OpenApi.MOUNT, openApi, ErrorPages.PLAIN)))));
    Listener listener =
        new Listener(settings.http(), mounts, clock, random, new HttpMetrics(registry));
    start(
        "listener",
        listener::start,
        by -> listener.drain(Durations.shorter(by.remaining(), REQUESTS_GRACE)));

    Thread probe = Thread.ofVirtual().name("cloud-probe").start(() -> probe(cloud));
    stops.add("cloud probe", _ -> probe.interrupt());

    URI url = url(listener);
    log.atInfo().addKeyValue("url", url).addKeyValue("node", node).log("server ready");
    return new Started(url, segments, hosts, accounts);
  }

  /**
   * Says early what the first recovery would find out. The server starts all the same: a cloud may
   * come later, and failures are worth writing down meanwhile.
   */
  private static void probe(NovaCloud cloud) {
    try {
      log.atInfo().addKeyValue("microversions", cloud.probe()).log("cloud answers");
    } catch (CloudException e) {
      log.atWarn()
          .addKeyValue("reason", e.getMessage())
          .log("cloud cannot be used; reports are accepted, recoveries wait for it");
    } catch (CloudInterruptedException _) {
      // We are stopping.
    }
  }

  private Database connect(String name, DatabaseSettings connection, Metrics metrics) {
    HikariDataSource pool = Databases.connect(connection);
    stops.add(name, _ -> pool.close());
    metrics.count(pool);
    return new Database(pool, CommitObserver.NONE);
  }

  private static DatabaseSettings leases(DatabaseSettings connection) {
    return connection
        .withPoolSize(LEASE_CONNECTIONS)
        .withApplicationName(connection.applicationName() + "-leases");
  }

  /** Our session with Keystone, which begins with the first call; null where none is configured. */
  private @Nullable Keystone keystone(CallMetrics calls) {
    if (settings.keystone() == null) {
      return null;
    }
    try {
      Keystone keystone = new Keystone(settings.keystone(), calls, random, clock);
      stops.add("keystone", _ -> keystone.close());
      return keystone;
    } catch (TrustException e) {
      throw new StartRefusedException("keystone.ca-file: " + e.getMessage(), e);
    }
  }

  /** Null where nobody is asked who they are. */
  private @Nullable Authenticator authenticator(@Nullable Keystone keystone) {
    AuthSettings auth = settings.auth();
    if (auth == null) {
      return null;
    }
    if (keystone == null) {
      throw new IllegalStateException("auth.mode=keystone without keystone.url is refused before");
    }
    KeystoneAuthenticator authenticator = new KeystoneAuthenticator(keystone, auth, clock);
    stops.add("authenticator", _ -> authenticator.close());
    return authenticator;
  }

  private Accounts accounts(
      Database database, @Nullable Authenticator authenticator, Policy policy) {
    Readers readers = new Readers();
    return new Accounts(
        new Bearers(database, authenticator, policy, readers, clock),
        new Directory(database, readers, random, clock));
  }

  /** Without it nobody could make the first account where Keystone is not asked. */
  private void keepOperatorToken(Directory directory) {
    OperatorTokenFile file = new OperatorTokenFile(settings.data());
    Secret known = file.read();
    Secret good = directory.operatorToken(known);
    if (!good.equals(known)) {
      file.write(good);
    }
  }

  private CloudLocation cloudLocation() {
    Settings.CloudFinding finding = settings.cloudFinding();
    try {
      return new CloudLocation(finding.catalog(), Trust.in(finding.caFile()));
    } catch (TrustException e) {
      throw new StartRefusedException("cloud.ca-file: " + e.getMessage(), e);
    }
  }

  private OperatorApi operatorApi(
      Surroundings around, Recoveries.Parts parts, Purge purge, Bearers bearers) {
    return new OperatorApi(
        new OperatorApi.Services(
            bearers,
            new Explanations(around),
            new Interventions(around),
            new Pauses(around),
            new HostReturns(around, parts.cloud()),
            new HostPlans(around, new DryRun(parts, settings.recovery())),
            new Rulebook(around, settings.recovery().safety().rules()),
            purge,
            new ActionLog(around.database())));
  }

  private AccountApi accountApi(Database database, Accounts accounts, FeedMetrics metrics) {
    Expiry expiry = new Expiry(database, clock, metrics);
    start("expiry", expiry::start, _ -> expiry.stop());
    EventLists lists = new EventLists(database, expiry, settings.feed());
    return new AccountApi(
        new AccountApi.Services(
            accounts.bearers(),
            accounts.directory(),
            lists,
            new ReadMarks(database, lists),
            new Publisher(database, clock, random, metrics),
            FeedSecret.in(database),
            new Lives(database)),
        settings.accounts(),
        clock,
        random);
  }

  private void start(String name, Runnable start, Stops.Stop stop) {
    start.run();
    stops.add(name, stop);
  }

  /**
   * Stops accepting, lets requests and recoveries come to their end within the time that the
   * settings grant, leaves the rest to other nodes or the next start, and stops every part. May be
   * repeated.
   */
  public void stop() {
    stops.all(Deadline.in(settings.stopGrace(), clock));
  }

  private static Optional<String> trouble(Database database) {
    return database.answers() ? Optional.empty() : Optional.of("The database cannot be reached");
  }

  static URI url(Listener listener) {
    InetSocketAddress address = listener.address();
    String scheme = listener.isSecure() ? "https://" : "http://";
    return URI.create(scheme + new ListenAddress(address.getHostString(), address.getPort()));
  }
}
