package io.tocsin.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tocsin.Waiting;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** The main job in real processes: a host dies, its instances come back, the caller watches. */
class DemoTest {
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private static final String HOST = "host-03";

  @TempDir Path directory;

  @Test
  void aHostDiesAndItsInstancesComeBackAcrossARestartOfEverything() {
    List<String> flags = demo("a demo", 5, 60);
    try (TocsinProcess first = start(flags)) {
      URI api = first.awaitReady();
      URI cloud = URI.create(first.awaitLine("simulated cloud at (http://\\S+)\\.$"));
      try (ApiClient tocsin = new ApiClient(api);
          ApiClient simulator = new ApiClient(cloud)) {
        assertThat(hostNames(tocsin)).contains("host-01", HOST).hasSize(5);
        Map<String, JsonNode> before = instances(simulator, HOST);
        assertThat(before).hasSize(12);

        simulator.call("POST", "/simulator/hosts/" + HOST + "/fail", "");
        String notification = awaitFinal(tocsin);

        everyInstanceIsElsewhereOrHasAReason(tocsin, simulator, notification, before);
        assertThat(first.awaitLine("(host-03: finished after .*)")).contains(" of 12 instances");
        assertThat(first.out()).contains("host-03: EvacuateInstancesTask done", "12/12 instances");
      }
      first.terminate();
      assertThat(first.awaitEnd(Duration.ofSeconds(40))).as(first.err()).isZero();
    }
    try (TocsinProcess second = start(flags)) {
      try (ApiClient tocsin = new ApiClient(second.awaitReady())) {
        assertThat(tocsin.read("/v1/segments").path("segments")).hasSize(1);
        assertThat(hostNames(tocsin)).hasSize(5);
        assertThat(tocsin.read("/v1/notifications").path("notifications")).hasSize(1);
      }
    }
  }

  @Test
  void failStartsADemoWhereNoneRunsAndFollowsItWhereOneDoes() {
    List<String> flags = demo("demo", 4, 8, "--fail", "host-01");
    try (TocsinProcess demo = start(flags)) {
      URI api = demo.awaitReady();
      URI cloud = URI.create(demo.awaitLine("the simulated cloud (?:is )?at (http://\\S+)\\b"));
      assertThat(demo.awaitLine("(host-01: finished after .*)")).contains("moved");

      String[] follow = {
        "demo", "--listen", api.getAuthority(), "--simulator", cloud.getAuthority(), "--fail"
      };
      try (TocsinProcess follower = start(List.of(follow), "host-02")) {
        assertThat(follower.awaitEnd()).as(follower.err()).isZero();
        assertThat(follower.out()).contains("host-02: finished after").doesNotContain("host-01");
      }
      try (TocsinProcess follower = start(List.of(follow), "host-99")) {
        assertThat(follower.awaitEnd()).isEqualTo(1);
        assertThat(follower.err().lines()).singleElement().asString().contains("no host host-99");
      }
      try (TocsinProcess follower = start(List.of(follow), "host-02")) {
        assertThat(follower.awaitEnd()).isEqualTo(1);
        assertThat(follower.err().lines()).singleElement().asString().contains("dead already");
        bringBackAsTold("host-02", follower.err(), api, cloud);
      }
      try (ApiClient tocsin = new ApiClient(api)) {
        URI enrolled = enrolled(tocsin, api, "host-02");
        tocsin.call("PUT", enrolled.getPath(), "{\"host\": {\"on_maintenance\": true}}");
        try (TocsinProcess follower = start(List.of(follow), "host-02")) {
          assertThat(follower.awaitEnd()).as(follower.err()).isEqualTo(1);
          assertThat(follower.out())
              .contains(
                  "report was dropped (refused with 409: the host is on maintenance",
                  "hosts/host-02/recover?enable=true' && curl -X PUT " + enrolled);
        }
      }
    }
  }

  @Test
  void operatorsAndOwnersCanFollowWhatTheyAreTold() {
    try (TocsinProcess first = start(demo("demo", 4, 8))) {
      URI api = first.awaitReady();
      URI cloud = URI.create(first.awaitLine("simulated cloud at (http://\\S+)\\.$"));
      String host = first.awaitLine("/simulator/hosts/(host-\\d+)/fail");
      try (TocsinProcess operators = watch(first, "operators");
          TocsinProcess owner = watch(first, "[0-9a-f-]{36}");
          ApiClient simulator = new ApiClient(cloud)) {
        simulator.call("POST", "/simulator/hosts/" + host + "/fail", "");

        operators.awaitLine("critical +Host %s failed: (A monitor reported)".formatted(host));
        operators.awaitLine("cleared +Host %s failed: .* (is done)".formatted(host));
        owner.awaitLine("(critical|warning) +Instance \\S+ is ");
        owner.awaitLine("(cleared) +Instance \\S+ is .* on another host|to another host");
        assertThat(owner.out()).doesNotContain(host);

        first.kill();
        List<String> again = demo("demo", 4, 8);
        again.set(2, api.getAuthority());
        try (TocsinProcess second = start(again)) {
          second.awaitReady();
          URI secondCloud = URI.create(second.awaitLine("simulated cloud at (http://\\S+)\\.$"));
          try (ApiClient other = new ApiClient(secondCloud)) {
            String next = second.awaitLine("/simulator/hosts/(host-\\d+)/fail");
            other.call("POST", "/simulator/hosts/" + next + "/fail", "");
            operators.awaitLine("cleared +Host %s failed: .* (is done)".formatted(next));
          }
        }
        assertThat(operators.err()).contains("waiting for it", "The server answers again");
        assertThat(operators.out().lines()).doesNotHaveDuplicates();
      }
    }
  }

  /** Runs the command that the demo says follows that account. */
  private TocsinProcess watch(TocsinProcess demo, String account) {
    String line = demo.awaitLine("^ *\\./tocsin (watch .*--account %s.*)$".formatted(account));
    return start(List.of(line.replace("'", "").split(" ")));
  }

  @Test
  void asksForTokensOnBothSidesWithKeystone() {
    List<String> flags = demo("demo", 4, 8, "--keystone");
    try (TocsinProcess demo = start(flags)) {
      URI api = demo.awaitReady();
      URI cloud = URI.create(demo.awaitLine("simulated cloud at (http://\\S+)\\.$"));
      assertThat(demo.awaitLine("(export OS_AUTH_URL=.*)"))
          .isEqualTo(
              "export OS_AUTH_URL=%s/identity/v3 OS_USERNAME=admin OS_PASSWORD=secret"
                      .formatted(cloud)
                  + " OS_PROJECT_NAME=admin");
      try (ApiClient nobody = new ApiClient(api);
          ApiClient withoutToken = new ApiClient(cloud)) {
        assertThatThrownBy(() -> nobody.read("/v1/segments")).hasMessageContaining("401");
        assertThatThrownBy(() -> withoutToken.read("/compute/v2.1/servers"))
            .hasMessageContaining("401");
      }

      String[] follow = {
        "demo", "--listen", api.getAuthority(), "--simulator", cloud.getAuthority(), "--fail"
      };
      try (TocsinProcess follower = start(List.of(follow), "host-02")) {
        assertThat(follower.awaitEnd()).as(follower.err()).isZero();
        assertThat(follower.out()).contains("host-02: finished after");
      }
      assertThat(demo.awaitLine("(host-02: finished after .*)")).contains("moved");
      try (TocsinProcess follower = start(List.of(follow), "host-02")) {
        assertThat(follower.awaitEnd()).isEqualTo(1);
        assertThat(follower.err()).contains("X-Auth-Token: $TOKEN", "/identity/v3/auth/tokens");
      }
    }
  }

  /** What the line tells a shell to do, done as it says. */
  private static void bringBackAsTold(String host, String told, URI api, URI cloud) {
    Matcher line =
        Pattern.compile("curl -X POST '(\\S+)' && curl -X PUT (\\S+) -H '[^']+' -d '([^']+)'")
            .matcher(told);
    assertThat(line.find()).as(told).isTrue();
    try (ApiClient tocsin = new ApiClient(api);
        ApiClient simulator = new ApiClient(cloud)) {
      simulator.call("POST", line.group(1), "");
      tocsin.call("PUT", line.group(2), line.group(3));

      JsonNode alive = simulator.read("/simulator/hosts/" + host);
      assertThat(alive.path("alive").asBoolean()).isTrue();
      assertThat(alive.path("status").asString()).isEqualTo("enabled");
      JsonNode enrolled = tocsin.read(enrolled(tocsin, api, host).getPath()).path("host");
      assertThat(enrolled.path("on_maintenance").asBoolean()).isFalse();
    }
  }

  private static URI enrolled(ApiClient tocsin, URI api, String host) {
    String segment = tocsin.read("/v1/segments").path("segments").path(0).path("uuid").asString();
    String hosts = "/v1/segments/" + segment + "/hosts";
    for (JsonNode enrolled : tocsin.read(hosts).path("hosts")) {
      if (enrolled.path("name").asString().equals(host)) {
        return URI.create(api + hosts + "/" + enrolled.path("uuid").asString());
      }
    }
    throw new AssertionError(host + " is not enrolled");
  }

  /** A demo on free ports that keeps its data under that name. */
  private List<String> demo(String name, int hosts, int instances, String... more) {
    List<String> flags =
        new ArrayList<>(
            List.of("demo", "--listen", "127.0.0.1:0", "--simulator", "127.0.0.1:0", "--data"));
    flags.add(directory.resolve(name).toString());
    flags.addAll(List.of("--hosts", "" + hosts, "--instances", "" + instances));
    flags.addAll(List.of(more));
    return flags;
  }

  private TocsinProcess start(List<String> flags, String... more) {
    List<String> all = new ArrayList<>(flags);
    all.addAll(List.of(more));
    return TocsinProcess.start(directory, Map.of(), all.toArray(String[]::new));
  }

  private static List<String> hostNames(ApiClient tocsin) {
    JsonNode segment = tocsin.read("/v1/segments").path("segments").path(0);
    assertThat(segment.path("name").asString()).isEqualTo("demo");
    String hosts = "/v1/segments/%s/hosts".formatted(segment.path("uuid").asString());
    return StreamSupport.stream(tocsin.read(hosts).path("hosts").spliterator(), false)
        .map(host -> host.path("name").asString())
        .toList();
  }

  private static Map<String, JsonNode> instances(ApiClient simulator, String host) {
    Map<String, JsonNode> instances = new HashMap<>();
    simulator
        .read("/simulator/instances?host=" + host)
        .path("instances")
        .forEach(instance -> instances.put(instance.path("id").asString(), instance));
    return instances;
  }

  private static String awaitFinal(ApiClient tocsin) {
    Waiting.until(
        PATIENCE,
        () ->
            tocsin
                .read("/v1/notifications")
                .path("notifications")
                .path(0)
                .path("status")
                .asString("")
                .matches("finished|failed|ignored"));
    JsonNode notification = tocsin.read("/v1/notifications").path("notifications").path(0);
    assertThat(notification.path("status").asString()).isEqualTo("finished");
    return notification.path("notification_uuid").asString();
  }

  private static void everyInstanceIsElsewhereOrHasAReason(
      ApiClient tocsin, ApiClient simulator, String notification, Map<String, JsonNode> before) {
    JsonNode vmoves =
        tocsin.read("/v1/notifications/%s/vmoves".formatted(notification)).path("vmoves");
    Map<String, JsonNode> byInstance = new HashMap<>();
    vmoves.forEach(vmove -> byInstance.put(vmove.path("instance_uuid").asString(), vmove));

    assertThat(vmoves).hasSameSizeAs(before.keySet());
    assertThat(byInstance.keySet()).isEqualTo(before.keySet());
    byInstance.forEach((instance, vmove) -> {
      String now = simulator.read("/simulator/instances/" + instance).path("host").asString();
      if (vmove.path("status").asString().equals("succeeded")) {
        assertThat(now).isNotEqualTo(HOST).isEqualTo(vmove.path("dest_host").asString());
      } else {
        assertThat(now).isEqualTo(HOST);
        assertThat(vmove.path("message").asString("")).isNotBlank();
      }
    });
    assertThat(byInstance.values())
        .anyMatch(vmove -> vmove.path("status").asString().equals("succeeded"));
  }
}
