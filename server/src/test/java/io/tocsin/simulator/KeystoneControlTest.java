package io.tocsin.simulator;

import static io.tocsin.simulator.KeystoneDesk.password;
import static io.tocsin.simulator.KeystoneDesk.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tocsin.simulator.RunningCloud.Answer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** A Keystone that gets into trouble, and a Nova that asks it. */
class KeystoneControlTest {
  private static final RegionSpec SPEC = new RegionSpec(2, 4);
  private static final String SERVERS = "/compute/v2.1/servers/detail";

  private final RunningCloud cloud = RunningCloud.inMemory(SPEC);
  private final KeystoneDesk keystone = new KeystoneDesk(cloud);

  @AfterEach
  void close() {
    cloud.close();
  }

  @Test
  void asksNobodyForATokenUntilToldTo() {
    assertThat(cloud.get(SERVERS).status()).isEqualTo(200);
  }

  @Test
  void demandsATokenInTheWordsOfTheFilterInFrontOfNova() {
    cloud.cloud().demandTokens(true);

    for (Map<String, String> headers :
        List.of(Map.<String, String>of(), Map.of("X-Auth-Token", "nope"))) {
      Answer answer = keystone.send("GET", SERVERS, null, headers);
      assertThat(answer.status()).isEqualTo(401);
      assertThat(answer.json())
          .isEqualTo(
              text(
                  """
                  {'error': {'code': 401, 'title': 'Unauthorized',
                   'message': 'The request you have made requires authentication.'}}
                  """));
      assertThat(answer.headers().firstValue("WWW-Authenticate"))
          .hasValue("Keystone uri=\"%s/identity\"".formatted(cloud.baseUrl()));
    }
    assertThat(keystone.get(SERVERS, keystone.logOn("tocsin", "service")).status()).isEqualTo(200);
    assertThat(cloud.get("/compute/v2.1/").status()).isEqualTo(200);
    assertThat(cloud.get("/compute").status()).isEqualTo(200);
  }

  @Test
  void refusesWhoIsNoAdministrator() {
    cloud.cloud().demandTokens(true);

    Answer answer = keystone.get("/compute/v2.1/os-services", keystone.logOn("demo", "demo"));

    assertThat(answer.status()).isEqualTo(403);
    assertThat(answer.json().toString())
        .isEqualTo(
            """
            {"forbidden":{"code":403,"message":"Policy doesn't allow \
            os_compute_api:os-services:list to be performed."}}\
            """);
  }

  @Test
  void locksAUserOut() {
    cloud.cloud().demandTokens(true);
    String before = keystone.logOn("tocsin", "service");

    JsonNode shown = cloud.post("/simulator/identity/users/tocsin/disable", "").json();

    assertThat(user(shown, "tocsin").path("enabled").booleanValue()).isFalse();
    assertThat(keystone.get(SERVERS, before).status()).isEqualTo(401);
    assertThat(keystone.post(password("tocsin", "secret", "service")).status()).isEqualTo(401);
    cloud.post("/simulator/identity/users/tocsin/enable", "");
    assertThat(keystone.get(SERVERS, before).status()).isEqualTo(401);
    assertThat(keystone.get(SERVERS, keystone.logOn("tocsin", "service")).status()).isEqualTo(200);
  }

  private static JsonNode user(JsonNode shown, String name) {
    return shown
        .path("users")
        .valueStream()
        .filter(user -> user.path("name").asString().equals(name))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void revokesOneTokenOrAllOfAUser() {
    String admin = keystone.logOn("admin", "admin");
    String first = keystone.logOn("demo", "demo");
    String second = keystone.logOn("demo", "demo");
    String third = keystone.logOn("demo", "demo");

    assertThat(cloud.post("/simulator/identity/revoke", "{\"token\": \"" + first + "\"}").status())
        .isEqualTo(200);
    assertThat(keystone.ask("GET", "", admin, first).status()).isEqualTo(404);
    assertThat(keystone.ask("GET", "", admin, second).status()).isEqualTo(200);

    JsonNode shown = cloud.post("/simulator/identity/users/demo/revoke", "").json();
    assertThat(user(shown, "demo").path("tokens").intValue()).isZero();
    assertThat(user(shown, "admin").path("tokens").intValue()).isEqualTo(1);
    assertThat(keystone.ask("GET", "", admin, third).status()).isEqualTo(404);
  }

  @Test
  void refusesControlCallsThatMakeNoSense() {
    assertThat(cloud.post("/simulator/identity/users/nobody/revoke", "").status()).isEqualTo(404);
    assertThat(cloud.post("/simulator/identity/revoke", "{}").status()).isEqualTo(400);
    assertThat(cloud.post("/simulator/identity/revoke", "{\"token\": \"x\"}").status())
        .isEqualTo(404);
    assertThat(cloud.put("/simulator/identity", "{}").status()).isEqualTo(405);
    assertThat(cloud.get("/simulator/identity/weather").status()).isEqualTo(404);
    assertThat(cloud.patch("/simulator/settings", "{\"token_life\": \"10ms\"}").status())
        .isEqualTo(400);
  }

  @Test
  void countsLogOnsAndValidations() {
    String admin = keystone.logOn("admin", "admin");
    String demo = keystone.logOn("demo", "demo");
    keystone.ask("GET", "", admin, demo);
    keystone.ask("HEAD", "", admin, demo);
    keystone.ask("DELETE", "", admin, demo);
    cloud.get("/identity/v3");
    cloud.get(SERVERS);

    assertThat(cloud.get("/simulator/identity").json().path("calls"))
        .isEqualTo(
            text("{'log-on': 2, 'validate-token': 2, 'revoke-token': 1, 'show-identity': 1}"));
    assertThat(cloud.get("/simulator/calls").json().path("total").intValue()).isEqualTo(7);
  }

  @Test
  void suffersTheFaultsOrderedForItAndNoOthers() throws IOException {
    cloud.post("/simulator/faults", "{\"kind\": \"error-500\"}");
    cloud.post(
        "/simulator/faults",
        "{\"kind\": \"error-503\", \"service\": \"keystone\", \"count\": 1,"
            + " \"retry_after\": \"3s\"}");
    cloud.post("/simulator/faults", "{\"kind\": \"cut-before\", \"call\": \"validate-token\"}");

    Answer down = keystone.post(password("admin", "secret", "admin"));
    assertThat(down.status()).isEqualTo(503);
    assertThat(down.headers().firstValue("Retry-After")).hasValue("3");
    assertThat(down.json().path("error").path("title").asString()).isEqualTo("Service Unavailable");
    String token = keystone.logOn("admin", "admin");
    assertThatThrownBy(() ->
            cloud.send(
                "GET",
                "/identity/v3/auth/tokens",
                null,
                Map.of("X-Auth-Token", token, "X-Subject-Token", token)))
        .isInstanceOf(IOException.class);
    assertThat(keystone.get("/identity/v3/users", token).status()).isEqualTo(200);
    assertThat(cloud.get(SERVERS).status()).isEqualTo(500);
  }

  @Test
  void forgetsTokensWithItsProcessButNotThatItDemandsThem(@TempDir Path directory) {
    String token;
    try (RunningCloud first = RunningCloud.keptIn(directory, SPEC, Behaviour.FAST)) {
      first.cloud().demandTokens(true);
      KeystoneDesk desk = new KeystoneDesk(first);
      token = desk.logOn("admin", "admin");
      assertThat(desk.get(SERVERS, token).status()).isEqualTo(200);
    }

    try (RunningCloud second = RunningCloud.keptIn(directory, SPEC, Behaviour.FAST)) {
      KeystoneDesk desk = new KeystoneDesk(second);
      assertThat(desk.get(SERVERS, token).status()).isEqualTo(401);
      assertThat(desk.get(SERVERS, desk.logOn("admin", "admin")).status()).isEqualTo(200);
    }
  }
}
