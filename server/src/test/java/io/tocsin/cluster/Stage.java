package io.tocsin.cluster;

import io.tocsin.cli.TocsinProcess;
import io.tocsin.simulator.Behaviour;
import io.tocsin.simulator.RegionSpec;
import io.tocsin.simulator.ServedCloud;
import io.tocsin.simulator.SimulatedCloud;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/** A simulated region in this process, and servers in processes of their own that look after it. */
final class Stage implements AutoCloseable {
  private final Path directory;
  private final ServedCloud served;
  private final SimulatedCloud cloud;
  private final List<TocsinProcess> servers = new ArrayList<>();
  final Api simulator;
  private final URI simulatorUrl;

  Stage(Path directory, RegionSpec region, Behaviour behaviour) {
    this.directory = directory;
    served = ServedCloud.inMemory(region, behaviour);
    cloud = served.cloud();
    simulatorUrl = served.url();
    simulator = new Api(simulatorUrl);
  }

  /** A server, not yet ready; settings as {@code key=value}. */
  TocsinProcess start(Map<String, String> environment, String... settings) {
    List<String> all = new ArrayList<>();
    all.add("cloud.endpoint=" + simulatorUrl.resolve("/compute/v2.1"));
    all.addAll(List.of(settings));
    return start(environment, all);
  }

  /** As {@link #start}, but it and the cloud ask for tokens of the cloud's Keystone. */
  TocsinProcess startWithKeystone(Map<String, String> environment, String... settings) {
    cloud.demandTokens(true);
    List<String> all = new ArrayList<>();
    all.add("auth.mode=keystone");
    all.add("keystone.url=" + simulatorUrl.resolve("/identity"));
    all.add("keystone.username=tocsin");
    all.add("keystone.password=secret");
    all.add("keystone.project=service");
    all.addAll(List.of(settings));
    return start(environment, all);
  }

  private TocsinProcess start(Map<String, String> environment, List<String> settings) {
    List<String> arguments = new ArrayList<>(List.of("serve", "--listen", "127.0.0.1:0"));
    settings.forEach(setting -> arguments.addAll(List.of("--set", setting)));
    TocsinProcess server =
        TocsinProcess.start(directory, environment, arguments.toArray(String[]::new));
    servers.add(server);
    return server;
  }

  /** From now on Keystone's catalog has that server, at the usual form of URL. */
  void nameInCatalog(URI api) {
    cloud.catalogInstanceHa(api + "/v1/%(project_id)s");
  }

  /** What a client of that server and of this stage finds in its environment. */
  Map<String, String> credentials(URI api) {
    return Map.of(
        "OS_AUTH_URL", simulatorUrl.resolve("/identity/v3").toString(),
        "OS_USERNAME", "admin",
        "OS_PASSWORD", "secret",
        "OS_PROJECT_NAME", "admin",
        "OS_USER_DOMAIN_NAME", "Default",
        "OS_PROJECT_DOMAIN_NAME", "Default",
        "OS_IDENTITY_API_VERSION", "3",
        "INSTANCE_HA_URL", api.toString(),
        "SIMULATOR_URL", simulatorUrl.toString());
  }

  /** A segment with every host of the region. */
  void enrolAll(Api api) {
    JsonNode segment =
        api.call(
                "POST",
                "/v1/segments",
                Map.of(
                    "segment",
                    Map.of("name", "all", "recovery_method", "auto", "service_type", "COMPUTE")))
            .json();
    String hosts = "/v1/segments/" + segment.path("segment").path("uuid").asString() + "/hosts";
    for (String host : cloud.hostNames()) {
      Api.Answer answer =
          api.call(
              "POST",
              hosts,
              Map.of("host", Map.of("name", host, "type", "COMPUTE", "control_attributes", "SSH")));
      if (answer.status() != 201) {
        throw new AssertionError(answer);
      }
    }
  }

  List<String> hostNames() {
    return cloud.hostNames();
  }

  List<JsonNode> instancesOn(String host) {
    List<JsonNode> instances = new ArrayList<>();
    simulator.get("/simulator/instances?host=" + host).path("instances").forEach(instances::add);
    return instances;
  }

  /** Powers the host off and reports it; answers the notification's id. */
  String failHost(String host, Api api) {
    simulator.call("POST", "/simulator/hosts/" + host + "/fail?report=false", Map.of());
    Api.Answer answer =
        api.call(
            "POST",
            "/v1/notifications",
            report(
                "COMPUTE_HOST",
                host,
                Map.of("event", "STOPPED", "cluster_status", "OFFLINE", "host_status", "NORMAL")));
    if (answer.status() != 202) {
      throw new AssertionError(answer);
    }
    return answer.json().path("notification").path("notification_uuid").asString();
  }

  static Map<String, Object> report(String type, String host, Map<String, String> payload) {
    return Map.of(
        "notification",
        Map.of(
            "type", type,
            "hostname", host,
            "generated_time", "2026-11-21T03:00:00.000000",
            "payload", payload));
  }

  @Override
  public void close() {
    servers.reversed().forEach(TocsinProcess::close);
    served.close();
  }
}
