package io.tocsin.simulator;

import static io.tocsin.simulator.KeystoneDesk.inProject;
import static io.tocsin.simulator.KeystoneDesk.password;
import static io.tocsin.simulator.KeystoneDesk.refused;
import static io.tocsin.simulator.KeystoneDesk.text;
import static io.tocsin.simulator.KeystoneDesk.token;
import static org.assertj.core.api.Assertions.assertThat;

import io.tocsin.simulator.RunningCloud.Answer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** What a Keystone answers; documents and texts were taken down from a Keystone 22. */
class SimulatedKeystoneTest {
  private static final String FERNET = "gAAAAAB[A-Za-z0-9_-]{176}";
  private static final String MOMENT = "\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{6}Z";

  private final RunningCloud cloud = RunningCloud.inMemory(new RegionSpec(2, 4));
  private final KeystoneDesk keystone = new KeystoneDesk(cloud);
  private final String url = cloud.baseUrl() + "/identity";

  @AfterEach
  void close() {
    cloud.close();
  }

  @Test
  void tellsItsVersionsToAnybody() {
    String three =
        """
        {'id': 'v3.14', 'status': 'stable', 'updated': '2020-04-07T00:00:00Z',
         'links': [{'rel': 'self', 'href': '%s/v3/'}],
         'media-types': [{'base': 'application/json',
                          'type': 'application/vnd.openstack.identity-v3+json'}]}
        """
            .formatted(url);

    Answer all = cloud.get("/identity");
    assertThat(all.status()).isEqualTo(300);
    assertThat(all.headers().firstValue("Location")).hasValue(url + "/v3/");
    assertThat(all.json()).isEqualTo(text("{'versions': {'values': [%s]}}".formatted(three)));
    for (String path : List.of("/identity/v3", "/identity/v3/")) {
      Answer one = cloud.get(path);
      assertThat(one.status()).isEqualTo(200);
      assertThat(one.json()).isEqualTo(text("{'version': %s}".formatted(three)));
    }
  }

  @Test
  void givesATokenForAPasswordIntoAProject() {
    cloud.cloud().catalogInstanceHa("http://ha.example:15868/v1/%(project_id)s");

    Answer answer = keystone.post(password("admin", "secret", "admin"));

    assertThat(answer.status()).isEqualTo(201);
    assertThat(answer.headers().firstValue("X-Subject-Token").orElseThrow()).matches(FERNET);
    assertThat(answer.headers().firstValue("Vary")).hasValue("X-Auth-Token");
    ObjectNode shown = (ObjectNode) answer.json().path("token");
    assertThat(shown.remove("audit_ids").path(0).asString()).matches("[A-Za-z0-9_-]{22}");
    String issued = shown.remove("issued_at").asString();
    String expires = shown.remove("expires_at").asString();
    assertThat(List.of(issued, expires)).allMatch(moment -> moment.matches(MOMENT));
    assertThat(Duration.between(Instant.parse(issued), Instant.parse(expires)))
        .isEqualTo(Duration.ofHours(1));
    assertThat(urls(shown.remove("catalog")))
        .containsExactly(
            "identity " + url,
            "compute " + cloud.baseUrl() + "/compute/v2.1",
            "instance-ha http://ha.example:15868/v1/" + Cast.ADMIN_PROJECT.id());
    assertThat(shown)
        .isEqualTo(
            text(
                """
                {'methods': ['password'],
                 'user': {'domain': {'id': 'default', 'name': 'Default'}, 'id': '%s',
                          'name': 'admin', 'password_expires_at': null},
                 'project': {'domain': {'id': 'default', 'name': 'Default'}, 'id': '%s',
                             'name': 'admin'},
                 'is_domain': false,
                 'roles': [{'id': '%s', 'name': 'admin'}, {'id': '%s', 'name': 'member'},
                           {'id': '%s', 'name': 'reader'}]}
                """
                    .formatted(
                        Cast.ADMIN.id(),
                        Cast.ADMIN_PROJECT.id(),
                        Cast.idOf("role", "admin"),
                        Cast.idOf("role", "member"),
                        Cast.idOf("role", "reader"))));
  }

  /** Type and URL of every service, which must be the same for the three interfaces. */
  private static List<String> urls(JsonNode catalog) {
    List<String> found = new ArrayList<>();
    for (JsonNode service : catalog) {
      Set<String> urls = new TreeSet<>();
      List<String> interfaces = new ArrayList<>();
      for (JsonNode endpoint : service.path("endpoints")) {
        assertThat(endpoint.propertyNames())
            .containsExactly("id", "interface", "region_id", "url", "region");
        assertThat(endpoint.path("region").asString()).isEqualTo("RegionOne");
        interfaces.add(endpoint.path("interface").asString());
        urls.add(endpoint.path("url").asString());
      }
      assertThat(interfaces).containsExactly("public", "internal", "admin");
      assertThat(service.propertyNames()).containsExactly("endpoints", "id", "type", "name");
      assertThat(urls).hasSize(1);
      found.add(service.path("type").asString() + " " + urls.iterator().next());
    }
    return found;
  }

  @Test
  void leavesInstanceHaOutOfTheCatalogUntilItIsTold() {
    assertThat(urls(catalogOf(password("admin", "secret", "admin")))).hasSize(2);

    cloud.patch("/simulator/settings", "{\"instance_ha_url\": \"http://ha.example:15868\"}");

    assertThat(urls(catalogOf(password("admin", "secret", "admin"))))
        .contains("instance-ha http://ha.example:15868");
  }

  private JsonNode catalogOf(JsonNode logOn) {
    return keystone.post(logOn).json().path("token").path("catalog");
  }

  @Test
  void leavesTheCatalogOutWhereItIsNotWanted() {
    String admin = keystone.logOn("admin", "admin");

    JsonNode without = keystone.ask("GET", "?nocatalog", admin, admin).json().path("token");
    JsonNode with = keystone.ask("GET", "", admin, admin).json().path("token");

    assertThat(without.has("catalog")).isFalse();
    assertThat(with.path("catalog")).hasSize(2);
  }

  @Test
  void scopesATokenToNothingTheDomainOrTheSystem() {
    JsonNode unscoped = keystone.post(password("admin", "secret", null)).json().path("token");
    assertThat(unscoped.propertyNames())
        .containsExactlyInAnyOrder("methods", "user", "audit_ids", "expires_at", "issued_at");

    ObjectNode domain = password("admin", "secret", null);
    ((ObjectNode) domain.path("auth")).set("scope", text("{'domain': {'name': 'Default'}}"));
    JsonNode inDomain = keystone.post(domain).json().path("token");
    assertThat(inDomain.path("domain")).isEqualTo(text("{'id': 'default', 'name': 'Default'}"));
    assertThat(inDomain.path("roles").path(0).path("name").asString()).isEqualTo("admin");

    ObjectNode system = password("admin", "secret", null);
    ((ObjectNode) system.path("auth")).set("scope", text("{'system': {'all': true}}"));
    JsonNode inSystem = keystone.post(system).json().path("token");
    assertThat(inSystem.path("system")).isEqualTo(text("{'all': true}"));
    assertThat(inSystem.path("roles").path(0).path("name").asString()).isEqualTo("admin");
  }

  @Test
  void givesTheServerItsServiceRole() {
    JsonNode roles =
        keystone.post(password("tocsin", "secret", "service")).json().path("token").path("roles");

    assertThat(roles.valueStream().map(role -> role.path("name").asString()))
        .containsExactly("admin", "member", "reader", "service");
  }

  @Test
  void showsATokenToServicesAndToItsOwner() {
    String admin = keystone.logOn("admin", "admin");
    String service = keystone.logOn("tocsin", "service");
    String demo = keystone.logOn("demo", "demo");

    Answer shown = keystone.ask("GET", "?nocatalog", service, demo);
    assertThat(shown.status()).isEqualTo(200);
    assertThat(shown.headers().firstValue("X-Subject-Token")).hasValue(demo);
    assertThat(shown.json().path("token").path("user").path("name").asString()).isEqualTo("demo");
    assertThat(keystone.ask("GET", "", demo, demo).status()).isEqualTo(200);
    Answer head = keystone.ask("HEAD", "", admin, demo);
    assertThat(head.status()).isEqualTo(200);
    assertThat(head.headers().firstValue("X-Subject-Token")).hasValue(demo);
    refused(
        keystone.ask("GET", "", demo, admin),
        403,
        "You are not authorized to perform the requested action: identity:validate_token.",
        "Forbidden");
  }

  @Test
  void tellsAnUnknownTokenFromACallerWhoIsUnknown() {
    String admin = keystone.logOn("admin", "admin");

    refused(
        keystone.ask("GET", "", admin, "nope"),
        404,
        "Could not recognize Fernet token",
        "Not Found");
    refused(keystone.ask("GET", "", admin, null), 404, "No token in the request", "Not Found");
    assertThat(keystone.ask("HEAD", "", admin, "nope").status()).isEqualTo(404);
    for (String caller : List.of("nope", "")) {
      refused(
          keystone.ask("GET", "", caller, admin),
          401,
          "The request you have made requires authentication.",
          "Unauthorized");
    }
  }

  @Test
  void forgetsARevokedTokenAndThoseMadeFromIt() {
    String admin = keystone.logOn("admin", "admin");
    String first = keystone.logOn("demo", null);
    String second = keystone.logOn(inProject(token(first), "demo"));
    String other = keystone.logOn("demo", "demo");

    assertThat(keystone.ask("DELETE", "", admin, first).status()).isEqualTo(204);

    refused(keystone.ask("GET", "", admin, first), 404, "Failed to validate token", "Not Found");
    assertThat(keystone.ask("GET", "", admin, second).status()).isEqualTo(404);
    assertThat(keystone.get("/identity/v3/auth/projects", second).status()).isEqualTo(401);
    assertThat(keystone.ask("GET", "", admin, other).status()).isEqualTo(200);
    assertThat(keystone.ask("DELETE", "", other, admin).status()).isEqualTo(403);
    assertThat(keystone.ask("DELETE", "", other, other).status()).isEqualTo(204);
  }

  @Test
  void showsAnExpiredTokenOnlyToWhoAllowsForIt() {
    String admin = keystone.logOn("admin", "admin");
    String demo = keystone.logOn("demo", "demo");

    cloud.post("/simulator/identity/users/demo/expire", "");

    refused(keystone.ask("GET", "", admin, demo), 404, "Failed to validate token", "Not Found");
    assertThat(keystone.ask("GET", "?allow_expired=1", admin, demo).status()).isEqualTo(200);
    assertThat(keystone.get("/identity/v3/auth/projects", demo).status()).isEqualTo(401);
  }

  @Test
  void listsWhatTheCallerMayEnterAndEverythingToAdministrators() {
    String admin = keystone.logOn("admin", "admin");
    String reader = keystone.logOn("reader", "demo");

    assertThat(names(keystone.get("/identity/v3/auth/projects", admin), "projects"))
        .containsExactly("admin", "demo");
    assertThat(names(keystone.get("/identity/v3/auth/projects", reader), "projects"))
        .containsExactly("demo");
    assertThat(names(keystone.get("/identity/v3/projects", admin), "projects"))
        .containsExactly("admin", "service", "demo");
    assertThat(names(keystone.get("/identity/v3/users?name=demo", admin), "users"))
        .containsExactly("demo");
    assertThat(keystone.get("/identity/v3/projects/" + Cast.DEMO_PROJECT.id(), admin).json())
        .isEqualTo(
            text(
                """
                {'project': {'id': '%1$s', 'name': 'demo', 'domain_id': 'default',
                 'description': '', 'enabled': true, 'parent_id': 'default', 'is_domain': false,
                 'tags': [], 'options': {}, 'links': {'self': '%2$s/v3/projects/%1$s'}}}
                """
                    .formatted(Cast.DEMO_PROJECT.id(), url)));
    refused(
        keystone.get("/identity/v3/projects/nope", admin),
        404,
        "Could not find project: nope.",
        "Not Found");
    refused(
        keystone.get("/identity/v3/users", reader),
        403,
        "You are not authorized to perform the requested action: identity:list_users.",
        "Forbidden");
    assertThat(keystone.get("/identity/v3/auth/catalog", admin).json().path("catalog"))
        .isEqualTo(keystone.ask("GET", "", admin, admin).json().path("token").path("catalog"));
  }

  private static List<String> names(Answer list, String key) {
    assertThat(list.status()).isEqualTo(200);
    return list.json()
        .path(key)
        .valueStream()
        .map(member -> member.path("name").asString())
        .toList();
  }

  @Test
  void knowsNoOtherPathsAndMethods() {
    assertThat(cloud.get("/identity/v3/nowhere").status()).isEqualTo(404);
    assertThat(cloud.get("/identity/v2.0").status()).isEqualTo(404);
    Answer put = cloud.put("/identity/v3/auth/tokens", "{}");
    assertThat(put.status()).isEqualTo(405);
    assertThat(put.headers().firstValue("Allow")).hasValue("POST, GET, HEAD, DELETE");
  }
}
