package io.tocsin.instanceha;

import static io.tocsin.openstack.ScriptedServer.json;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.spi.ILoggingEvent;
import io.tocsin.http.LoggedLines;
import io.tocsin.identity.AuthSettings;
import io.tocsin.identity.KeystoneAuthenticator;
import io.tocsin.identity.Policy;
import io.tocsin.identity.TokenDesk;
import io.tocsin.openstack.Keystone;
import io.tocsin.openstack.SteppingClock;
import io.tocsin.store.TestDatabase;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The API on a socket, with tokens that a Keystone behind another socket knows. */
@TestInstance(Lifecycle.PER_CLASS)
class KeystoneModeTest {
  private static final String ADMIN = "token-of-the-admin";
  private static final String MEMBER = "token-of-a-member";
  private static final String UNSCOPED = "token-of-no-project";
  private static final String UUID = "7d0c1f52-5a0e-4a7e-9a53-0a6f2f1b9c11";
  private static final String UNAUTHORIZED =
      """
      {"error":{"code":401,"title":"Unauthorized",\
      "message":"The request you have made requires authentication."}}\
      """;
  private static final Duration CACHE = Duration.ofMinutes(5);

  private final SteppingClock clock = new SteppingClock();
  private final TokenDesk desk = new TokenDesk();
  private final List<AutoCloseable> parts = new ArrayList<>();
  private TestApi api;
  private HttpClient http;

  @BeforeAll
  void start(@TempDir Path directory) throws IOException {
    Policy policy =
        Policy.read(
            Files.writeString(
                directory.resolve("policy.yaml"),
                """
                os_masakari_api:extensions:index: role:member or rule:admin_api
                os_masakari_api:extensions:detail: role:member or rule:admin_api
                os_masakari_api:segments:discoverable: role:member
                """));
    Keystone keystone = new Keystone(desk.keystone().settings(), new Random(7), clock);
    KeystoneAuthenticator authenticator =
        new KeystoneAuthenticator(
            keystone,
            new AuthSettings(
                CACHE, 1000, Duration.ofMinutes(5), URI.create("http://keystone.example:5000")),
            clock);
    TestDatabase database = TestDatabase.create();
    api =
        TestApi.start(
            database.database(),
            InstanceHaSettings.DEFAULTS,
            new TestApi.Access(authenticator, policy));
    http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    parts.addAll(List.of(http, api, database, authenticator, keystone, desk));
  }

  @BeforeEach
  void knowEverybody() {
    desk.recover();
    desk.knows(ADMIN, TokenDesk.properties(clock.now().plus(Duration.ofHours(2)), "admin"));
    desk.knows(MEMBER, TokenDesk.properties(clock.now().plus(Duration.ofHours(2)), "member"));
    desk.knows(
        UNSCOPED,
        "\"expires_at\": \"2027-01-01T00:00:00Z\", \"user\": {\"id\": \"u\"},"
            + " \"roles\": [{\"name\": \"admin\"}]");
  }

  @AfterAll
  void stop() throws Exception {
    for (AutoCloseable part : parts) {
      part.close();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "GET, /v1/segments",
    "GET, /v1/aa/segments",
    "GET, /v1/nothing-here",
    "GET, /v1/segments/",
    "HEAD, /v1",
    "POST, /v1",
    "PATCH, /v1/segments",
    "GET, /v1/versions/v1.0",
    "GET, /v1/extensions",
    "POST, /v1/notifications",
  })
  void withoutATokenEverythingUnderTheMountIs401(String method, String path) throws Exception {
    for (String token : List.of("", "unknown")) {
      HttpResponse<String> answer =
          send(method, path, token, "Content-Type", "text/xml", "Accept", "text/html");

      assertThat(answer.statusCode()).isEqualTo(401);
      assertThat(answer.body()).isEqualTo(method.equals("HEAD") ? "" : UNAUTHORIZED);
      assertThat(answer.headers().allValues("WWW-Authenticate"))
          .containsExactly("Keystone uri=\"http://keystone.example:5000\"");
      assertThat(answer.headers().firstValue("Content-Type"))
          .contains("application/json; charset=UTF-8");
      assertThat(answer.headers().firstValue("x-openstack-request-id").orElse(""))
          .startsWith("req-");
      assertThat(answer.headers().firstValue("OpenStack-API-Version")).isEmpty();
    }
  }

  @Test
  void someThingsNeedNoToken() throws Exception {
    assertThat(send("GET", "/v1", "").statusCode()).isEqualTo(200);
    assertThat(send("GET", "/v1/", "nonsense").statusCode()).isEqualTo(200);
    assertThat(send("GET", "/", "").statusCode()).isEqualTo(200);
    assertThat(send("GET", "/elsewhere", "").statusCode()).isEqualTo(300);
    assertThat(send("OPTIONS", "/v1/segments", "").statusCode()).isEqualTo(200);
  }

  @ParameterizedTest
  @ValueSource(strings = {"application/json", "text/html", "text/plain"})
  void whileKeystoneIsAwayItIs503(String accept) throws Exception {
    desk.keystone().script(_ -> json(400, "{}"));

    HttpResponse<String> answer = send("GET", "/v1/nothing", "new-one", "Accept", accept);

    assertThat(answer.statusCode()).isEqualTo(503);
    assertThat(answer.body()).contains("The Keystone service is temporarily unavailable.");
    assertThat(answer.headers().firstValue("Content-Type").orElse("")).startsWith(accept);
    assertThat(answer.headers().firstValue("Retry-After")).contains("2");
    assertThat(answer.headers().firstValue("x-openstack-request-id").orElse("")).startsWith("req-");
  }

  @Test
  void theWordsOfThe503AreTheOriginals() throws Exception {
    desk.keystone().script(_ -> json(400, "{}"));

    assertThat(send("GET", "/v1/segments", "newer", "Accept", "application/json").body())
        .isEqualTo(
            """
            {"message":"The server is currently unavailable. Please try again at a later time.\
            <br /><br />\\nThe Keystone service is temporarily unavailable.\\n\\n",\
            "code":"503 Service Unavailable","title":"Service Unavailable"}\
            """);
  }

  @Test
  void whoeverIsKnownStaysKnownWhileKeystoneIsAway() throws Exception {
    assertThat(send("GET", "/v1/segments", ADMIN).statusCode()).isEqualTo(200);
    desk.keystone().script(_ -> json(503, "{}"));
    clock.advance(CACHE);

    assertThat(send("GET", "/v1/segments", ADMIN).statusCode()).isEqualTo(200);
    assertThat(send("GET", "/v1/segments", "somebody-new").statusCode()).isEqualTo(503);
  }

  @ParameterizedTest
  @CsvSource({
    "GET, /v1/segments, segments:index",
    "GET, /v1/segments/x, segments:detail",
    "DELETE, /v1/segments/x, segments:delete",
    "GET, /v1/segments/x/hosts, os-hosts:index",
    "GET, /v1/segments/x/hosts/y, os-hosts:detail",
    "DELETE, /v1/segments/x/hosts/y, os-hosts:delete",
    "GET, /v1/notifications, notifications:index",
    "GET, /v1/notifications/x, notifications:detail",
    "GET, /v1/notifications/x/vmoves, vmoves:index",
    "GET, /v1/notifications/x/vmoves/y, vmoves:detail",
    "GET, /v1/aa/segments?limit=nonsense, segments:index",
  })
  void whoIsNoAdministratorIs403BeforeAnythingIsLookedUp(String method, String path, String rule)
      throws Exception {
    HttpResponse<String> answer = send(method, path, MEMBER);

    assertThat(answer.statusCode()).isEqualTo(403);
    assertThat(answer.body()).isEqualTo(forbidden(rule));
    assertThat(answer.headers().firstValue("OpenStack-API-Version")).contains("instance-ha 1.0");
  }

  @Test
  void everyCheckComesInItsTurn() throws Exception {
    String body = "{\"segment\": {}}";
    String good =
        "{\"segment\": {\"name\": \"s\", \"recovery_method\": \"auto\", \"service_type\": \"C\"}}";
    String tooLarge = "x".repeat(120_000);
    String bad = "OpenStack-API-Version: instance-ha 9.9";
    String xml = "Content-Type: text/xml";

    assertThat(post("/v1/nothing", "unknown", tooLarge)).startsWith("413");
    assertThat(post("/v1/nothing", "unknown", "{", bad, xml)).startsWith("401");
    assertThat(post("/v1/nothing", MEMBER, "{", bad, xml)).startsWith("404");
    assertThat(post("/v1/bb/segments", MEMBER, "{", bad, xml)).startsWith("406");
    assertThat(post("/v1/bb/segments", MEMBER, "{", xml)).startsWith("415");
    assertThat(post("/v1/bb/segments/x/action", MEMBER, "{")).startsWith("405");
    assertThat(post("/v1/bb/segments", MEMBER, "{"))
        .startsWith("400")
        .contains("Malformed request body");
    assertThat(post("/v1/bb/segments", MEMBER, body))
        .startsWith("400")
        .contains(
            "Malformed request URL: URL's project_id 'bb' doesn't match Context's project_id 'aa'");
    assertThat(post("/v1/aa/segments", MEMBER, body))
        .startsWith("400")
        .contains("'name' is a required property");
    assertThat(post("/v1/aa/segments", MEMBER, good))
        .startsWith("403")
        .contains("Policy doesn't allow os_masakari_api:segments:create to be performed.");
    assertThat(post("/v1/aa/segments/" + UUID + "/hosts", ADMIN, host())).startsWith("404");
    assertThat(post("/v1/aa/segments", ADMIN, good)).startsWith("201");
    assertThat(post("/v1/aa/segments", ADMIN, good)).startsWith("409");
  }

  @Test
  void aPayloadIsLookedAtAfterThePolicy() throws Exception {
    String report =
        """
        {"notification": {"type": "VM", "hostname": "h", "generated_time": "2026-02-03T12:00:00",
          "payload": {"event": "x"}}}
        """;

    assertThat(post("/v1/notifications", MEMBER, "{\"notification\": {}}")).startsWith("400");
    assertThat(post("/v1/notifications", MEMBER, report)).startsWith("403");
    assertThat(post("/v1/notifications", ADMIN, report)).startsWith("400");
  }

  @Test
  void onlyATokenOfAProjectIsComparedWithTheUrl() throws Exception {
    assertThat(send("GET", "/v1/bb/segments", ADMIN).statusCode()).isEqualTo(400);
    assertThat(send("GET", "/v1/aa/segments", ADMIN).statusCode()).isEqualTo(200);
    assertThat(send("GET", "/v1/bb/segments", UNSCOPED).statusCode()).isEqualTo(200);
    assertThat(send("GET", "/v1/bb/versions/v1.0", MEMBER).statusCode()).isEqualTo(400);
  }

  @Test
  void extensionsAreShownToThoseWhoMayDiscoverThem() throws Exception {
    assertThat(send("GET", "/v1/extensions", MEMBER).body())
        .contains("\"alias\":\"segments\"", "\"alias\":\"versions\"")
        .doesNotContain("os-hosts", "\"alias\":\"vmoves\"", "\"alias\":\"extensions\"");
    assertThat(send("GET", "/v1/extensions/segments", MEMBER).statusCode()).isEqualTo(200);
    assertThat(send("GET", "/v1/extensions/os-hosts", MEMBER).statusCode()).isEqualTo(404);
    assertThat(send("GET", "/v1/extensions/os-hosts", ADMIN).statusCode()).isEqualTo(200);
    assertThat(send("GET", "/v1/extensions/segments", ADMIN).statusCode()).isEqualTo(404);
    assertThat(send("GET", "/v1/versions/v1.0", MEMBER).statusCode()).isEqualTo(200);
  }

  @Test
  void aServiceTokenMustBeGood() throws Exception {
    desk.knows("service", TokenDesk.properties(clock.now().plus(Duration.ofHours(1)), "service"));
    desk.knows("late", TokenDesk.properties(clock.now().minusSeconds(1), "admin"));

    assertThat(send("GET", "/v1/segments", ADMIN, "X-Service-Token", "no").statusCode())
        .isEqualTo(401);
    assertThat(send("GET", "/v1/segments", ADMIN, "X-Service-Token", MEMBER).statusCode())
        .isEqualTo(401);
    assertThat(send("GET", "/v1/segments", ADMIN, "X-Service-Token", "service").statusCode())
        .isEqualTo(200);
    assertThat(send("GET", "/v1/segments", "late", "X-Service-Token", "service").statusCode())
        .isEqualTo(200);
    assertThat(send("GET", "/v1/segments", "late").statusCode()).isEqualTo(401);
  }

  @Test
  void twoTokensAreNone() throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(api.uri("/v1/segments"))
            .header("X-Auth-Token", ADMIN)
            .header("X-Auth-Token", MEMBER)
            .build();

    assertThat(http.send(request, BodyHandlers.ofString()).statusCode()).isEqualTo(401);
  }

  @Test
  void noLogHasAToken() throws Exception {
    try (LoggedLines lines = LoggedLines.of("io.tocsin")) {
      send("GET", "/v1/segments", ADMIN, "X-Service-Token", "secret-service");
      send("GET", "/v1/segments?token=" + ADMIN, "secret-unknown");
      desk.keystone().script(_ -> json(500, "{}"));
      send("GET", "/v1/segments", "secret-new");

      List<ILoggingEvent> all = new ArrayList<>(lines.atLevel(Level.DEBUG));
      List.of(Level.INFO, Level.WARN, Level.ERROR).forEach(it -> all.addAll(lines.atLevel(it)));
      assertThat(all).isNotEmpty();
      all.forEach(it ->
          assertThat(it.getFormattedMessage() + it.getKeyValuePairs() + it.getThrowableProxy())
              .doesNotContain("secret-", ADMIN));
    }
  }

  private static String host() {
    return "{\"host\": {\"name\": \"h\", \"type\": \"t\", \"control_attributes\": \"\"}}";
  }

  private static String forbidden(String rule) {
    return """
    {"forbidden":{"code":403,"message":"Policy doesn't allow os_masakari_api:%s to be performed."}}\
    """
        .formatted(rule);
  }

  private HttpResponse<String> send(String method, String path, String token, String... headers)
      throws Exception {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(api.uri(path)).method(method, BodyPublishers.noBody());
    if (!token.isEmpty()) {
      request.header("X-Auth-Token", token);
    }
    for (int i = 0; i < headers.length; i += 2) {
      request.header(headers[i], headers[i + 1]);
    }
    return http.send(request.build(), BodyHandlers.ofString());
  }

  /** Status and body of the answer. */
  private String post(String path, String token, String body, String... headers) throws Exception {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(api.uri(path))
            .POST(BodyPublishers.ofString(body))
            .header("X-Auth-Token", token);
    for (String header : headers) {
      String[] nameAndValue = header.split(": ", 2);
      request.header(nameAndValue[0], nameAndValue[1]);
    }
    HttpResponse<String> answer = http.send(request.build(), BodyHandlers.ofString());
    return answer.statusCode() + " " + answer.body();
  }
}
