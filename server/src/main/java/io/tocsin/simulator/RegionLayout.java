package io.tocsin.simulator;

import io.tocsin.simulator.SimulatedServer.Birth;
import io.tocsin.simulator.SimulatedServer.Evacuations;
import io.tocsin.simulator.SimulatedServer.Fault;
import io.tocsin.simulator.SimulatedServer.Lock;
import io.tocsin.simulator.SimulatedServer.State;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Draws a region from its spec: the same spec gives the same hosts and servers. */
final class RegionLayout {
  /** Regions at least this large carry one server that nothing can recover, on their last host. */
  static final int HOSTS_FOR_A_HOPELESS_SERVER = 10;

  private static final List<String> ROLES =
      List.of("web", "db", "app", "cache", "queue", "batch", "build", "mail");
  private static final int PROJECTS = 5;

  /** What a server starts as; one line of the mix. */
  private record Start(String vmState, @Nullable String taskState, int powerState) {}

  private static final Start ACTIVE = new Start("active", null, 1);

  /** Twenty starts in the proportion of the region; neighbours on a host are seven apart. */
  private static final List<Start> MIX =
      List.of(
          ACTIVE,
          ACTIVE,
          new Start("stopped", null, 4),
          ACTIVE,
          ACTIVE,
          new Start("paused", null, 3),
          ACTIVE,
          ACTIVE,
          new Start("stopped", null, 4),
          ACTIVE,
          ACTIVE,
          new Start("error", null, 0),
          ACTIVE,
          new Start("resized", null, 1),
          ACTIVE,
          ACTIVE,
          new Start("suspended", null, 4),
          ACTIVE,
          new Start("active", "image_uploading", 1),
          ACTIVE);

  private static final int STRIDE_ON_HOST = 7;
  private static final int STRIDE_OF_HOSTS = 3;

  /** What owners write where they mean yes or no; null: they wrote nothing. */
  private static final String[] HA_ENABLED = {
    "True", "True", "true", null, "True", "False", "yes", null, "True", "1", "True", null, "TRUE",
    "True", "false", null, "on", "True", null, null
  };

  private final RegionSpec spec;
  private final Instant now;

  RegionLayout(RegionSpec spec, Instant now) {
    this.spec = spec;
    this.now = now;
  }

  List<SimulatedHost> hosts() {
    int digits = Math.max(2, Integer.toString(spec.hosts()).length());
    List<SimulatedHost> hosts = new ArrayList<>(spec.hosts());
    for (int i = 0; i < spec.hosts(); i++) {
      String number = Integer.toString(i + 1);
      String name = "host-" + "0".repeat(digits - number.length()) + number;
      UUID serviceId = uuid("service", i);
      hosts.add(
          new SimulatedHost(
              i + 1, name, serviceId, "nova", true, null, null, null, false, 0, null));
    }
    return hosts;
  }

  List<Aggregate> aggregates(List<SimulatedHost> hosts) {
    List<String> odd = new ArrayList<>();
    List<String> even = new ArrayList<>();
    for (SimulatedHost host : hosts) {
      (host.number() % 2 == 1 ? odd : even).add(host.name());
    }
    return List.of(
        new Aggregate(1, uuid("aggregate", 0), "rack-a", odd, now),
        new Aggregate(2, uuid("aggregate", 1), "rack-b", even, now));
  }

  /** Server {@code i} lives on host {@code i mod hosts}, so every host gets its share. */
  List<SimulatedServer> servers(List<SimulatedHost> hosts) {
    List<SimulatedServer> servers = new ArrayList<>(spec.instances());
    int hopeless = hopelessServer();
    for (int i = 0; i < spec.instances(); i++) {
      SimulatedHost host = hosts.get(i % spec.hosts());
      servers.add(i == hopeless ? draw(i, host, ACTIVE, "True", null, false) : drawn(i, host));
    }
    return servers;
  }

  /** The first server of the last host, or none: -1. */
  private int hopelessServer() {
    boolean hasOne =
        spec.states() == RegionSpec.States.MIXED
            && spec.hosts() >= HOSTS_FOR_A_HOPELESS_SERVER
            && spec.instances() >= spec.hosts();
    return hasOne ? spec.hosts() - 1 : -1;
  }

  private SimulatedServer drawn(int i, SimulatedHost host) {
    return switch (spec.states()) {
      case ALL_ACTIVE -> draw(i, host, ACTIVE, "True", null, true);
      case MIXED -> {
        int place = i / spec.hosts() * STRIDE_ON_HOST + host.number() * STRIDE_OF_HOSTS;
        SplittableRandom random = random("server", i);
        String haEnabled = HA_ENABLED[random.nextInt(HA_ENABLED.length)];
        Lock lock = random.nextInt(12) == 0 ? Lock.OWNER : null;
        yield draw(i, host, MIX.get(Math.floorMod(place, MIX.size())), haEnabled, lock, true);
      }
    };
  }

  private SimulatedServer draw(
      int i,
      SimulatedHost host,
      Start start,
      @Nullable String haEnabled,
      @Nullable Lock lock,
      boolean isRecoverable) {
    SplittableRandom random = random("birth", i);
    int project = random.nextInt(PROJECTS);
    // The oldest server is a month old; each is ten seconds younger than the one before.
    Instant at = now.minus(Duration.ofDays(30)).plus(Duration.ofSeconds(i * 10L));
    Birth birth =
        new Birth(
            uuid("id", i),
            i + 1L,
            ROLES.get(i % ROLES.size()) + "-" + (i / ROLES.size() + 1),
            uuid("project", project),
            uuid("user", project),
            at,
            random.nextInt(ServerJson.FLAVORS.size()),
            isRecoverable);
    Fault fault =
        start.vmState().equals("error")
            ? new Fault(500, "Build of instance " + birth.id() + " aborted.", at)
            : null;
    Map<String, String> metadata = haEnabled == null ? Map.of() : Map.of("HA_Enabled", haEnabled);
    State state =
        new State(
            host.name(),
            start.vmState(),
            start.taskState(),
            start.powerState(),
            lock,
            metadata,
            fault,
            false);
    String runsOn = start.powerState() == 1 || start.powerState() == 3 ? host.name() : null;
    return new SimulatedServer(birth, state, runsOn, null, Evacuations.NONE, List.of(), at);
  }

  private UUID uuid(String kind, int number) {
    SplittableRandom random = random(kind, number);
    long high = (random.nextLong() & ~0xF000L) | 0x4000L;
    long low = (random.nextLong() & ~(0b11L << 62)) | (0b10L << 62);
    return new UUID(high, low);
  }

  private SplittableRandom random(String kind, int number) {
    return new SplittableRandom(spec.seed() * 1_000_003 + kind.hashCode() * 31L * 31 + number);
  }
}
