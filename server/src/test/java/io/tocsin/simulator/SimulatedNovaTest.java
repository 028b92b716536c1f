package io.tocsin.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import io.tocsin.simulator.RunningCloud.Answer;
import java.io.IOException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Statuses and bodies as the Compute API reference documents them, through a socket. */
class SimulatedNovaTest {
  private static final String NOVA = "/compute/v2.1";
  private static final RunningCloud cloud = RunningCloud.inMemory(new RegionSpec(5, 100));

  @AfterAll
  static void close() {
    cloud.close();
  }

  private static Answer at(@Nullable String version, String path) throws IOException {
    return cloud.callOnce("GET", path, null, version);
  }

  @Test
  void describesItsVersions() throws IOException {
    for (String path : List.of("/compute/", "/compute")) {
      assertThat(at(null, path).json().at("/versions/0/version").asString()).isEqualTo("2.90");
    }
    for (String path : List.of("/compute/v2.1/", "/compute/v2.1")) {
      JsonNode version = at(null, path).json().path("version");
      assertThat(version.path("min_version").asString()).isEqualTo("2.1");
      assertThat(version.path("id").asString()).isEqualTo("v2.1");
    }
  }

  @Test
  void negotiatesMicroversionsAndRefusesThoseOutside() throws IOException {
    Answer none = at(null, NOVA + "/os-services");
    Answer known = at("2.53", NOVA + "/os-services");
    Answer latest = at("latest", NOVA + "/os-services");
    Answer above = at("2.91", NOVA + "/os-services");
    Answer nonsense = at("two", NOVA + "/os-services");

    assertThat(none.headers().firstValue("OpenStack-API-Version")).hasValue("compute 2.1");
    assertThat(known.headers().firstValue("OpenStack-API-Version")).hasValue("compute 2.53");
    assertThat(known.headers().firstValue("X-OpenStack-Nova-API-Version")).hasValue("2.53");
    assertThat(known.headers().firstValue("x-compute-request-id").orElse("")).startsWith("req-");
    assertThat(latest.headers().firstValue("OpenStack-API-Version")).hasValue("compute 2.90");
    assertThat(above.status()).isEqualTo(406);
    assertThat(above.message("computeFault"))
        .isEqualTo("Version 2.91 is not supported by the API. Minimum is 2.1 and maximum is 2.90.");
    assertThat(nonsense.status()).isEqualTo(400);
    assertThat(none.json().at("/services/0").has("forced_down")).isFalse();
    assertThat(none.json().at("/services/0/id").isInt()).isTrue();
  }

  @Test
  void listsServicesByHostAndBinary() {
    JsonNode all = cloud.get(NOVA + "/os-services").json().path("services");
    JsonNode one =
        cloud.get(NOVA + "/os-services?host=host-02&binary=nova-compute").json().path("services");
    JsonNode prefix = cloud.get(NOVA + "/os-services?host=host-0").json().path("services");
    JsonNode other = cloud.get(NOVA + "/os-services?binary=nova-scheduler").json();

    assertThat(all).hasSize(5);
    assertThat(one).hasSize(1);
    assertThat(new TreeSet<>(one.path(0).propertyNames()))
        .containsExactly(
            "binary",
            "disabled_reason",
            "forced_down",
            "host",
            "id",
            "state",
            "status",
            "updated_at",
            "zone");
    assertThat(one.path(0).path("updated_at").asString())
        .matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{6}");
    assertThat(prefix).isEmpty();
    assertThat(other.path("services")).isEmpty();
  }

  @Test
  void updatesAServiceWithOneCallAndAgain() {
    String path = NOVA + "/os-services/" + cloud.serviceId("host-05");
    String body =
        "{\"status\": \"disabled\", \"disabled_reason\": \"dead\", \"forced_down\": true}";

    Answer first = cloud.put(path, body);
    Answer again = cloud.put(path, body);
    Answer back = cloud.put(path, "{\"status\": \"enabled\", \"forced_down\": false}");

    assertThat(first.status()).isEqualTo(200);
    JsonNode service = first.json().path("service");
    assertThat(service.path("status").asString()).isEqualTo("disabled");
    assertThat(service.path("disabled_reason").asString()).isEqualTo("dead");
    assertThat(service.path("forced_down").booleanValue()).isTrue();
    assertThat(service.path("state").asString()).isEqualTo("down");
    assertThat(again.status()).isEqualTo(200);
    assertThat(back.json().path("service").path("disabled_reason").isNull()).isTrue();
    assertThat(back.json().path("service").path("state").asString()).isEqualTo("up");
  }

  @Test
  void refusesBadUpdatesOfServices() {
    String path = NOVA + "/os-services/" + cloud.serviceId("host-04");
    String nobody = NOVA + "/os-services/00000000-0000-4000-8000-000000000000";

    for (String body :
        List.of(
            "{}",
            "[]",
            "{\"disabled_reason\": \"x\"}",
            "{\"status\": \"enabled\", \"disabled_reason\": \"x\"}",
            "{\"status\": \"off\"}",
            "{\"status\": \"disabled\", \"disabled_reason\": \"\"}",
            "{\"status\": \"disabled\", \"disabled_reason\": \"" + "x".repeat(256) + "\"}",
            "{\"forced_down\": \"yes\"}",
            "{\"status\": \"disabled\", \"colour\": \"red\"}",
            "not json")) {
      Answer answer = cloud.put(path, body);
      assertThat(answer.status()).as(body).isEqualTo(400);
      assertThat(answer.json().path("badRequest").path("code").intValue()).isEqualTo(400);
    }
    assertThat(cloud.put(nobody, "{\"forced_down\": true}").status()).isEqualTo(404);
    assertThat(cloud.put(NOVA + "/os-services/7", "{\"forced_down\": true}").status())
        .isEqualTo(400);
  }

  @Test
  void showsAServerWholeAndItsHypervisorUnderAnotherName() {
    String id = cloud.activeOn("host-01");

    JsonNode server = cloud.get(NOVA + "/servers/" + id).json().path("server");

    assertThat(server.path("id").asString()).isEqualTo(id);
    assertThat(server.path("status").asString()).isEqualTo("ACTIVE");
    assertThat(server.path("OS-EXT-SRV-ATTR:host").asString()).isEqualTo("host-01");
    assertThat(server.path("OS-EXT-SRV-ATTR:hypervisor_hostname").asString())
        .isEqualTo("host-01.sim.example");
    assertThat(server.path("OS-EXT-STS:power_state").intValue()).isEqualTo(1);
    assertThat(server.path("OS-EXT-STS:task_state").isNull()).isTrue();
    assertThat(server.path("locked").isBoolean()).isTrue();
    assertThat(server.path("host_status").asString()).isEqualTo("UP");
    assertThat(server.path("metadata").isObject()).isTrue();
    assertThat(server.path("flavor").has("vcpus")).isTrue();
    assertThat(server.path("updated").asString()).matches(".*T\\d\\d:\\d\\d:\\d\\dZ");
    assertThat(server.has("fault")).isFalse();
  }

  @Test
  void showsAFaultOfAServerInErrorOnly() {
    String id = cloud.instanceOn("host-02", it -> it.path("vm_state").asString().equals("error"));

    JsonNode server = cloud.get(NOVA + "/servers/" + id).json().path("server");

    assertThat(server.path("fault").path("code").intValue()).isEqualTo(500);
    assertThat(server.path("fault").path("message").asString()).isNotEmpty();
  }

  @Test
  void knowsNoOtherServer() {
    for (String id : List.of("00000000-0000-4000-8000-000000000000", "seven")) {
      Answer answer = cloud.get(NOVA + "/servers/" + id);
      assertThat(answer.status()).isEqualTo(404);
      assertThat(answer.message("itemNotFound"))
          .isEqualTo("Instance " + id + " could not be found.");
    }
  }

  private static List<JsonNode> follow(String first) {
    List<JsonNode> pages = new ArrayList<>();
    String path = first;
    while (!path.isEmpty()) {
      JsonNode page = cloud.get(path).json();
      pages.add(page);
      path = page.at("/servers_links/0/href").asString("").replace(cloud.baseUrl(), "");
    }
    return pages;
  }

  @Test
  void pagesThroughAHostToAnEmptyLastPage() {
    List<JsonNode> pages = follow(NOVA + "/servers/detail?all_tenants=True&host=host-01&limit=5");

    assertThat(pages)
        .extracting(page -> page.path("servers").size())
        .containsExactly(5, 5, 5, 5, 0);
    List<String> created = new ArrayList<>();
    pages.forEach(page ->
        page.path("servers")
            .forEach(server -> {
              assertThat(server.path("OS-EXT-SRV-ATTR:host").asString()).isEqualTo("host-01");
              created.add(server.path("created").asString());
            }));
    assertThat(created).doesNotHaveDuplicates().isSortedAccordingTo((a, b) -> b.compareTo(a));
  }

  @Test
  void givesNoMoreThanItsOwnPageSize() {
    cloud.patch("/simulator/settings", "{\"page_size\": 30}");
    try {
      List<JsonNode> pages = follow(NOVA + "/servers?limit=1000");
      assertThat(pages).extracting(page -> page.path("servers").size()).startsWith(30, 30, 30);
      assertThat(new TreeSet<>(pages.getFirst().at("/servers/0").propertyNames()))
          .containsExactly("id", "links", "name");
    } finally {
      cloud.patch("/simulator/settings", "{\"page_size\": 1000}");
    }
  }

  @Test
  void refusesMarkersAndLimitsItCannotRead() {
    Answer marker = cloud.get(NOVA + "/servers/detail?marker=nowhere");

    assertThat(marker.status()).isEqualTo(400);
    assertThat(marker.message("badRequest")).isEqualTo("marker [nowhere] not found");
    assertThat(cloud.get(NOVA + "/servers/detail?limit=many").status()).isEqualTo(400);
    assertThat(cloud.get(NOVA + "/servers/detail?changes-since=soon").status()).isEqualTo(400);
  }

  @Test
  void listsWhatChangedSinceAndWhatIsDeletedWithIt() {
    String changed = cloud.activeOn("host-03");
    String deleted = cloud.activeOn("host-04");
    Instant since = Instant.parse(now()).truncatedTo(ChronoUnit.SECONDS);
    cloud.action(changed, "{\"lock\": null}");
    assertThat(cloud.delete(NOVA + "/servers/" + deleted).status()).isEqualTo(204);

    JsonNode seen = cloud.get(NOVA + "/servers/detail?changes-since=" + since).json();

    List<String> states = new ArrayList<>();
    for (JsonNode server : seen.path("servers")) {
      String id = server.path("id").asString();
      if (id.equals(changed) || id.equals(deleted)) {
        states.add(server.path("status").asString());
      }
    }
    assertThat(states).containsExactlyInAnyOrder("ACTIVE", "DELETED");
    assertThat(seen.path("servers").size()).isLessThan(30);
    JsonNode later =
        cloud.get(NOVA + "/servers/detail?changes-since=" + since.plusSeconds(600)).json();
    assertThat(later.path("servers")).isEmpty();
    assertThat(cloud.get(NOVA + "/servers/" + deleted).status()).isEqualTo(404);
  }

  private static String now() {
    return cloud
            .get(NOVA + "/os-services?host=host-01")
            .json()
            .at("/services/0/updated_at")
            .asString()
        + "Z";
  }

  @Test
  void locksAndUnlocksForAnAdministrator() {
    String id = cloud.instanceOn("host-01", it -> it.path("locked_by").isNull());

    assertThat(cloud.action(id, "{\"lock\": null}").status()).isEqualTo(202);
    assertThat(cloud.action(id, "{\"lock\": null}").status()).isEqualTo(202);
    assertThat(cloud.get(NOVA + "/servers/" + id).json().at("/server/locked").booleanValue())
        .isTrue();
    assertThat(cloud.action(id, "{\"unlock\": null}").status()).isEqualTo(202);
    assertThat(cloud.get(NOVA + "/servers/" + id).json().at("/server/locked").booleanValue())
        .isFalse();
  }

  @Test
  void anOwnersLockDoesNotHinderAnAdministratorButIsLostWithAnUnlock() {
    String id = cloud.activeOn("host-02");
    cloud.patch("/simulator/instances/" + id, "{\"locked_by\": \"owner\"}");

    assertThat(cloud.action(id, "{\"os-stop\": null}").status()).isEqualTo(202);
    cloud.action(id, "{\"lock\": null}");
    assertThat(cloud.instance(id).path("locked_by").asString()).isEqualTo("admin");
    cloud.action(id, "{\"unlock\": null}");
    assertThat(cloud.instance(id).path("locked_by").isNull()).isTrue();
  }

  @Test
  void stopsAndStartsAServer() {
    String id = cloud.activeOn("host-05");

    Answer stop = cloud.action(id, "{\"os-stop\": null}");
    awaitState(id, "stopped");
    Answer again = cloud.action(id, "{\"os-stop\": null}");
    Answer start = cloud.action(id, "{\"os-start\": null}");
    awaitState(id, "active");
    Answer started = cloud.action(id, "{\"os-start\": null}");

    assertThat(stop.status()).isEqualTo(202);
    assertThat(again.status()).isEqualTo(409);
    assertThat(again.message("conflictingRequest"))
        .isEqualTo("Cannot 'stop' instance " + id + " while it is in vm_state stopped");
    assertThat(start.status()).isEqualTo(202);
    assertThat(started.status()).isEqualTo(409);
  }

  private static void awaitState(String id, String state) {
    RunningCloud.await(
        () -> cloud.get(NOVA + "/servers/" + id).json().path("server"),
        it ->
            it.path("OS-EXT-STS:vm_state").asString("").equals(state)
                && it.path("OS-EXT-STS:task_state").isNull());
  }

  @Test
  void resetsAStateAndForgetsTheTask() {
    String id = cloud.activeOn("host-03");
    cloud.patch("/simulator/instances/" + id, "{\"task_state\": \"image_uploading\"}");
    assertThat(cloud.action(id, "{\"os-stop\": null}").status()).isEqualTo(409);

    Answer reset = cloud.action(id, "{\"os-resetState\": {\"state\": \"error\"}}");

    assertThat(reset.status()).isEqualTo(202);
    JsonNode server = cloud.get(NOVA + "/servers/" + id).json().path("server");
    assertThat(server.path("OS-EXT-STS:vm_state").asString()).isEqualTo("error");
    assertThat(server.path("OS-EXT-STS:task_state").isNull()).isTrue();
    assertThat(cloud.action(id, "{\"os-resetState\": {\"state\": \"paused\"}}").status())
        .isEqualTo(400);
  }

  @Test
  void refusesActionsItDoesNotKnow() {
    String id = cloud.activeOn("host-01");

    assertThat(cloud.action(id, "{\"dance\": null}").message("badRequest"))
        .isEqualTo("There is no such action: dance");
    assertThat(cloud.action(id, "{\"evacuate\": {\"colour\": \"red\"}}").status()).isEqualTo(400);
    for (String body : List.of("", "[]", "{}", "{\"lock\": null, \"unlock\": null}", "{")) {
      assertThat(cloud.action(id, body).status()).as(body).isEqualTo(400);
    }
  }

  @Test
  void takesAProjectIdInThePath() {
    String project = "0123456789abcdef0123456789abcdef";

    Answer answer = cloud.get(NOVA + "/" + project + "/servers/detail?limit=1");

    assertThat(answer.json().path("servers")).hasSize(1);
  }

  @Test
  void answers404And405AsFaults() {
    assertThat(cloud.get(NOVA + "/nothing").json().has("itemNotFound")).isTrue();
    assertThat(cloud.get("/compute/v3/servers").status()).isEqualTo(404);
    Answer method = cloud.call("PATCH", NOVA + "/servers", "{}");
    assertThat(method.status()).isEqualTo(405);
    assertThat(method.json().has("badMethod")).isTrue();
  }

  @Test
  void addsAHostToAnAggregateOnce() {
    JsonNode aggregates = cloud.get(NOVA + "/os-aggregates").json().path("aggregates");
    assertThat(aggregates.path(0).path("hosts")).hasSize(3);
    String action = NOVA + "/os-aggregates/1/action";

    Answer added = cloud.post(action, "{\"add_host\": {\"host\": \"host-02\"}}");
    Answer again = cloud.post(action, "{\"add_host\": {\"host\": \"host-02\"}}");
    Answer unknown = cloud.post(action, "{\"add_host\": {\"host\": \"host-77\"}}");
    Answer nowhere =
        cloud.post(NOVA + "/os-aggregates/9/action", "{\"add_host\": {\"host\": \"host-02\"}}");

    assertThat(added.status()).isEqualTo(200);
    assertThat(added.json().path("aggregate").path("hosts")).hasSize(4);
    assertThat(again.status()).isEqualTo(409);
    assertThat(unknown.status()).isEqualTo(404);
    assertThat(nowhere.status()).isEqualTo(404);
  }

  @Test
  void namesHypervisorsApartFromTheirServices() {
    JsonNode first = cloud.get(NOVA + "/os-hypervisors/detail").json().path("hypervisors").path(0);

    assertThat(first.path("hypervisor_hostname").asString()).isEqualTo("host-01.sim.example");
    assertThat(first.path("service").path("host").asString()).isEqualTo("host-01");
  }
}
