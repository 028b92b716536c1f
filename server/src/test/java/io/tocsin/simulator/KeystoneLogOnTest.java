package io.tocsin.simulator;

import static io.tocsin.simulator.KeystoneDesk.inProject;
import static io.tocsin.simulator.KeystoneDesk.password;
import static io.tocsin.simulator.KeystoneDesk.refused;
import static io.tocsin.simulator.KeystoneDesk.text;
import static io.tocsin.simulator.KeystoneDesk.token;
import static org.assertj.core.api.Assertions.assertThat;

import io.tocsin.http.Json;
import io.tocsin.simulator.RunningCloud.Answer;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Who gets a token of a Keystone and who does not, in the words of a Keystone 22. */
class KeystoneLogOnTest {
  private final RunningCloud cloud = RunningCloud.inMemory(new RegionSpec(2, 4));
  private final KeystoneDesk keystone = new KeystoneDesk(cloud);
  private final String url = cloud.baseUrl() + "/identity";

  @AfterEach
  void close() {
    cloud.close();
  }

  @Test
  void knowsUsersAndProjectsByIdToo() {
    ObjectNode byId = Json.object();
    byId.set(
        "auth",
        text(
            """
            {'identity': {'methods': ['password'],
                          'password': {'user': {'id': '%s', 'password': 'secret'}}},
             'scope': {'project': {'id': '%s'}}}
            """
                .formatted(Cast.DEMO.id(), Cast.DEMO_PROJECT.id())));

    JsonNode token = keystone.post(byId).json().path("token");

    assertThat(token.path("user").path("name").asString()).isEqualTo("demo");
    assertThat(token.path("project").path("name").asString()).isEqualTo("demo");
  }

  @Test
  void givesATokenForAnApplicationCredential() {
    String byId = "{'id': '%s', 'secret': 'secret'}".formatted(Cast.CREDENTIAL.id());
    String byName =
        """
        {'name': 'tocsin-server', 'secret': 'secret',
         'user': {'name': 'tocsin', 'domain': {'id': 'default'}}}
        """;

    for (String proof : List.of(byId, byName)) {
      JsonNode token = keystone.post(credential(proof, "")).json().path("token");
      assertThat(token.path("methods")).isEqualTo(text("['application_credential']"));
      assertThat(token.path("project").path("name").asString()).isEqualTo("service");
      assertThat(token.path("application_credential"))
          .isEqualTo(
              text(
                  "{'id': '%s', 'name': 'tocsin-server', 'restricted': true}"
                      .formatted(Cast.CREDENTIAL.id())));
    }
  }

  private static JsonNode credential(String proof, String scope) {
    return text(
        """
        {'auth': {'identity': {'methods': ['application_credential'],
                               'application_credential': %s}%s}}
        """
            .formatted(proof, scope));
  }

  @Test
  void refusesAnApplicationCredentialAsKeystoneDoes() {
    String good = "{'id': '%s', 'secret': 'secret'}".formatted(Cast.CREDENTIAL.id());
    String scope = ", 'scope': {'project': {'id': '%s'}}".formatted(Cast.SERVICE_PROJECT.id());

    Answer scoped = keystone.post(credential(good, scope));
    Answer wrong = keystone.post(credential(good.replace("'secret'}", "'guess'}"), ""));
    Answer unknown = keystone.post(credential("{'id': 'x', 'secret': 'y'}", ""));
    String token = keystone.logOn(credential(good, ""));
    Answer delegated = keystone.post(inProject(token(token), "service"));

    assertThat(scoped.status()).isEqualTo(401);
    assertThat(scoped.json())
        .isEqualTo(
            text(
                """
                {'error': {'code': 401, 'identity': {}, 'message': 'Error authenticating with \
                application credential: Application credentials cannot request a scope.',
                'title': 'Unauthorized'}}
                """));
    refused(wrong, 401, "The request you have made requires authentication.", "Unauthorized");
    refused(unknown, 404, "Could not find Application Credential: x.", "Not Found");
    refused(
        delegated,
        403,
        "You are not authorized to perform the requested action: Using a delegated token to create"
            + " another token is not allowed..",
        "Forbidden");
  }

  @Test
  void saysNothingToWhoCannotLogOnButWhereToTry() {
    ObjectNode elsewhere = password("admin", "secret", "admin");
    ((ObjectNode) elsewhere.at("/auth/identity/password/user/domain")).put("name", "Other");

    for (JsonNode wrong :
        List.of(
            password("admin", "guess", "admin"),
            password("nobody", "secret", "admin"),
            password("demo", "secret", "admin"),
            password("admin", "secret", "nowhere"),
            password("admin", "", "admin"),
            elsewhere,
            text("{'auth': {'identity': {'methods': []}}}"))) {
      Answer answer = keystone.post(wrong);
      refused(answer, 401, "The request you have made requires authentication.", "Unauthorized");
      assertThat(answer.headers().firstValue("WWW-Authenticate"))
          .hasValue("Keystone uri=\"%s/v3\"".formatted(url));
    }
  }

  @Test
  void saysWhatIsMissingInALogOn() {
    String malformed =
        " The server could not comply with the request since it is either malformed or otherwise"
            + " incorrect. The client is assumed to be in error.";
    Map<String, String> expecting =
        Map.of(
            "{}",
            "auth in request body",
            "{'auth': {'identity': {'methods': ['password']}}}",
            "password in identity",
            "{'auth': {'identity': {'methods': ['password'], 'password': {'user': {'name':"
                + " 'admin', 'password': 'secret'}}}}}",
            "domain in user",
            "{'auth': {'identity': {'methods': ['password'], 'password': {'user': {'id': '%s',"
                    .formatted(Cast.ADMIN.id())
                + " 'password': 'secret'}}}, 'scope': {'project': {'name': 'admin'}}}}",
            "domain in project");

    expecting.forEach((body, what) ->
        refused(
            keystone.post(text(body)),
            400,
            "Expecting to find " + what + "." + malformed,
            "Bad Request"));
    refused(
        keystone.send(
            "POST", "/identity/v3/auth/tokens", "xx", Map.of("Content-Type", "application/json")),
        400,
        "Expecting to find valid JSON in request body." + malformed,
        "Bad Request");
    refused(
        keystone.send("POST", "/identity/v3/auth/tokens", "{}", Map.of()),
        400,
        "Expecting to find application/json in Content-Type header." + malformed,
        "Bad Request");
  }

  @Test
  void makesATokenForAnotherProjectFromOneInHand() {
    cloud.patch("/simulator/settings", "{\"token_life\": \"10m\"}");
    String first = keystone.logOn("admin", "admin");
    JsonNode before = keystone.ask("GET", "", first, first).json().path("token");
    cloud.patch("/simulator/settings", "{\"token_life\": \"3h\"}");

    JsonNode after = keystone.post(inProject(token(first), "demo")).json().path("token");

    assertThat(after.path("methods")).isEqualTo(text("['token', 'password']"));
    assertThat(after.path("project").path("name").asString()).isEqualTo("demo");
    assertThat(after.path("expires_at")).isEqualTo(before.path("expires_at"));
    assertThat(after.path("audit_ids")).hasSize(2);
    assertThat(after.path("audit_ids").path(1)).isEqualTo(before.path("audit_ids").path(0));
  }
}
