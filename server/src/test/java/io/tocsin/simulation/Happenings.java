package io.tocsin.simulation;

import io.tocsin.failover.FailureType;
import io.tocsin.simulation.WorldLog.Kind;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import tools.jackson.databind.JsonNode;

/** Makes what is planned happen, and remembers what the end will be judged by. */
final class Happenings {
  private final World world;
  private final CloudSide cloud;
  private final Monitors monitors;
  private final Operators operators;

  /** Each instance as it was in the beginning. */
  private final Map<String, JsonNode> beginning = new LinkedHashMap<>();

  /** Ids of the instances that were on each host when it died. */
  private final Map<String, List<String>> onDeadHosts = new HashMap<>();

  private final Set<String> deleted = new HashSet<>();
  private final Set<String> touched = new HashSet<>();

  Happenings(World world, CloudSide cloud, Monitors monitors, Operators operators) {
    this.world = world;
    this.cloud = cloud;
    this.monitors = monitors;
    this.operators = operators;
  }

  void begin() {
    cloud.instances().forEach(it -> beginning.put(it.path("id").asString(), it));
  }

  Map<String, JsonNode> beginning() {
    return beginning;
  }

  /** An instance as it was in the beginning. */
  JsonNode before(String id) {
    JsonNode instance = beginning.get(id);
    if (instance == null) {
      throw new IllegalStateException("there was no instance " + id);
    }
    return instance;
  }

  Map<String, List<String>> onDeadHosts() {
    return onDeadHosts;
  }

  Set<String> deleted() {
    return deleted;
  }

  /** Something else than a dead host may have changed its state. */
  boolean isTouched(String instance) {
    return touched.contains(instance);
  }

  void happen(Happening what) {
    switch (what) {
      case Happening.HostDies(String host) -> {
        say(host, "dies");
        JsonNode _ = cloud.control("POST", "/simulator/hosts/" + host + "/fail?report=false", "");
        onDeadHosts.put(host, on(host));
      }
      case Happening.ServiceDies(String host) -> {
        say(host, "loses its nova-compute; its guests run on");
        JsonNode _ = cloud.control("POST", "/simulator/hosts/" + host + "/fail?guests=run-on", "");
      }
      case Happening.HostReturns(String host) -> {
        say(host, "returns");
        JsonNode _ = cloud.control("POST", "/simulator/hosts/" + host + "/recover?enable=true", "");
      }
      case Happening.Report report -> {
        report(report);
      }
      case Happening.InstanceBecomes(String instance, String change) -> {
        say(instance, "becomes " + change);
        String id = idOf(instance);
        beginning.put(id, cloud.control("PATCH", "/simulator/instances/" + id, change));
      }
      case Happening.OwnerDeletes(String instance) -> delete(instance);
      case Happening.CloudFault(String order) -> {
        say("cloud", "fault " + order);
        JsonNode _ = cloud.control("POST", "/simulator/faults", order);
      }
      case Happening.CloudHeals() -> heal();
      case Happening.CloudUnreachable(double probability, var duration) -> {
        say("cloud", "loses " + (int) (probability * 100) + " % of all messages for " + duration);
        cloud.lose(probability);
        Loop.Timer _ = world.loop().in(duration.toNanos(), () -> cloud.lose(0));
      }
      case Happening.NodeDies(int node) -> with(node, SimulatedNode::kill);
      case Happening.NodeStarts(int node) -> {
        world.node(node).kill();
        world.startNode(node);
      }
      case Happening.NodeStops(int node) -> world.node(node).stop();
      case Happening.NodeFreezes(int node, var duration) -> with(node, it -> it.freeze(duration));
      case Happening.HeartStops(int node, var duration) -> with(node, it -> it.stopHeart(duration));
      case Happening.DatabaseCut(int node, var duration) -> with(node, it -> it.cut(duration));
      case Happening.CommitsFail fail ->
          with(
              fail.node(),
              it ->
                  it.failCommits(
                      new SimulatedNode.Fates(fail.lost(), fail.unknown(), fail.fatal()),
                      fail.duration()));
      case Happening.ClockJumps(int node, var error) -> with(node, it -> it.jumpClock(error));
      case Happening.ByOperator order -> operators.act(order);
    }
  }

  private void with(int node, Consumer<SimulatedNode> what) {
    SimulatedNode found = node == Happening.HOLDER ? world.holder() : world.node(node);
    if (found != null) {
      what.accept(found);
    }
  }

  /** Nothing more goes wrong from now on, but for what was to last. */
  void allEnd() {
    heal();
    cloud.lose(0);
  }

  /** Somebody looks after the nodes; one whose commits fail may die more than once. */
  void startTheDead() {
    for (int i = 1; i <= world.nodes().size(); i++) {
      if (world.node(i).isDead()) {
        world.startNode(i);
      }
    }
  }

  /** A VM report that names an instance in the place of a host is about it, where it is now. */
  private void report(Happening.Report it) {
    Happening.Report report = it;
    if (it.type() == FailureType.VM) {
      JsonNode instance = world.cloud().instance(idOf(it.host()));
      if (instance == null || instance.path("deleted").asBoolean()) {
        return;
      }
      Map<String, String> payload = new TreeMap<>(it.payload());
      payload.put("instance_uuid", instance.path("id").asString());
      touched.add(instance.path("id").asString());
      report =
          new Happening.Report(
              it.type(), instance.path("host").asString(), payload, it.monitors(), it.clockError());
    }
    say(
        "monitor",
        "sees " + report.type() + " " + report.host() + " " + new TreeMap<>(report.payload()));
    monitors.report(report);
  }

  /** The id of an instance that is named, or counted from 0: {@code web-1}, {@code #3}. */
  private String idOf(String name) {
    if (name.startsWith("#")) {
      return List.copyOf(beginning.keySet()).get(Integer.parseInt(name.substring(1)));
    }
    return beginning.values().stream()
        .filter(it -> it.path("name").asString().equals(name))
        .map(it -> it.path("id").asString())
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("no instance " + name));
  }

  private void heal() {
    say("cloud", "is well");
    JsonNode _ = cloud.control("DELETE", "/simulator/faults", "");
  }

  private void delete(String name) {
    String instance = idOf(name);
    say("owner", "deletes " + instance);
    if (cloud.delete(instance)) {
      deleted.add(instance);
    }
  }

  private List<String> on(String host) {
    List<String> ids = new ArrayList<>();
    cloud
        .control("GET", "/simulator/instances?host=" + host, "")
        .path("instances")
        .forEach(it -> ids.add(it.path("id").asString()));
    return ids;
  }

  private void say(String who, String what) {
    world.log(Kind.WORLD, who, what);
  }
}
