package io.tocsin.recovery;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.tocsin.clock.Clock;
import io.tocsin.compute.Cloud;
import io.tocsin.compute.CloudSettings;
import io.tocsin.compute.NovaCloud;
import io.tocsin.failover.FailureNotification;
import io.tocsin.failover.FailureNotifications;
import io.tocsin.failover.FailureReport;
import io.tocsin.failover.FailureType;
import io.tocsin.failover.Host;
import io.tocsin.failover.HostChange;
import io.tocsin.failover.Hosts;
import io.tocsin.failover.Intake;
import io.tocsin.failover.IntakeSettings;
import io.tocsin.failover.NewHost;
import io.tocsin.failover.NewSegment;
import io.tocsin.failover.RecoveryMethod;
import io.tocsin.failover.Segment;
import io.tocsin.failover.SegmentChange;
import io.tocsin.failover.Segments;
import io.tocsin.feed.Feed;
import io.tocsin.identity.UserId;
import io.tocsin.simulator.Behaviour;
import io.tocsin.simulator.RegionSpec;
import io.tocsin.simulator.ServedCloud;
import io.tocsin.store.CommitObserver;
import io.tocsin.store.Database;
import io.tocsin.store.PageRequest;
import io.tocsin.store.PostgresVersion;
import io.tocsin.store.StoreUnavailableException;
import io.tocsin.store.TestDatabase;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.function.BooleanSupplier;
import java.util.random.RandomGenerator;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A simulated region behind HTTP, a fresh database, an enrolled segment, and as many engines as a
 * test wants: everything real but the cloud, and that speaks the real wire.
 */
public final class Rehearsal implements AutoCloseable {
  public static final Clock CLOCK = Clock.system();
  private static final RandomGenerator RANDOM = new SplittableRandom(7);
  private static final JsonMapper JSON = JsonMapper.builder().build();

  /** Leases short enough to see a take-over within a second. */
  static final RecoverySettings SETTINGS = expiringAfter(Duration.ofDays(1));

  public final TestDatabase testDatabase;
  public final Segment segment;
  public final Hosts hosts;
  public final Segments segments;
  private final Intake intake;
  // Its ids are drawn by many threads at once, of all nodes.
  private final Feed feed = new Feed(new Random(7));
  private final ServedCloud served;
  private final List<Runnable> nodes = new ArrayList<>();

  public Rehearsal(RegionSpec spec) {
    this(spec, PostgresVersion.EMBEDDED);
  }

  Rehearsal(RegionSpec spec, PostgresVersion version) {
    testDatabase = TestDatabase.create(version);
    served = ServedCloud.inMemory(spec, Behaviour.FAST);
    Database database = testDatabase.database();
    segments = new Segments(database);
    hosts = new Hosts(database, _ -> true);
    segment = segments.create(new NewSegment("demo", "COMPUTE", RecoveryMethod.AUTO, true, null));
    for (String name : served.cloud().hostNames()) {
      hosts.create(segment.id().toString(), new NewHost(name, "COMPUTE", "SSH", false, false));
    }
    intake = new Intake(database, IntakeSettings.DEFAULTS, CLOCK, () -> {});
    intake.start();
  }

  /** The segment recovers by that method from now on. */
  void recoverBy(RecoveryMethod method) {
    segments.update(segment.id().toString(), new SegmentChange(null, null, method, null, null));
  }

  /** Makes a host a spare, as an operator does: disabled in the cloud, reserved here. */
  void reserve(String name) {
    NovaCloud cloud = cloud();
    cloud.disable(cloud.findComputeService(name).orElseThrow(), "Spare.");
    hosts.update(
        segment.id().toString(),
        host(name).id().toString(),
        new HostChange(null, null, null, true, null));
  }

  /** The host as it is enrolled now. */
  Host host(String name) {
    return hosts.requireLive(name);
  }

  /** Something goes wrong in the cloud; docs/simulator.md has the members. */
  void fault(Map<String, Object> fault) {
    control("POST", "/simulator/faults", json(fault));
  }

  /** Of something in the simulated cloud. */
  URI url(String path) {
    return served.url().resolve(path);
  }

  /** A Nova client of its own, as each node has one. */
  public NovaCloud cloud() {
    NovaCloud cloud = new NovaCloud(CloudSettings.defaults(url("/compute/v2.1")), RANDOM, CLOCK);
    nodes.add(cloud::close);
    return cloud;
  }

  /** As quick as the rest, and given up so long after a report's arrival. */
  static RecoverySettings expiringAfter(Duration expiry) {
    return new RecoverySettings(
        new RecoverySettings.Leasing(
            Duration.ofMillis(900), Duration.ofMillis(150), Duration.ofMillis(50)),
        new RecoverySettings.Limits(16, 50, 2),
        new RecoverySettings.Waits(
            Duration.ofSeconds(5),
            Duration.ofSeconds(20),
            Duration.ofMillis(500),
            Duration.ofSeconds(5),
            Duration.ofSeconds(5),
            Duration.ofMillis(200),
            Duration.ofSeconds(1),
            expiry),
        RecoverySettings.HostRules.DEFAULT,
        RecoverySettings.InstanceRules.DEFAULT,
        new RecoverySettings.Safety(
            SafetyRules.DEFAULT,
            SafetyRules.Brake.OF_THE_REGION,
            Duration.ofMillis(300),
            Duration.ZERO));
  }

  public Recoveries startNode() {
    return startNode(cloud(), CommitObserver.NONE, SETTINGS);
  }

  /** A node that moves one instance at a time. */
  public Recoveries startNarrowNode() {
    RecoverySettings.Limits limits = SETTINGS.limits();
    return startNode(
        cloud(),
        CommitObserver.NONE,
        SETTINGS.with(new RecoverySettings.Limits(limits.recoveries(), 1, limits.attempts())));
  }

  /** What the nodes have counted. */
  final SimpleMeterRegistry counted = new SimpleMeterRegistry();

  private final RecoveryMetrics metrics = new RecoveryMetrics(counted, CLOCK);

  Recoveries startNode(Cloud cloud, CommitObserver commits, RecoverySettings settings) {
    Database database = new Database(testDatabase.database().pool(), commits);
    Recoveries node =
        new Recoveries(
            new NodeId(new UUID(RANDOM.nextLong(), RANDOM.nextLong())),
            new Recoveries.Parts(
                database,
                database,
                new FailureNotifications(database),
                hosts,
                cloud,
                feed,
                CLOCK,
                metrics),
            settings);
    nodes.add(() -> node.stop(Duration.ZERO));
    node.start();
    return node;
  }

  public FailureNotification report(FailureType type, String host, Map<String, String> payload) {
    return intake.accept(new FailureReport(type, host, CLOCK.now(), payload));
  }

  /** Switches the host's power off and reports it as a host monitor does. */
  public FailureNotification failHost(String host) {
    control("POST", "/simulator/hosts/" + host + "/fail?report=false", "");
    return report(FailureType.COMPUTE_HOST, host, HOST_STOPPED);
  }

  public static final Map<String, String> HOST_STOPPED =
      Map.of("event", "STOPPED", "cluster_status", "OFFLINE", "host_status", "NORMAL");

  public FailureNotification notification(FailureNotification of) {
    return new FailureNotifications(testDatabase.database()).require(of.number());
  }

  /** Waits for the recovery's end and answers the notification as it then is. */
  public FailureNotification awaitEnd(FailureNotification of) {
    await(Duration.ofSeconds(60), () -> hasEnded(of));
    return notification(of);
  }

  private boolean hasEnded(FailureNotification of) {
    try {
      return notification(of).status().isFinal();
    } catch (StoreUnavailableException _) {
      // Some tests cut everybody's connections, ours too.
      return false;
    }
  }

  public static void await(Duration within, BooleanSupplier condition) {
    long end = CLOCK.nanoTime() + within.toNanos();
    while (!condition.getAsBoolean()) {
      if (CLOCK.nanoTime() > end) {
        throw new AssertionError("not within " + within);
      }
      try {
        CLOCK.sleep(Duration.ofMillis(10));
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
    }
  }

  public List<Vmove> vmoves(FailureNotification of) {
    return history()
        .listVmoves(
            of,
            Optional.empty(),
            Optional.empty(),
            new PageRequest(
                1000, OptionalLong.empty(), List.of(new PageRequest.SortKey("id", true))));
  }

  public DryRun dryRun() {
    Database database = testDatabase.database();
    return new DryRun(
        new Recoveries.Parts(
            database,
            database,
            new FailureNotifications(database),
            hosts,
            cloud(),
            feed,
            CLOCK,
            metrics),
        SETTINGS);
  }

  /** What operators have at hand, who are all called rosa. */
  Interventions interventions() {
    return new Interventions(surroundings());
  }

  Pauses pauses() {
    return new Pauses(surroundings());
  }

  static final Operator ROSA = new Operator(new UserId(new UUID(7, 7)), "rosa");

  private Surroundings surroundings() {
    Database database = testDatabase.database();
    return new Surroundings(
        database, segments, hosts, new FailureNotifications(database), feed, () -> {});
  }

  /** Each verdict of each gate, in order: {@code storm closed}. */
  List<String> gates(FailureNotification of) {
    return testDatabase
        .database()
        .read(handle ->
            handle
                .createQuery(
                    """
                    select gate || ' ' || verdict from recovery_gate
                    where recovery_id = :id order by id
                    """)
                .bind("id", of.number())
                .mapTo(String.class)
                .list());
  }

  /** A column of the recovery's row, as text. */
  Optional<String> column(FailureNotification of, String name) {
    return testDatabase
        .database()
        .read(handle ->
            handle
                .createQuery("select " + name + " from recovery where id = " + of.number())
                .mapTo(String.class)
                .findOne());
  }

  int claimedSpares() {
    return testDatabase
        .database()
        .read(handle ->
            handle
                .createQuery("select count(*) from reserved_host_claim")
                .mapTo(Integer.class)
                .one());
  }

  void execute(String sql) {
    testDatabase.database().inTransaction(tx -> tx.execute(sql));
  }

  RecoveryHistory history() {
    return new RecoveryHistory(testDatabase.database());
  }

  List<RecordedStep> steps(FailureNotification of) {
    return history().listSteps(of);
  }

  /** The simulator's view of an instance; docs/simulator.md lists the members. */
  JsonNode instance(Object id) {
    return control("GET", "/simulator/instances/" + id, "");
  }

  public List<JsonNode> instancesOn(String host) {
    List<JsonNode> on = new ArrayList<>();
    for (JsonNode instance : control("GET", "/simulator/instances", "").path("instances")) {
      if (instance.path("host").asString().equals(host)) {
        on.add(instance);
      }
    }
    return on;
  }

  static String json(Object value) {
    return JSON.writeValueAsString(value);
  }

  public JsonNode control(String method, String path, String body) {
    return served.control(method, path, body);
  }

  @Override
  public void close() {
    nodes.reversed().forEach(Runnable::run);
    intake.close();
    served.close();
    testDatabase.close();
  }
}
