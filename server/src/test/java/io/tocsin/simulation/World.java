package io.tocsin.simulation;

import io.tocsin.failover.Hosts;
import io.tocsin.failover.NewHost;
import io.tocsin.failover.NewSegment;
import io.tocsin.failover.Segment;
import io.tocsin.failover.Segments;
import io.tocsin.identity.UserId;
import io.tocsin.simulation.Promise.Broken;
import io.tocsin.simulation.WorldLog.Kind;
import io.tocsin.simulator.Span;
import io.tocsin.store.Database;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** One world, from its beginning until every report in it has reached its end. */
final class World {
  /** Whose world a thread is in; threads inherit it. */
  private static final InheritableThreadLocal<@Nullable World> CURRENT =
      new InheritableThreadLocal<>();

  /** When everything has happened and is well again, everything else must end within this (P4). */
  private static final Duration PATIENCE = Duration.ofMinutes(45);

  /** How often the promises that time may break are looked at. */
  private static final Duration LOOK = Duration.ofMillis(500);

  private final WorldPlan plan;
  private final Sabotage sabotage;
  private final SimulationDatabase database;
  private final SplittableRandom random;
  private final Loop loop;
  private final VirtualClock clock;
  private final WorldLog log = new WorldLog();
  private final CloudSide cloud;
  private final List<SimulatedNode> nodes = new ArrayList<>();
  private final Map<String, SimulatedNode> everyNode = new HashMap<>();
  private final Monitors monitors;
  private final Happenings happenings;
  private final List<String> saidToStayLocked = new ArrayList<>();
  private int starts;
  private @Nullable Broken broken;

  /** How a world ended. */
  record Result(
      WorldPlan plan, @Nullable Broken broken, WorldLog log, Duration lasted, long turns) {}

  private World(SimulationDatabase database, WorldPlan plan, Sabotage sabotage) {
    this.plan = plan;
    this.sabotage = sabotage;
    this.database = database;
    this.random = new SplittableRandom(plan.seed());
    this.loop = new Loop(random.split());
    this.clock = new VirtualClock(loop);
    this.cloud = new CloudSide(this, loop.new Lane(), clock, random.split());
    this.monitors = new Monitors(this, loop.new Lane(), clock, random.split());
    this.happenings =
        new Happenings(
            this, cloud, monitors, new Operators(this, new SplittableRandom(plan.seed())));
  }

  /** Lives through the world on the calling thread. */
  static Result live(SimulationDatabase database, WorldPlan plan, Sabotage sabotage) {
    database.begin();
    World world = new World(database, plan, sabotage);
    CURRENT.set(world);
    List<String> undo = sabotage.begin(database);
    try {
      Thread _ = world.loop.new Lane().start("world", world::main);
      Thread _ = world.loop.new Lane().start("takeovers", world::watchTakeovers);
      world.loop.run();
    } catch (RuntimeException e) {
      world.broken(Promise.P4, "the world stands still: " + e);
    } finally {
      CURRENT.remove();
      undo.forEach(database::execute);
    }
    return new Result(
        plan, world.broken, world.log, Duration.ofNanos(world.loop.nowNanos()), world.loop.turns());
  }

  /** The world of the current thread; null outside of any. */
  static @Nullable World current() {
    return CURRENT.get();
  }

  /** Whether the current thread is of the world on that loop. */
  static boolean isOf(Loop loop) {
    World world = CURRENT.get();
    return world != null && world.loop == loop;
  }

  private void main() {
    try {
      enrol();
      for (int i = 1; i <= plan.nodes(); i++) {
        startNode(i);
      }
      Duration past = Duration.ZERO;
      for (WorldPlan.Event event : plan.events()) {
        clock.sleep(event.at().minus(past));
        past = event.at();
        happenings.happen(event.what());
      }
      if (plan.healsAtEnd()) {
        happenings.allEnd();
      }
      awaitEnd();
    } catch (InterruptedException | RuntimeException e) {
      broken(Promise.P8, "the world itself met " + e + " at " + e.getStackTrace()[0]);
    }
    loop.end();
  }

  private void watchTakeovers() {
    Takeovers takeovers = new Takeovers(this);
    try {
      while (true) {
        clock.sleep(LOOK);
        takeovers.look();
      }
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private void enrol() {
    NodeDatabase.enter(new Outsider(this, "world"));
    Database direct = database.database();
    WorldPlan.Enrolment enrolment = plan.enrolment();
    Segment segment =
        new Segments(direct)
            .create(new NewSegment(Operators.SEGMENT, "COMPUTE", enrolment.method(), true, null));
    Hosts hosts = new Hosts(direct, _ -> true);
    for (String host : cloud.hosts()) {
      boolean isReserved = enrolment.reserved().contains(host);
      hosts.create(segment.id().toString(), new NewHost(host, "COMPUTE", "SSH", isReserved, false));
    }
    for (JsonNode instance : cloud.instances()) {
      log.name(instance.path("id").asString(), instance.path("name").asString());
    }
    for (JsonNode host : cloud.control("GET", "/simulator/hosts", "").path("hosts")) {
      log.name(host.path("service_id").asString(), "of-" + host.path("name").asString());
      if (enrolment.reserved().contains(host.path("name").asString())) {
        cloud.disable(host.path("service_id").asString());
      }
    }
    log.name(UserId.SYSTEM.toString(), "user-1");
    happenings.begin();
  }

  /** Number {@code index}, or the next process in its place. */
  void startNode(int index) {
    starts++;
    String name = "node-" + index + (starts > plan.nodes() ? "." + (starts - plan.nodes()) : "");
    SimulatedNode node = new SimulatedNode(this, name, random.split());
    log.name(node.nodeId(), name);
    everyNode.put(node.nodeId(), node);
    if (nodes.size() < index) {
      nodes.add(node);
    } else {
      nodes.set(index - 1, node);
    }
    node.start();
  }

  private void awaitEnd() throws InterruptedException {
    long end = loop.nowNanos() + PATIENCE.toNanos();
    while (broken == null && !(monitors.haveSettled() && isAllEnded())) {
      if (loop.nowNanos() > end) {
        broken(Promise.P4, "not over " + PATIENCE + " after the last fault: " + open());
        return;
      }
      if (plan.healsAtEnd()) {
        happenings.startTheDead();
      }
      clock.sleep(LOOK);
    }
    if (broken == null) {
      new EndCheck(this, monitors, happenings).check();
    }
  }

  private boolean isAllEnded() {
    return database
        .query("select 1 from failure_notification where status in ('new', 'running', 'error')")
        .isEmpty();
  }

  private List<String> open() {
    return database.query(
        """
        select format('report %s is %s, its recovery %s', n.id, n.status, r)
          from failure_notification n join recovery r on r.id = n.id where r.state <> 'done'\
        """);
  }

  WorldPlan plan() {
    return plan;
  }

  Sabotage sabotage() {
    return sabotage;
  }

  SimulationDatabase database() {
    return database;
  }

  Loop loop() {
    return loop;
  }

  /** The true time, which is the database's too. */
  VirtualClock clock() {
    return clock;
  }

  CloudSide cloud() {
    return cloud;
  }

  List<SimulatedNode> nodes() {
    return nodes;
  }

  boolean hasDeadNodes() {
    return everyNode.values().stream().anyMatch(SimulatedNode::isDead);
  }

  /** Also one that is no more; null for an unknown id. */
  @Nullable SimulatedNode nodeOf(String id) {
    return everyNode.get(id);
  }

  /** The node that runs a recovery now; null when none does. */
  @Nullable SimulatedNode holder() {
    List<String> owners =
        database.query("select lease_owner from recovery where state = 'running' order by id");
    return owners.isEmpty() ? null : everyNode.get(owners.getFirst());
  }

  SimulatedNode node(int index) {
    return nodes.get(index - 1);
  }

  Duration sample(Span span) {
    long width = span.max().minus(span.min()).toNanos();
    return width == 0 ? span.min() : span.min().plusNanos(random.nextLong(width + 1));
  }

  /** A notice that something is due goes through the database; it may come late or not at all. */
  void wakeNodes() {
    for (SimulatedNode node : nodes) {
      if (random.nextInt(20) > 0) {
        Loop.Timer _ = loop.in(random.nextLong(5_000_000L), node::wake);
      }
    }
  }

  void nodeDied(SimulatedNode node) {
    log(Kind.WORLD, node.name(), "is dead");
  }

  void log(Kind kind, String who, String what) {
    log.add(loop.nowNanos(), kind, who, what);
  }

  /** Something was committed: writes down what, and looks whether it was allowed. */
  void committed(String who) throws SQLException {
    for (SimulationDatabase.Note note : database.notes()) {
      if (note.promise() == null) {
        log(Kind.STORED, who, note.what());
      } else {
        broken(Promise.valueOf(note.promise()), log.readable(note.what()));
      }
    }
  }

  /** A node's own log has a line. */
  void logged(boolean isError, String text) {
    if (text.contains("instance may stay locked")) {
      saidToStayLocked.add(text);
    }
    log(Kind.DETAIL, "log", text);
    if (isError) {
      broken(Promise.P8, log.readable(text));
    }
  }

  /** The log told an operator that this instance's lock may have to be lifted by hand. */
  boolean mayStayLocked(String instance) {
    return saidToStayLocked.stream().anyMatch(it -> it.contains(instance));
  }

  /** The first one counts; the world ends with it. */
  void broken(Promise promise, String what) {
    if (broken == null) {
      broken = new Broken(promise, what);
      log(Kind.BROKEN, "BROKEN", broken.toString());
      loop.end();
    }
  }

  boolean isBroken() {
    return broken != null;
  }
}
