package io.tocsin.compute;

import static io.tocsin.openstack.ScriptedServer.cut;
import static io.tocsin.openstack.ScriptedServer.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.tocsin.Waiting;
import io.tocsin.clock.Clock;
import io.tocsin.openstack.OnBehalfOf;
import io.tocsin.openstack.ScriptedServer;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What we ask of Nova and make of its answers, word by word. */
@Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class NovaCloudTest {
  private static final Duration SHORT = Duration.ofMillis(1500);
  private static final ServerId ID =
      new ServerId(UUID.fromString("5be0a0f1-8f9d-4fd8-8a06-0a2a5f0d6d3e"));
  private static final ComputeService SERVICE =
      new ComputeService("0c2d5f0a-5b0a-4f43-9a2e-4c8d0f6f1b10", "cmp-1", true, true, false, null);

  private final ScriptedServer server = new ScriptedServer();

  @AfterEach
  void stopServer() {
    server.close();
  }

  @Test
  void readsAServer() {
    server.reply(json(200, "{\"server\": " + server(ID.toString(), "cmp-1") + "}"));
    assertThat(ask(cloud -> assertThat(cloud.findServer(ID)).contains(expected("cmp-1"))))
        .extracting(ScriptedServer.Received::target)
        .containsExactly("/compute/v2.1/servers/" + ID);
  }

  @Test
  void asksInMicroversion253OnBehalfOfItsCaller() {
    server.reply(json(200, "{\"servers\": []}"));
    ScopedValue.where(OnBehalfOf.REQUEST_ID, "req-77")
        .run(() -> ask(cloud -> cloud.listServersOn("cmp-1")));
    assertThat(server.received().getFirst().headers())
        .containsEntry("OpenStack-API-Version", "compute 2.53")
        .containsEntry("X-OpenStack-Nova-API-Version", "2.53")
        .containsEntry("X-OpenStack-Request-ID", "req-77");
  }

  @Test
  void saysNothingOfACallerWhereThereIsNone() {
    server.reply(json(200, "{\"servers\": []}"));
    ask(cloud -> cloud.listServersOn("cmp-1"));
    assertThat(server.received().getFirst().headers()).doesNotContainKey("X-OpenStack-Request-ID");
  }

  @Test
  void toleratesWhatMayBeMissingAndWhatItDoesNotKnow() {
    server.reply(
        json(
            200,
            """
            {"new": [{"deep": [1]}], "server": {"id": "%s", "extra": {"a": [{}]}, "name": null,
             "OS-EXT-SRV-ATTR:host": null, "locked": true, "OS-EXT-STS:task_state": null,
             "OS-EXT-STS:power_state": null, "OS-EXT-STS:vm_state": "building",
             "metadata": {"a": 1, "b": null, "c": {"d": 1}}, "fault": null}, "more": {}}
            """
                .formatted(ID)));
    ask(cloud ->
        assertThat(cloud.findServer(ID))
            .contains(
                new Server(
                    ID,
                    "",
                    "",
                    null,
                    "building",
                    null,
                    0,
                    true,
                    Map.of("a", "1"),
                    null,
                    null,
                    false)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"id", "OS-EXT-STS:vm_state", "OS-EXT-SRV-ATTR:host", "locked"})
  void namesTheFieldItCannotDoWithout(String field) {
    String whole = server(ID.toString(), "cmp-1");
    server.reply(
        json(200, "{\"servers\": [" + whole.replace('"' + field + '"', "\"other\"") + "]}"));
    assertThat(failureOf(cloud -> cloud.listServersOn("cmp-1")))
        .isInstanceOf(CloudFailure.Unavailable.class)
        .extracting(CloudFailure::text)
        .asString()
        .contains("lacks " + field);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "[]",
        "{}",
        "null",
        "{\"servers\": 7}",
        "{\"servers\": [",
        "{\"servers\": [null]}",
        "{\"servers\": [[]]}",
        "{\"servers\": [], ",
        "<html>",
        "{\"servers\": [{\"id\": \"x\"}]}",
        "{\"servers\": [], \"servers_links\": [{\"rel\": \"next\"}]}",
        "{\"servers\": [], \"servers_links\": [{\"rel\": \"next\", \"href\": \"http://x/?a=1\"}]}",
        "{\"servers\": [], \"servers_links\": [7]}"
      })
  void takesNoBrokenListForAShortOne(String body) {
    server.reply(json(200, body));
    assertThat(failureOf(cloud -> cloud.listServersOn("cmp-1")))
        .isInstanceOf(CloudFailure.Unavailable.class);
  }

  @Test
  void listsEveryPageAndTrustsOnlyTheMarkerOfItsLink() {
    server.reply(
        page("http://elsewhere:1/v2.1/servers/detail?host=cmp-9&marker=a%2Fb&limit=5", 1, 2),
        page("//internal/servers/detail?limit=2&marker=" + uuid(4), 3, 4),
        page(null, 5));
    assertThat(
            ask(cloud ->
                assertThat(cloud.listServersOn("cmp-1"))
                    .extracting(s -> s.id().value())
                    .containsExactly(uuid(1), uuid(2), uuid(3), uuid(4), uuid(5))))
        .extracting(ScriptedServer.Received::target)
        .containsExactly(
            "/compute/v2.1/servers/detail?all_tenants=True&limit=2&host=cmp-1",
            "/compute/v2.1/servers/detail?all_tenants=True&limit=2&host=cmp-1&marker=a%2Fb",
            "/compute/v2.1/servers/detail?all_tenants=True&limit=2&host=cmp-1&marker=" + uuid(4));
  }

  @Test
  void endsAListThatLeadsBackToItself() {
    server.reply(
        page("http://x/?marker=a", 1),
        page("http://x/?marker=b", 2),
        page("http://x/?marker=a", 3));
    assertThat(failureOf(cloud -> cloud.listServersOn("cmp-1")).text()).contains("leads back");
    assertThat(server.received()).hasSize(3);
  }

  @Test
  void endsAListWithoutEnd() {
    server.script(_ -> page("http://x/?marker=" + UUID.randomUUID(), server.received().size()));
    assertThat(failureOf(cloud -> cloud.listServersOn("cmp-1")).text())
        .contains("more than 20 pages");
    assertThat(server.received()).hasSize(20);
  }

  @Test
  void beginsAListAnewWhenTheServerAtThePageEndIsGone() {
    server.reply(
        page("http://x/?marker=" + uuid(2), 1, 2),
        json(400, "{\"badRequest\": {\"message\": \"marker [x] not found\"}}"),
        page(null, 1));
    ask(cloud -> assertThat(cloud.listServersOn("cmp-1")).hasSize(1));
    assertThat(server.received().get(2).target()).doesNotContain("marker");
  }

  @Test
  void beginsAListAnewThreeTimesAtMost() {
    server.script(request ->
        request.target().contains("marker")
            ? json(400, "{\"badRequest\": {\"message\": \"marker [x] not found\"}}")
            : page("http://x/?marker=" + uuid(2), 1, 2));
    assertThat(failureOf(cloud -> cloud.listServersOn("cmp-1")))
        .isEqualTo(new CloudFailure.Refused(400, "marker [x] not found"));
    assertThat(server.received()).hasSize(6);
  }

  @Test
  void leavesOutServersOfOtherHostsWhenTheFilterWasIgnored() {
    String body = "{\"servers\": [" + server(uuid(1), "cmp-1") + "," + server(uuid(2), "cmp-10");
    server.reply(json(200, body + "," + server(uuid(3), "CMP-1") + "]}"));
    ask(cloud ->
        assertThat(cloud.listServersOn("cmp-1"))
            .extracting(s -> s.id().value())
            .containsExactly(uuid(1)));
  }

  @Test
  void asksForChangesInWholeSecondsAndTellsWhatIsDeleted() {
    String gone = server(uuid(1), "cmp-1").replace("\"ERROR\"", "\"DELETED\"");
    server.reply(json(200, "{\"servers\": [" + gone + "]}"));
    ask(cloud ->
        assertThat(cloud.listServersChangedSince(Instant.parse("2026-02-03T11:40:03.999Z")))
            .singleElement()
            .matches(Server::isDeleted));
    assertThat(server.received().getFirst().target())
        .endsWith("?all_tenants=True&limit=2&changes-since=2026-02-03T11%3A40%3A03Z");
  }

  @Test
  void findsTheServiceOfExactlyThatHost() {
    server.reply(
        json(
            200,
            """
            {"services": [
              {"id": "1", "host": "cmp-10", "status": "enabled", "state": "up"},
              {"id": "2", "host": "cmp-1", "status": "disabled", "state": "down",
               "forced_down": true, "updated_at": "2026-02-03T11:40:03.250000"}]}
            """));
    ask(cloud ->
        assertThat(cloud.findComputeService("cmp-1"))
            .contains(
                new ComputeService(
                    "2", "cmp-1", false, false, true, Instant.parse("2026-02-03T11:40:03.250Z"))));
    assertThat(server.received().getFirst().target())
        .isEqualTo("/compute/v2.1/os-services?binary=nova-compute&host=cmp-1");
  }

  @Test
  void findsNoServiceOfAnUnknownHost() {
    server.reply(json(200, "{\"services\": []}"));
    ask(cloud -> assertThat(cloud.findComputeService("a b&c")).isEmpty());
    assertThat(server.received().getFirst().target()).endsWith("&host=a+b%26c");
  }

  @Test
  void forcesDownAndDisablesInOneRequest() {
    server.reply(json(200, "{\"service\": {}}"));
    ask(cloud -> cloud.forceDown(SERVICE, "Host \"failed\""));
    assertThat(server.received().getFirst())
        .returns("PUT", ScriptedServer.Received::method)
        .returns("/compute/v2.1/os-services/" + SERVICE.id(), ScriptedServer.Received::target)
        .returns(
            "{\"status\":\"disabled\",\"disabled_reason\":\"Host \\\"failed\\\"\","
                + "\"forced_down\":true}",
            ScriptedServer.Received::body);
  }

  @Test
  void keepsAReasonWithinWhatNovaTakes() {
    server.reply(json(200, "{\"service\": {}}"));
    ask(cloud -> {
      cloud.disable(SERVICE, "");
      cloud.disable(SERVICE, "😀".repeat(300));
    });
    assertThat(server.received().get(0).body()).isEqualTo("{\"status\":\"disabled\"}");
    assertThat(server.received().get(1).body())
        .isEqualTo("{\"status\":\"disabled\",\"disabled_reason\":\"" + "😀".repeat(255) + "\"}");
  }

  @Test
  void isContentWithADisableThatNovaStoredButDidNotAnswer() {
    server.script(this::storeAndHang);
    try (NovaCloud cloud = cloud(SHORT)) {
      cloud.disable(SERVICE, "Process failed");
    }
    assertThat(server.received())
        .extracting(ScriptedServer.Received::method)
        .containsExactly("PUT", "GET");
  }

  private ScriptedServer.Reply storeAndHang(ScriptedServer.Received request) {
    return request.method().equals("PUT") ? server.silence() : service("disabled");
  }

  @Test
  void saysThatADisableIsUnansweredWhenNovaDidNotStoreIt() {
    server.script(
        request -> request.method().equals("PUT") ? server.silence() : service("enabled"));
    try (NovaCloud cloud = cloud(SHORT)) {
      assertThat(failureOf(() -> cloud.disable(SERVICE, "Process failed")))
          .isInstanceOf(CloudFailure.Unanswered.class);
    }
  }

  @Test
  void sendsTheActionsNovaKnows() {
    server.reply(json(202, ""));
    List<ScriptedServer.Received> received =
        ask(cloud -> {
          cloud.lock(ID);
          cloud.unlock(ID);
          cloud.evacuate(ID, Optional.empty());
          cloud.evacuate(ID, Optional.of("cmp-\"2"));
          cloud.stop(ID);
          cloud.start(ID);
          cloud.resetState(ID, Cloud.ResetTo.ERROR);
          cloud.resetState(ID, Cloud.ResetTo.ACTIVE);
        });
    assertThat(received)
        .extracting(ScriptedServer.Received::body)
        .containsExactly(
            "{\"lock\":null}",
            "{\"unlock\":null}",
            "{\"evacuate\":{}}",
            "{\"evacuate\":{\"host\":\"cmp-\\\"2\"}}",
            "{\"os-stop\":null}",
            "{\"os-start\":null}",
            "{\"os-resetState\":{\"state\":\"error\"}}",
            "{\"os-resetState\":{\"state\":\"active\"}}");
    assertThat(received)
        .allMatch(r -> r.target().equals("/compute/v2.1/servers/" + ID + "/action"))
        .allMatch(r -> r.method().equals("POST"));
  }

  @ParameterizedTest
  @CsvSource({
    "400, Refused, 1", "401, Unreachable, 1", "403, Refused, 1", "404, NotFound, 1",
    "409, Conflict, 1", "429, Unavailable, 2", "500, Unanswered, 1", "502, Unanswered, 1",
    "503, Unavailable, 2", "504, Unanswered, 1"
  })
  void saysWhatIsKnownOfAFailedEvacuate(int status, String failure, int sent) {
    String text = "Compute service of cmp-1 is still in use.";
    server.reply(json(status, "{\"someFault\": {\"message\": \"" + text + "\"}}"));
    CloudFailure known = failureOf(cloud -> cloud.evacuate(ID, Optional.empty()));
    assertThat(known.getClass().getSimpleName()).isEqualTo(failure);
    assertThat(known.text()).contains(text);
    assertThat(server.received()).hasSize(sent);
  }

  @Test
  void saysThatAReadOfABrokenNovaIsUnavailable() {
    server.reply(json(500, "{\"computeFault\": {\"message\": \"Unexpected API Error.\"}}"));
    assertThat(failureOf(cloud -> cloud.findServer(ID)))
        .isEqualTo(new CloudFailure.Unavailable(500, "Unexpected API Error."));
  }

  @Test
  void neverSendsAnEvacuateAgainThatMayHaveActed() {
    server.reply(cut());
    assertThat(failureOf(cloud -> cloud.evacuate(ID, Optional.empty())))
        .isInstanceOf(CloudFailure.Unanswered.class);
    assertThat(server.received()).hasSize(1);
  }

  @Test
  void saysThatNothingWentOutWhenNobodyListens() {
    server.reply(cut());
    server.refuse();
    assertThat(failureOf(cloud -> cloud.evacuate(ID, Optional.empty())))
        .isInstanceOf(CloudFailure.Unreachable.class);
  }

  @Test
  void findsNoServerThatIsGone() {
    server.reply(json(404, "{\"itemNotFound\": {\"message\": \"gone\"}}"));
    ask(cloud -> assertThat(cloud.findServer(ID)).isEmpty());
  }

  @Test
  void anInterruptIsNoFailureOfTheCloud() throws Exception {
    server.script(_ -> server.silence());
    CompletableFuture<Throwable> thrown = new CompletableFuture<>();
    AtomicBoolean isFlagSet = new AtomicBoolean();
    try (NovaCloud cloud = cloud()) {
      Thread caller =
          Thread.ofVirtual()
              .start(() -> {
                try {
                  cloud.findServer(ID);
                } catch (RuntimeException e) {
                  isFlagSet.set(Thread.currentThread().isInterrupted());
                  thrown.complete(e);
                }
              });
      Waiting.until(() -> !server.received().isEmpty());
      caller.interrupt();
      assertThat(thrown.get(20, TimeUnit.SECONDS)).isInstanceOf(CloudInterruptedException.class);
      assertThat(isFlagSet).isTrue();
    }
  }

  @Test
  void probesForItsMicroversion() {
    server.reply(version("2.1", "2.96"));
    ask(cloud -> assertThat(cloud.probe()).hasToString("2.1 to 2.96"));
    assertThat(server.received().getFirst().target()).isEqualTo("/compute/v2.1/");
    assertThat(server.received().getFirst().headers()).doesNotContainKey("OpenStack-API-Version");
  }

  @ParameterizedTest
  @CsvSource({"2.1, 2.9", "2.1, 2.52", "2.54, 2.99", "3.1, 3.99"})
  void refusesAnEndpointThatIsTooOldOrTooNew(String least, String most) {
    server.reply(version(least, most));
    assertThat(failureOf(NovaCloud::probe).text())
        .contains(server.endpoint().toString(), least, most, "2.53 is needed");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"versions\": []}",
        "{\"version\": {\"id\": \"v2.0\", \"version\": \"\"}}",
        "{}",
        "[]"
      })
  void saysThatAnEndpointIsNoComputeApi(String body) {
    server.reply(json(200, body));
    assertThat(failureOf(NovaCloud::probe).text()).contains("ends in /v2.1");
  }

  @Test
  void refusesSettingsOutOfRange() {
    server.reply(cut());
    CloudSettings good = CloudSettings.defaults(server.endpoint());
    assertThatThrownBy(() -> CloudSettings.defaults(URI.create("ftp://x/v2.1")))
        .hasMessageContaining("endpoint");
    assertThatThrownBy(() -> good.withMaxCallsInFlight(0))
        .hasMessage("maxCallsInFlight must be from 1 to 10000, is 0");
  }

  private List<ScriptedServer.Received> ask(Consumer<NovaCloud> question) {
    try (NovaCloud cloud = cloud()) {
      question.accept(cloud);
    }
    return server.received();
  }

  private CloudFailure failureOf(Consumer<NovaCloud> question) {
    try (NovaCloud cloud = cloud()) {
      return failureOf(() -> question.accept(cloud));
    }
  }

  private static CloudFailure failureOf(ThrowingCallable call) {
    return catchThrowableOfType(CloudException.class, call).failure();
  }

  private NovaCloud cloud() {
    return cloud(Duration.ofSeconds(10));
  }

  private NovaCloud cloud(Duration callTimeout) {
    CloudSettings settings =
        new CloudSettings(
            server.endpoint(), callTimeout, Duration.ofSeconds(20), 2, 10, 2, 20, 1 << 20);
    return new NovaCloud(settings, RandomGenerator.getDefault(), Clock.system());
  }

  private static ScriptedServer.Reply service(String status) {
    return json(
        200,
        """
        {"services": [{"id": "%s", "host": "cmp-1", "status": "%s", "state": "up"}]}
        """
            .formatted(SERVICE.id(), status));
  }

  private static ScriptedServer.Reply version(String least, String most) {
    return json(
        200,
        """
        {"version": {"id": "v2.1", "status": "CURRENT", "version": "%s", "min_version": "%s",
         "links": []}}
        """
            .formatted(most, least));
  }

  private static ScriptedServer.Reply page(@Nullable String next, int... numbers) {
    StringBuilder body = new StringBuilder("{\"servers\": [");
    for (int number : numbers) {
      body.append(body.charAt(body.length() - 1) == '}' ? "," : "");
      body.append(server(uuid(number), "cmp-1"));
    }
    body.append("]");
    if (next != null) {
      body.append(", \"servers_links\": [{\"rel\": \"self\", \"href\": \"x?marker=z\"},");
      body.append("{\"rel\": \"next\", \"href\": \"").append(next).append("\"}]");
    }
    return json(200, body.append("}").toString());
  }

  private static UUID uuid(int number) {
    return new UUID(0x4000, 0x8000_0000_0000_0000L + number);
  }

  private static String server(Object id, String host) {
    return """
    {"id": "%s", "name": "web-1", "status": "ERROR", "tenant_id": "p1", "user_id": "u1",
     "addresses": {"net": [{"addr": "10.0.0.1", "version": 4}]},
     "OS-EXT-SRV-ATTR:host": "%s", "OS-EXT-SRV-ATTR:hypervisor_hostname": "%s.example.org",
     "OS-EXT-STS:vm_state": "error", "OS-EXT-STS:task_state": "rebuilding",
     "OS-EXT-STS:power_state": 4, "locked": false, "metadata": {"HA_Enabled": "True"},
     "fault": {"code": 500, "details": "Traceback", "message": "No valid host was found."}}\
    """
        .formatted(id, host, host);
  }

  private static Server expected(String host) {
    return new Server(
        ID,
        "web-1",
        "p1",
        host,
        "error",
        "rebuilding",
        4,
        false,
        Map.of("HA_Enabled", "True"),
        "No valid host was found.",
        null,
        false);
  }
}
