package io.tocsin.bench;

import io.tocsin.clock.Clock;
import io.tocsin.http.ErrorPages;
import io.tocsin.http.HttpSettings;
import io.tocsin.http.Listener;
import io.tocsin.http.Mounts;
import io.tocsin.simulator.Behaviour;
import io.tocsin.simulator.RegionSpec;
import io.tocsin.simulator.SimulatedCloud;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import tools.jackson.databind.JsonNode;

/**
 * How long it takes until all instances of ten hosts that fail together are back, against the bound
 * that the cloud itself sets: the rounds that the width makes necessary, each as long as one
 * evacuation, after the calls without which no evacuation may begin.
 *
 * <p>The simulated cloud runs in this process, the server in its own, so that the server's CPU time
 * is its alone; both share the machine's cores.
 */
final class RecoveryBench {
  private static final int HOSTS = 10;
  private static final int SPARE_HOSTS = 10;
  private static final int INSTANCES_PER_HOST = 50;
  private static final Duration LATENCY = Duration.ofMillis(50);
  private static final Duration EVACUATION = Duration.ofSeconds(2);
  private static final int INSTANCES = HOSTS * INSTANCES_PER_HOST;
  private static final int[] WIDTHS = {50, INSTANCES};
  private static final Duration LONGEST = Duration.ofMinutes(5);

  /** How often the end is looked for; the figures are not better than that. */
  private static final Duration LOOK = Duration.ofMillis(20);

  /**
   * Calls that must come before the first evacuate call of a host: see all services, force the
   * host's down, see it down, list its instances; then lock the first instance.
   */
  private static final int CALLS_BEFORE = 5;

  private RecoveryBench() {}

  static void run() throws IOException, InterruptedException {
    System.out.printf(
        "%d hosts x %d instances fail at once; %d ms a call, %d s an evacuation%n%n",
        HOSTS, INSTANCES_PER_HOST, LATENCY.toMillis(), EVACUATION.toSeconds());
    System.out.println(
        "| width | run | total s | bound s | total / bound | calls an instance | server CPU ms an"
            + " instance |");
    System.out.println("|---|---|---|---|---|---|---|");
    // A cloud has long been running when a host fails: the simulated one, which is this process, is
    // not measured while its JVM is cold.
    try (Scene unmeasured = new Scene(INSTANCES)) {
      unmeasured.warmUp();
    }
    for (int width : WIDTHS) {
      try (Scene scene = new Scene(width)) {
        // The first run finds a cold server, as an operator's first failure does; it counts too.
        scene.measure(width, "first");
        scene.measure(width, "second");
      }
    }
  }

  private static Duration bound(int width) {
    int rounds = Math.ceilDiv(INSTANCES, width);
    return EVACUATION.multipliedBy(rounds).plus(LATENCY.multipliedBy(CALLS_BEFORE + 1));
  }

  /** A region of which half the hosts will die, and a server that looks after it. */
  private static final class Scene implements AutoCloseable {
    private final SimulatedCloud cloud;
    private final Listener listener;
    private final JsonClient simulator;
    private final ServerProcess server;
    private final JsonClient api;
    private int failed;

    Scene(int width) throws IOException, InterruptedException {
      Clock clock = Clock.system();
      int hosts = 2 * HOSTS + SPARE_HOSTS;
      cloud =
          SimulatedCloud.inMemory(
              RegionSpec.allActive(hosts, hosts * INSTANCES_PER_HOST), Behaviour.DEMO, clock);
      listener =
          new Listener(
              HttpSettings.at("127.0.0.1", 0),
              Mounts.of().otherwise(cloud, ErrorPages.PLAIN),
              clock,
              new SplittableRandom(1));
      listener.start();
      URI url = URI.create("http://127.0.0.1:" + listener.address().getPort());
      simulator = new JsonClient(url);
      simulator.send(
          "PATCH",
          "/simulator/settings",
          Map.of(
              "latency", LATENCY.toMillis() + "ms",
              "evacuation_time", EVACUATION.toMillis() + "ms"));
      server =
          ServerProcess.start(
              List.of(
                  "--set",
                  "cloud.endpoint=" + url.resolve("/compute/v2.1"),
                  "--set",
                  "cloud.max-calls-in-flight=500",
                  "--set",
                  "recovery.max-evacuations=" + width,
                  // Ten of thirty hosts at once are a storm, and whose brake is not measured here.
                  "--set",
                  "recovery.storm-hosts=0",
                  "--set",
                  "recovery.storm-percent=0",
                  "--set",
                  "recovery.region-storm-hosts=0",
                  "--set",
                  "recovery.region-storm-percent=0"));
      api = new JsonClient(server.url());
      enrol();
    }

    private void enrol() throws IOException, InterruptedException {
      JsonNode segment =
          api.send(
              "POST",
              "/v1/segments",
              Map.of(
                  "segment",
                  Map.of("name", "bench", "recovery_method", "auto", "service_type", "COMPUTE")));
      String id = segment.path("segment").path("uuid").asString();
      for (String host : cloud.hostNames()) {
        api.send(
            "POST",
            "/v1/segments/" + id + "/hosts",
            Map.of("host", Map.of("name", host, "type", "COMPUTE", "control_attributes", "SSH")));
      }
    }

    /** Hosts that have just lost their power, and how many instances they had. */
    private record Dead(List<String> hosts, int instances) {}

    void measure(int width, String run) throws IOException, InterruptedException {
      Dead dead = fail();
      simulator.send("DELETE", "/simulator/calls", Map.of());
      Duration cpuBefore = server.cpu();
      long began = System.nanoTime();
      recover(dead);
      double seconds = (System.nanoTime() - began) / 1e9;
      double cpuMillis = server.cpu().minus(cpuBefore).toNanos() / 1e6;
      double bound = bound(width).toMillis() / 1e3 * dead.instances() / INSTANCES;
      int calls = simulator.get("/simulator/calls").path("total").asInt();
      System.out.printf(
          Locale.ROOT,
          "| %d | %s | %.2f | %.2f | %.2f | %.2f | %.2f |%n",
          width,
          run,
          seconds,
          bound,
          seconds / bound,
          (double) calls / dead.instances(),
          cpuMillis / dead.instances());
    }

    void warmUp() throws IOException, InterruptedException {
      recover(fail());
    }

    private Dead fail() throws IOException, InterruptedException {
      List<String> hosts = cloud.hostNames().subList(failed, failed + HOSTS);
      failed += HOSTS;
      int instances = 0;
      for (String host : hosts) {
        instances += simulator.get("/simulator/hosts/" + host).path("instances").asInt();
        simulator.send("POST", "/simulator/hosts/" + host + "/fail?report=false", Map.of());
      }
      return new Dead(hosts, instances);
    }

    /** Reports them and waits until their instances are back. */
    private void recover(Dead dead) throws IOException, InterruptedException {
      long began = System.nanoTime();
      for (String report : reportAll(dead.hosts())) {
        awaitFinished(report, began);
      }
    }

    private List<String> reportAll(List<String> hosts) throws InterruptedException {
      List<Callable<String>> monitors = new ArrayList<>();
      for (String host : hosts) {
        monitors.add(() -> report(host));
      }
      try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
        return threads.invokeAll(monitors).stream().map(Future::resultNow).toList();
      }
    }

    private String report(String host) throws IOException, InterruptedException {
      JsonNode accepted =
          api.send(
              "POST",
              "/v1/notifications",
              Map.of(
                  "notification",
                  Map.of(
                      "type",
                      "COMPUTE_HOST",
                      "hostname",
                      host,
                      "generated_time",
                      Clock.system().now().toString(),
                      "payload",
                      Map.of(
                          "event", "STOPPED",
                          "cluster_status", "OFFLINE",
                          "host_status", "NORMAL"))));
      return accepted.path("notification").path("notification_uuid").asString();
    }

    private void awaitFinished(String report, long began) throws IOException, InterruptedException {
      while (true) {
        String status =
            api.get("/v1/notifications/" + report).path("notification").path("status").asString();
        if (status.equals("finished")) {
          return;
        }
        if (!status.equals("new") && !status.equals("running")) {
          throw new IllegalStateException("recovery " + report + " is " + status);
        }
        if (System.nanoTime() - began > LONGEST.toNanos()) {
          throw new IllegalStateException("not recovered within " + LONGEST);
        }
        Clock.system().sleep(LOOK);
      }
    }

    @Override
    public void close() {
      server.close();
      listener.close();
      cloud.close();
    }
  }
}
