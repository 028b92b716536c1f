package io.tocsin.compute;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.tocsin.Waiting;
import io.tocsin.clock.Clock;
import io.tocsin.simulator.Behaviour;
import io.tocsin.simulator.RegionSpec;
import io.tocsin.simulator.ServedCloud;
import io.tocsin.simulator.SimulatedCloud;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.random.RandomGenerator;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import tools.jackson.databind.JsonNode;

/** Every question and order of {@link Cloud}, put to a whole simulated Nova over a socket. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class CloudContractTest {
  private final ServedCloud served = ServedCloud.inMemory(new RegionSpec(4, 120), Behaviour.FAST);
  private final SimulatedCloud simulated = served.cloud();
  private final NovaCloud cloud;
  private final String host = simulated.hostNames().get(0);
  private final String other = simulated.hostNames().get(1);

  CloudContractTest() {
    cloud = cloud(1000);
  }

  @AfterEach
  void stop() {
    cloud.close();
    served.close();
  }

  @Test
  void offersTheMicroversionWeSpeak() {
    assertThat(cloud.probe().contains(NovaCloud.MICROVERSION)).isTrue();
  }

  @Test
  void showsTheServiceOfALivingHost() {
    ComputeService service = cloud.findComputeService(host).orElseThrow();
    assertThat(service.host()).isEqualTo(host);
    assertThat(service.isUp()).isTrue();
    assertThat(service.isEnabled()).isTrue();
    assertThat(service.isForcedDown()).isFalse();
    assertThat(service.lastSeen())
        .isBetween(Instant.now().minusSeconds(30), Instant.now().plusSeconds(1));
    assertThat(cloud.findComputeService("nowhere")).isEmpty();
  }

  @Test
  void takesAForcedDownServiceForDeadAtOnceAlsoTwice() {
    ComputeService service = cloud.findComputeService(host).orElseThrow();
    cloud.forceDown(service, "Host failed.");
    cloud.forceDown(service, "Host failed.");
    ComputeService down = cloud.findComputeService(host).orElseThrow();
    assertThat(down)
        .returns(false, ComputeService::isUp)
        .returns(false, ComputeService::isEnabled)
        .returns(true, ComputeService::isForcedDown);
    assertThat(control("GET", "/simulator/hosts/" + host, null).path("disabled_reason").asString())
        .isEqualTo("Host failed.");
  }

  @Test
  void disablesAServiceWithoutCallingItDead() {
    ComputeService service = cloud.findComputeService(host).orElseThrow();
    cloud.disable(service, "Process failed.");
    assertThat(cloud.findComputeService(host).orElseThrow())
        .returns(true, ComputeService::isUp)
        .returns(false, ComputeService::isEnabled)
        .returns(false, ComputeService::isForcedDown);
  }

  @Test
  void disablesAServiceThatDiedUnseenWithoutWaitingForIt() {
    control("PATCH", "/simulator/settings", "{\"rpc_response_timeout\": \"20s\"}");
    control("PATCH", "/simulator/settings", "{\"service_down_time\": \"60s\"}");
    ComputeService service = cloud.findComputeService(host).orElseThrow();
    control("POST", "/simulator/hosts/" + host + "/fail?report=false", "");
    long before = System.nanoTime();
    cloud.disable(service, "Process failed.");
    assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofSeconds(10));
    assertThat(cloud.findComputeService(host).orElseThrow().isEnabled()).isFalse();
  }

  @Test
  void tellsAllServicesAndWhatEachHypervisorHasLeft() {
    cloud.forceDown(cloud.findComputeService(host).orElseThrow(), "Host failed.");
    assertThat(cloud.listComputeServices())
        .extracting(ComputeService::host)
        .containsExactlyInAnyOrderElementsOf(simulated.hostNames());
    control("PATCH", "/simulator/settings", "{\"host_memory\": 1000000}");
    int used =
        cloud.listServersOn(other).stream()
            .mapToInt(server -> Objects.requireNonNull(server.size()).ramMebibytes())
            .sum();
    assertThat(cloud.listHypervisors())
        .contains(new Hypervisor(other, true, 1_000_000L - used))
        .anySatisfy(hypervisor -> {
          assertThat(hypervisor.host()).isEqualTo(host);
          assertThat(hypervisor.isUsable()).isFalse();
        });
  }

  @Test
  void bringsAServiceBackInOneCall() {
    ComputeService service = cloud.findComputeService(host).orElseThrow();
    cloud.forceDown(service, "Host failed.");
    cloud.bringBack(service);
    cloud.bringBack(service);
    assertThat(cloud.findComputeService(host).orElseThrow())
        .returns(true, ComputeService::isUp)
        .returns(true, ComputeService::isEnabled)
        .returns(false, ComputeService::isForcedDown);
  }

  @Test
  void letsADisabledServiceTakeInstancesAgain() {
    ComputeService service = cloud.findComputeService(host).orElseThrow();
    cloud.disable(service, "Spare.");
    cloud.enable(service);
    assertThat(cloud.findComputeService(host).orElseThrow().isEnabled()).isTrue();
  }

  @Test
  void addsAHostToAnAggregateOnce() {
    Aggregate aggregate =
        cloud.listAggregates().stream()
            .filter(each -> !each.hosts().contains(host))
            .findFirst()
            .orElseThrow();
    cloud.addToAggregate(aggregate, host);
    assertThat(cloud.listAggregates())
        .filteredOn(each -> each.id() == aggregate.id())
        .singleElement()
        .satisfies(each -> assertThat(each.hosts()).contains(host));
    CloudException again =
        catchThrowableOfType(CloudException.class, () -> cloud.addToAggregate(aggregate, host));
    assertThat(again.failure()).isInstanceOf(CloudFailure.Conflict.class);
  }

  @Test
  void listsAHostsServersWholeInSmallPages() {
    List<Server> servers;
    try (NovaCloud smallPages = cloud(7)) {
      servers = smallPages.listServersOn(host);
    }
    Map<String, JsonNode> expected = new HashMap<>();
    for (JsonNode each : instancesOn(host)) {
      expected.put(each.path("id").asString(), each);
    }
    assertThat(servers).hasSize(30).hasSameSizeAs(expected.keySet());
    assertThat(servers).allSatisfy(server -> assertLike(server, expected));
    assertThat(servers.stream().map(Server::vmState).distinct().count())
        .as("a region of several states")
        .isGreaterThan(3);
    assertThat(cloud.listServersOn(host)).containsExactlyInAnyOrderElementsOf(servers);
    assertThat(cloud.listServersOn("nowhere")).isEmpty();
  }

  private static void assertLike(Server server, Map<String, JsonNode> expected) {
    JsonNode truth = Objects.requireNonNull(expected.get(server.id().toString()));
    assertThat(server)
        .returns(truth.path("name").asString(), Server::name)
        .returns(truth.path("project_id").asString(), Server::projectId)
        .returns(truth.path("host").asString(), Server::host)
        .returns(truth.path("vm_state").asString(), Server::vmState)
        .returns(textOrNull(truth.path("task_state")), Server::taskState)
        .returns(truth.path("power_state").asInt(), Server::powerState)
        .returns(!truth.path("locked_by").isNull(), Server::isLocked)
        .returns(textOrNull(truth.path("ha_enabled")), s -> s.metadata().get("HA_Enabled"))
        .returns(false, Server::isDeleted);
  }

  private static @Nullable String textOrNull(JsonNode node) {
    return node.isString() ? node.asString() : null;
  }

  @Test
  void tellsWhatChangedAndWhatIsGone() {
    Waiting.until(() -> cloud.listServersChangedSince(Instant.now()).isEmpty());
    Instant since = Instant.now();
    ServerId locked = activeOn(host, 0);
    ServerId deleted = activeOn(host, 1);
    cloud.lock(locked);
    control("DELETE", "/compute/v2.1/servers/" + deleted, null);
    assertThat(cloud.listServersChangedSince(since))
        .extracting(Server::id)
        .contains(locked, deleted)
        .hasSizeLessThan(120);
    assertThat(cloud.listServersChangedSince(since))
        .filteredOn(Server::isDeleted)
        .extracting(Server::id)
        .containsExactly(deleted);
    assertThat(cloud.findServer(deleted)).isEmpty();
  }

  @Test
  void findsNoServerThatNeverWas() {
    assertThat(cloud.findServer(new ServerId(UUID.randomUUID()))).isEmpty();
  }

  @Test
  void locksAndUnlocksAlsoTwice() {
    ServerId id = activeOn(host, 0);
    cloud.lock(id);
    cloud.lock(id);
    assertThat(require(id).isLocked()).isTrue();
    cloud.unlock(id);
    cloud.unlock(id);
    assertThat(require(id).isLocked()).isFalse();
  }

  @Test
  void stopsAndStarts() {
    ServerId id = activeOn(host, 0);
    cloud.stop(id);
    Waiting.until(() -> require(id).vmState().equals("stopped") && require(id).taskState() == null);
    assertThat(failureOf(() -> cloud.stop(id)))
        .isInstanceOf(CloudFailure.Conflict.class)
        .extracting(CloudFailure::text)
        .asString()
        .contains("while it is in vm_state stopped");
    cloud.start(id);
    Waiting.until(() -> require(id).vmState().equals("active") && require(id).taskState() == null);
    assertThat(failureOf(() -> cloud.start(id))).isInstanceOf(CloudFailure.Conflict.class);
  }

  @Test
  void resetsStates() {
    ServerId id = activeOn(host, 0);
    control("PATCH", "/simulator/instances/" + id, "{\"task_state\": \"powering-off\"}");
    cloud.resetState(id, Cloud.ResetTo.ERROR);
    assertThat(require(id)).returns("error", Server::vmState).returns(null, Server::taskState);
    cloud.resetState(id, Cloud.ResetTo.ACTIVE);
    assertThat(require(id).vmState()).isEqualTo("active");
  }

  @Test
  void evacuatesFromADeadHost() {
    ServerId id = activeOn(host, 0);
    assertThat(failureOf(() -> cloud.evacuate(id, Optional.empty())))
        .isEqualTo(
            new CloudFailure.Refused(400, "Compute service of " + host + " is still in use."));
    kill(host);
    cloud.evacuate(id, Optional.empty());
    Waiting.until(() -> !host.equals(require(id).host()));
    assertThat(require(id)).returns("active", Server::vmState).returns(null, Server::taskState);
    assertThat(cloud.listServersOn(host)).extracting(Server::id).doesNotContain(id);
  }

  @Test
  void evacuatesToANamedHost() {
    ServerId id = activeOn(host, 0);
    kill(host);
    assertThat(failureOf(() -> cloud.evacuate(id, Optional.of("nowhere"))))
        .isInstanceOf(CloudFailure.NotFound.class);
    assertThat(failureOf(() -> cloud.evacuate(id, Optional.of(host))))
        .isInstanceOf(CloudFailure.Refused.class);
    cloud.evacuate(id, Optional.of(other));
    Waiting.until(() -> other.equals(require(id).host()));
  }

  @Test
  void keepsNovasReasonWhenAStateForbidsAnEvacuation() {
    ServerId id = activeOn(host, 0);
    control("PATCH", "/simulator/instances/" + id, "{\"vm_state\": \"paused\"}");
    kill(host);
    assertThat(failureOf(() -> cloud.evacuate(id, Optional.empty())))
        .isEqualTo(
            new CloudFailure.Conflict(
                "Cannot 'evacuate' instance " + id + " while it is in vm_state paused"));
  }

  @Test
  void tellsTheFaultOfAnEvacuationThatFailed() {
    ServerId id = activeOn(host, 0);
    kill(host);
    fault("evacuation-fails", "evacuate", ", \"text\": \"No memory left\"");
    cloud.evacuate(id, Optional.empty());
    Waiting.until(() -> require(id).vmState().equals("error"));
    assertThat(require(id)).returns(host, Server::host);
    assertThat(require(id).fault()).contains("No memory left");
  }

  @Test
  void doesNotKnowWhetherAnEvacuateWithoutAnswerActedAndAsksOnce() {
    ServerId id = activeOn(host, 0);
    kill(host);
    fault("cut-after", "evacuate", "");
    assertThat(failureOf(() -> cloud.evacuate(id, Optional.empty())))
        .isInstanceOf(CloudFailure.Unanswered.class);
    assertThat(evacuations(id, "received")).isEqualTo(1);
    assertThat(evacuations(id, "accepted")).isEqualTo(1);
  }

  @Test
  void repeatsAnEvacuateThatWasTurnedAwayAtTheDoor() {
    ServerId id = activeOn(host, 0);
    kill(host);
    fault("throttle", "evacuate", ", \"retry_after\": \"1s\"");
    fault("error-503", "evacuate", ", \"retry_after\": \"1s\"");
    cloud.evacuate(id, Optional.empty());
    assertThat(evacuations(id, "accepted")).isEqualTo(1);
  }

  @Test
  void repeatsReadsAndHarmlessOrdersThroughEveryFault() {
    ServerId id = activeOn(host, 0);
    for (String kind : List.of("cut-before", "cut-after", "error-500", "error-503")) {
      for (String call : List.of("show-server", "lock")) {
        fault(kind, call, ", \"retry_after\": \"1s\"");
      }
    }
    cloud.lock(id);
    assertThat(require(id).isLocked()).isTrue();
  }

  /** Many callers, a cloud that now and then complains: all are served, none above the ceiling. */
  @Test
  void staysWithinItsCeilingAndServesEverybody() throws Exception {
    control("PATCH", "/simulator/settings", "{\"latency\": \"5ms\"}");
    control("DELETE", "/simulator/calls", null);
    control(
        "POST",
        "/simulator/faults",
        "{\"kind\": \"error-503\", \"call\": \"show-server\", \"probability\": 0.02,"
            + " \"retry_after\": \"0s\", \"seed\": 7}");
    ServerId id = activeOn(host, 0);
    List<Future<Server>> answers = new ArrayList<>();
    try (ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < 400; i++) {
        answers.add(callers.submit(() -> require(id)));
      }
    }
    for (Future<Server> answer : answers) {
      assertThat(answer.get().id()).isEqualTo(id);
    }
    assertThat(control("GET", "/simulator/calls", null).path("max_in_flight").asInt())
        .isBetween(2, 20);
    assertThat(cloud.callLimit().inFlight()).isZero();
    assertThat(cloud.callLimit().waiting()).isZero();
  }

  private NovaCloud cloud(int pageSize) {
    CloudSettings settings =
        new CloudSettings(
            URI.create(baseUrl() + "/compute/v2.1/"),
            Duration.ofSeconds(2),
            Duration.ofSeconds(30),
            8,
            20,
            pageSize,
            100,
            16 << 20);
    return new NovaCloud(settings, RandomGenerator.getDefault(), Clock.system());
  }

  private String baseUrl() {
    return served.url().toString();
  }

  private Server require(ServerId id) {
    return cloud.findServer(id).orElseThrow();
  }

  private void kill(String name) {
    control("POST", "/simulator/hosts/" + name + "/fail?report=false", "");
    cloud.forceDown(cloud.findComputeService(name).orElseThrow(), "Host failed.");
  }

  private void fault(String kind, String call, String more) {
    boolean isOfAnEvacuation = kind.startsWith("evacuation");
    control(
        "POST",
        "/simulator/faults",
        "{\"kind\": \""
            + kind
            + "\""
            + (isOfAnEvacuation ? "" : ", \"call\": \"" + call + "\"")
            + ", \"count\": 1"
            + more
            + "}");
  }

  private int evacuations(ServerId id, String which) {
    JsonNode instance = control("GET", "/simulator/instances/" + id, null);
    return instance.path("evacuations").path(which).asInt();
  }

  private JsonNode instancesOn(String name) {
    return control("GET", "/simulator/instances?host=" + name, null).path("instances");
  }

  /** One of the host's servers that runs, is idle, unlocked and can be recovered. */
  private ServerId activeOn(String name, int number) {
    List<ServerId> found = new ArrayList<>();
    for (JsonNode each : instancesOn(name)) {
      if (each.path("vm_state").asString().equals("active")
          && each.path("task_state").isNull()
          && each.path("locked_by").isNull()
          && each.path("recoverable").asBoolean()) {
        found.add(new ServerId(UUID.fromString(each.path("id").asString())));
      }
    }
    assertThat(new HashSet<>(found)).hasSizeGreaterThan(number);
    return found.get(number);
  }

  private static CloudFailure failureOf(ThrowingCallable call) {
    return catchThrowableOfType(CloudException.class, call).failure();
  }

  private JsonNode control(String method, String path, @Nullable String body) {
    return served.control(method, path, body);
  }
}
