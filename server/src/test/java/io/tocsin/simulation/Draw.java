package io.tocsin.simulation;

import io.tocsin.compute.CloudSettings;
import io.tocsin.failover.FailureType;
import io.tocsin.failover.RecoveryMethod;
import io.tocsin.recovery.RecoverySettings;
import io.tocsin.recovery.SafetyRules;
import io.tocsin.simulation.WorldPlan.Event;
import io.tocsin.simulator.Behaviour;
import io.tocsin.simulator.RegionSpec;
import io.tocsin.simulator.Span;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Supplier;

/** Draws a world from a seed. */
final class Draw {
  /** All that goes wrong does so within this; a recovery takes about as long. */
  private static final int SECONDS = 60;

  private static final Map<String, String> STOPPED =
      Map.of("event", "STOPPED", "cluster_status", "OFFLINE", "host_status", "NORMAL");
  private static final Map<String, String> STOPPED_IN_OTHER_WORDS =
      Map.of("event", "STOPPED", "cluster_status", "ONLINE", "host_status", "NORMAL");
  private static final Map<String, String> NOT_FENCED =
      Map.of("event", "STOPPED", "cluster_status", "OFFLINE", "host_status", "UNKNOWN");

  private final long seed;
  private final SplittableRandom random;
  private final List<Event> events = new ArrayList<>();
  private final boolean isCareful;
  private final int nodes;
  private final int hosts;
  private final int instances;

  private Draw(long seed) {
    this.seed = seed;
    this.random = new SplittableRandom(seed * 31 + 17);
    this.isCareful = random.nextInt(3) == 0;
    this.nodes = 1 + random.nextInt(3);
    this.hosts = 3 + random.nextInt(4);
    this.instances = hosts * (1 + random.nextInt(4));
  }

  static WorldPlan world(long seed) {
    return new Draw(seed).plan();
  }

  private WorldPlan plan() {
    failures();
    int troubles = random.nextInt(7);
    for (int i = 0; i < troubles; i++) {
      trouble();
    }
    if (chance(0.6)) {
      at(30 + random.nextInt(SECONDS), new Happening.CloudHeals());
    }
    if (chance(0.4)) {
      int orders = 1 + random.nextInt(4);
      for (int i = 0; i < orders; i++) {
        order();
      }
    }
    events.sort(Comparator.comparing(Event::at));
    return new WorldPlan(
        seed,
        nodes,
        new RegionSpec(hosts, instances, seed, states()),
        enrolment(),
        behaviour(),
        cloudSettings(),
        recoverySettings(),
        new WorldPlan.Travel(
            new Span(Duration.ofMillis(1), Duration.ofMillis(chance(0.2) ? 400 : 20)),
            new Span(Duration.ZERO, Duration.ofMillis(2))),
        events,
        true);
  }

  /** Two of three worlds do without spares. */
  private WorldPlan.Enrolment enrolment() {
    if (chance(0.66)) {
      return WorldPlan.Enrolment.PLAIN;
    }
    List<String> reserved =
        chance(0.7) ? List.of(host(hosts)) : List.of(host(hosts - 1), host(hosts));
    return new WorldPlan.Enrolment(
        pick(
            RecoveryMethod.RESERVED_HOST, RecoveryMethod.AUTO_PRIORITY, RecoveryMethod.RH_PRIORITY),
        reserved);
  }

  /** What operators do, whether or not it makes sense at that moment. */
  private void order() {
    int at = random.nextInt(SECONDS + 20);
    String host = host(1 + random.nextInt(hosts));
    String scope = pick("region", "segment", host);
    switch (random.nextInt(5)) {
      case 0, 1 -> {
        at(at, new Happening.ByOperator.Pauses(scope, seconds(2, 60)));
        if (chance(0.5)) {
          at(at + random.nextInt(30), new Happening.ByOperator.Resumes(scope));
        }
      }
      case 2 -> at(at, new Happening.ByOperator.Cancels(host(1)));
      case 3 -> at(at, new Happening.ByOperator.Retries(host(1)));
      default -> at(at, new Happening.ByOperator.Approves(scope));
    }
  }

  private RegionSpec.States states() {
    return chance(0.75) ? RegionSpec.States.MIXED : RegionSpec.States.ALL_ACTIVE;
  }

  /** What monitors see and report. */
  private void failures() {
    int dying = chance(0.7) ? 1 : Math.min(hosts - 1, 2 + random.nextInt(2));
    for (int i = 1; i <= dying; i++) {
      hostDies(host(i));
    }
    if (chance(0.3)) {
      // Nobody knows whether it is dead, and it is not.
      String host = host(hosts);
      int at = random.nextInt(20);
      at(at, new Happening.ServiceDies(host));
      at(at + 1, new Happening.Report(FailureType.COMPUTE_HOST, host, NOT_FENCED, monitors()));
    }
    int others = random.nextInt(4);
    for (int i = 0; i < others; i++) {
      other();
    }
  }

  private void hostDies(String host) {
    int millis = random.nextInt(20_000);
    events.add(new Event(Duration.ofMillis(millis), new Happening.HostDies(host)));
    int seen = millis + 100 + random.nextInt(5_000);
    int times = chance(0.7) ? 1 : 2;
    for (int i = 0; i < times; i++) {
      // The same words again are a duplicate; other words about the same host are not.
      Map<String, String> words = i == 0 || chance(0.3) ? STOPPED : STOPPED_IN_OTHER_WORDS;
      events.add(
          new Event(
              Duration.ofMillis(seen + i * random.nextInt(20_000)),
              new Happening.Report(FailureType.COMPUTE_HOST, host, words, monitors())));
    }
  }

  private int monitors() {
    return chance(0.6) ? 1 : 2 + random.nextInt(2);
  }

  private void other() {
    int at = random.nextInt(SECONDS / 2);
    String host = host(1 + random.nextInt(hosts));
    Supplier<Happening> what =
        pick(
            () ->
                new Happening.Report(
                    FailureType.PROCESS,
                    host,
                    Map.of("event", "STOPPED", "process_name", pick("nova-compute", "libvirtd")),
                    monitors()),
            () ->
                new Happening.Report(
                    FailureType.VM,
                    "#" + random.nextInt(instances),
                    Map.of("event", "LIFECYCLE", "vir_domain_event", "STOPPED_FAILED"),
                    monitors()),
            () -> new Happening.OwnerDeletes("#" + random.nextInt(instances)));
    at(at, what.get());
  }

  private void trouble() {
    // Mostly while recoveries run.
    int at = random.nextInt(chance(0.7) ? SECONDS / 2 : SECONDS);
    int numbered = 1 + random.nextInt(nodes);
    // A lease is worth losing while something is done under it.
    int node = chance(0.5) ? Happening.HOLDER : numbered;
    int kind = random.nextInt(11);
    switch (kind) {
      case 0 -> {
        at(at, new Happening.NodeDies(node));
        if (nodes == 1 || chance(0.7)) {
          at(at + random.nextInt(20), new Happening.NodeStarts(numbered));
        }
      }
      case 1 -> {
        at(at, new Happening.NodeStops(numbered));
        at(at + random.nextInt(20), new Happening.NodeStarts(numbered));
      }
      case 2 -> at(at, new Happening.NodeFreezes(node, seconds(1, 25)));
      case 3 -> at(at, new Happening.HeartStops(node, seconds(3, 25)));
      case 4 -> at(at, new Happening.DatabaseCut(node, seconds(1, 20)));
      case 5, 6 ->
          at(
              at,
              new Happening.CommitsFail(
                  node,
                  random.nextDouble(0.2),
                  random.nextDouble(0.2),
                  chance(0.5) ? random.nextDouble(0.1) : 0,
                  seconds(2, 20)));
      case 7 ->
          at(at, new Happening.ClockJumps(node, Duration.ofSeconds(random.nextInt(-7200, 7200))));
      case 8 ->
          at(
              at,
              new Happening.CloudUnreachable(
                  random.nextDouble(chance(0.3) ? 1.0 : 0.4), seconds(1, 20)));
      default -> cloudFault(at);
    }
  }

  private void cloudFault(int at) {
    String kind =
        pick(
            "throttle",
            "error-500",
            "error-503",
            "cut-before",
            "cut-after",
            "evacuation-fails",
            "evacuation-bounces",
            "evacuation-hangs",
            "state-lags");
    StringBuilder order = new StringBuilder("{\"kind\": \"" + kind + "\"");
    if (!kind.startsWith("evacuation") && !kind.equals("state-lags")) {
      if (chance(0.5)) {
        order
            .append(", \"call\": \"")
            .append(
                pick(
                    "evacuate",
                    "lock",
                    "unlock",
                    "show-server",
                    "list-servers",
                    "update-service",
                    "list-services",
                    "stop",
                    "start",
                    "reset-state",
                    "list-migrations"))
            .append('"');
      }
      order.append(", \"probability\": ").append(pick("0.1", "0.3", "0.6", "1"));
    } else if (kind.startsWith("evacuation")) {
      order.append(", \"probability\": ").append(pick("0.2", "0.5", "1"));
    } else {
      order.append(", \"delay\": \"").append(pick("2s", "8s", "30s")).append('"');
    }
    if (chance(0.6)) {
      order.append(", \"count\": ").append(1 + random.nextInt(6));
    }
    order.append(", \"seed\": ").append(random.nextInt(1000)).append('}');
    at(at, new Happening.CloudFault(order.toString()));
  }

  private Behaviour behaviour() {
    return Behaviour.DEMO.changed(
        Map.of(
            "latency", "0s",
            "evacuation_time", pick("2s..5s", "5s..20s", "100ms..1s"),
            "service_down_time", pick("5s", "60s"),
            "rpc_response_timeout", pick("5s", "60s"),
            "refuse_second_evacuate", chance(0.3),
            "page_size", pick(1000, 2, 5)));
  }

  private CloudSettings cloudSettings() {
    CloudSettings settings = CloudSettings.defaults(URI.create(CloudSide.ENDPOINT));
    return chance(0.3) ? settings.withMaxCallsInFlight(2) : settings;
  }

  private RecoverySettings recoverySettings() {
    RecoverySettings.Waits waits =
        new RecoverySettings.Waits(
            Duration.ofSeconds(60),
            Duration.ofSeconds(pick(60, 120)),
            Duration.ofSeconds(3),
            Duration.ofSeconds(60),
            Duration.ofSeconds(60),
            Duration.ofSeconds(pick(5, 30)),
            Duration.ofSeconds(pick(20, 60)),
            isCareful ? Duration.ofMinutes(3) : Duration.ofDays(1));
    return new RecoverySettings(
        new RecoverySettings.Leasing(
            Duration.ofSeconds(6), Duration.ofMillis(1500), Duration.ofSeconds(pick(1, 3, 4))),
        new RecoverySettings.Limits(pick(64, 2), pick(100, 3), 2),
        waits,
        RecoverySettings.HostRules.DEFAULT,
        RecoverySettings.InstanceRules.DEFAULT,
        safety());
  }

  /**
   * Half of the worlds ask for less than by default, or their small regions would do little else
   * than wait for an operator.
   */
  private RecoverySettings.Safety safety() {
    RecoverySettings.Safety usual = RecoverySettings.Safety.DEFAULT;
    Duration heartbeats = chance(0.3) ? Duration.ofSeconds(10) : Duration.ZERO;
    if (isCareful) {
      return new RecoverySettings.Safety(
          usual.rules(), usual.region(), usual.lookAgain(), heartbeats);
    }
    SafetyRules.Brake none = new SafetyRules.Brake(0, 0, Duration.ofMinutes(10));
    return new RecoverySettings.Safety(
        new SafetyRules(true, chance(0.5), 0, chance(0.8), none),
        none,
        usual.lookAgain(),
        heartbeats);
  }

  private void at(int second, Happening what) {
    events.add(new Event(Duration.ofMillis(second * 1000L + random.nextInt(1000)), what));
  }

  private Duration seconds(int least, int most) {
    return Duration.ofMillis(random.nextInt(least * 1000, most * 1000));
  }

  private static String host(int number) {
    return "host-0" + number;
  }

  private boolean chance(double probability) {
    return random.nextDouble() < probability;
  }

  @SafeVarargs
  private <T> T pick(T... all) {
    return all[random.nextInt(all.length)];
  }
}
