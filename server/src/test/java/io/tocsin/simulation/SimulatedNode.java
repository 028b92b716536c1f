package io.tocsin.simulation;

import io.micrometer.core.instrument.composite.CompositeMeterRegistry;
import io.tocsin.compute.Cloud;
import io.tocsin.compute.NovaCloud;
import io.tocsin.failover.FailureNotification;
import io.tocsin.failover.FailureNotifications;
import io.tocsin.failover.FailureReport;
import io.tocsin.failover.Hosts;
import io.tocsin.failover.Intake;
import io.tocsin.feed.Feed;
import io.tocsin.recovery.NodeId;
import io.tocsin.recovery.Recoveries;
import io.tocsin.recovery.RecoveryMetrics;
import io.tocsin.simulation.NodeDatabase.Fate;
import io.tocsin.simulation.WorldLog.Kind;
import io.tocsin.store.Database;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.locks.LockSupport;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * One process of the product in a world: its engine and its intake, built as {@code App} builds
 * them, on threads, a clock, a way to the database and one to the cloud that the world has in hand.
 */
final class SimulatedNode implements NodeDatabase.Surroundings {
  /** How long a pool tries to get a connection. */
  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(3);

  private static final Duration GRACE = Duration.ofSeconds(5);

  private final World world;
  private final String name;
  private final UUID id;
  private final RandomGenerator random;
  private final Loop.Lane lane;
  private final Loop.Lane heart;
  private final VirtualClock clock;
  private @Nullable Recoveries recoveries;
  private @Nullable Intake intake;
  private Fates fates = Fates.NONE;
  private boolean isCut;
  private boolean isStopping;
  private long deadSinceNanos;

  /** What may become of a commit, as probabilities. */
  record Fates(double lost, double unknown, double fatal) {
    static final Fates NONE = new Fates(0, 0, 0);
  }

  SimulatedNode(World world, String name, RandomGenerator random) {
    this.world = world;
    this.name = name;
    this.random = random;
    this.id = new UUID(random.nextLong(), random.nextLong());
    this.lane = world.loop().new Lane();
    this.heart = world.loop().new Lane();
    this.clock = new VirtualClock(world.loop());
  }

  /** Starts it; it is ready some moments later. */
  void start() {
    run("main", this::boot);
  }

  private void run(String what, Runnable body) {
    Thread _ =
        lane.start(
            name + "-" + what,
            () -> {
              NodeDatabase.enter(this);
              body.run();
            });
  }

  private void boot() {
    Database database = world.database().database();
    Cloud cloud =
        new NovaCloud(
            world.plan().cloud(),
            new CloudConnection((request, body) -> world.cloud().call(this, request, body)),
            random,
            clock);
    Recoveries engine =
        new Recoveries(
            new NodeId(id),
            new Recoveries.Parts(
                database,
                database,
                new FailureNotifications(database),
                new Hosts(database, _ -> true),
                world.sabotage().around(cloud, random),
                new Feed(random),
                clock,
                new RecoveryMetrics(new CompositeMeterRegistry(), clock)),
            world.plan().recovery());
    recoveries = engine;
    engine.start(hearts());
    Intake way = new Intake(database, world.sabotage().intake(), clock, world::wakeNodes);
    way.start();
    intake = way;
    world.log(Kind.WORLD, name, "is up");
  }

  private ThreadFactory hearts() {
    return body -> VirtualThreads.on(heart).name(name + "-heart").unstarted(body);
  }

  String name() {
    return name;
  }

  /** On the loop's time; means something when it is dead. */
  long deadSinceNanos() {
    return deadSinceNanos;
  }

  boolean isDead() {
    return lane.isDead();
  }

  /** It lives, has its time and reaches the database: what it ought to do, it does. */
  boolean isWell() {
    return !isDead() && !isStopping && !lane.isFrozen() && !isCut && fates.equals(Fates.NONE);
  }

  void wake() {
    Recoveries engine = recoveries;
    if (engine != null && !isDead()) {
      run("notice", engine::wake);
    }
  }

  /** What becomes of a report that is sent to it; fails when the node refuses it. */
  CompletableFuture<FailureNotification> accept(FailureReport report) {
    CompletableFuture<FailureNotification> answer = new CompletableFuture<>();
    Intake way = intake;
    if (way == null || isDead() || isStopping) {
      answer.completeExceptionally(new IllegalStateException("connection refused"));
      return answer;
    }
    run(
        "request",
        () -> {
          try {
            answer.complete(way.accept(report));
          } catch (RuntimeException e) {
            answer.completeExceptionally(e);
          }
        });
    return answer;
  }

  void kill() {
    if (!isDead()) {
      world.log(Kind.WORLD, name, "is killed");
      end();
    }
  }

  private void end() {
    lane.kill();
    deadSinceNanos = world.loop().nowNanos();
    if (!world.sabotage().keepsHeartsBeating()) {
      heart.kill();
    }
  }

  void stop() {
    Recoveries engine = recoveries;
    if (isDead() || isStopping || engine == null) {
      return;
    }
    isStopping = true;
    world.log(Kind.WORLD, name, "is told to stop");
    run(
        "stop",
        () -> {
          engine.stop(GRACE);
          world.log(Kind.WORLD, name, "has stopped");
          end();
        });
  }

  void freeze(Duration duration) {
    hold(lane, duration, "has its threads frozen");
    hold(heart, duration, "has its heart frozen");
    if (world.sabotage() == Sabotage.NO_EPOCH_GUARD) {
      clock.miss(duration);
    }
  }

  void stopHeart(Duration duration) {
    hold(heart, duration, "has its heart frozen");
  }

  private void hold(Loop.Lane held, Duration duration, String how) {
    if (held.isDead() || held.isFrozen()) {
      return;
    }
    world.log(Kind.WORLD, name, how + " for " + duration);
    held.freeze();
    Loop.Timer _ = world.loop().in(duration.toNanos(), held::thaw);
  }

  void cut(Duration duration) {
    if (isDead() || isCut) {
      return;
    }
    world.log(Kind.WORLD, name, "cannot reach the database for " + duration);
    isCut = true;
    Loop.Timer _ = world.loop().in(duration.toNanos(), () -> isCut = false);
  }

  void failCommits(Fates worse, Duration duration) {
    if (isDead() || !fates.equals(Fates.NONE)) {
      return;
    }
    world.log(Kind.WORLD, name, "has commits fail for " + duration + ", " + worse);
    fates = worse;
    Loop.Timer _ = world.loop().in(duration.toNanos(), () -> fates = Fates.NONE);
  }

  void jumpClock(Duration error) {
    world.log(Kind.WORLD, name, "has a wall clock that is wrong by " + error);
    clock.jumpTo(error);
  }

  @Override
  public String nodeId() {
    return id.toString();
  }

  @Override
  public String nodeName() {
    return name;
  }

  @Override
  public Instant now() {
    return world.clock().now();
  }

  @Override
  public String rewrite(String sql) {
    return world.sabotage().rewrite(sql);
  }

  @Override
  public void travel() throws InterruptedException {
    clock.sleep(world.sample(world.plan().travel().toDatabase()));
  }

  @Override
  public @Nullable Duration cut() {
    if (!isCut) {
      return null;
    }
    return random.nextBoolean() ? Duration.ofMillis(1) : CONNECT_TIMEOUT;
  }

  @Override
  public void sleep(Duration duration) throws InterruptedException {
    clock.sleep(duration);
  }

  @Override
  public Fate nextCommit() {
    Fate sabotaged = world.sabotage().nextCommit(random);
    if (sabotaged != Fate.GOES_WELL) {
      return sabotaged;
    }
    if (fates.equals(Fates.NONE)) {
      return Fate.GOES_WELL;
    }
    double drawn = random.nextDouble();
    if (drawn < fates.lost()) {
      return told(Fate.LOST, "loses its connection before a commit");
    }
    if (drawn < fates.lost() + fates.unknown()) {
      return told(Fate.STORED_UNKNOWN, "loses its connection after a commit");
    }
    if (drawn < fates.lost() + fates.unknown() + fates.fatal()) {
      return random.nextBoolean()
          ? told(Fate.DIES_BEFORE, "dies before a commit")
          : told(Fate.DIES_AFTER, "dies after a commit");
    }
    return Fate.GOES_WELL;
  }

  private Fate told(Fate fate, String what) {
    world.log(Kind.WORLD, name, what);
    return fate;
  }

  @Override
  public void die() {
    end();
    world.nodeDied(this);
    while (true) {
      boolean _ = Thread.interrupted();
      LockSupport.park(this);
    }
  }

  @Override
  public void committed() throws SQLException {
    world.committed(name);
  }
}
