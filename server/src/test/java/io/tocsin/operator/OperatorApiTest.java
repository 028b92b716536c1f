package io.tocsin.operator;

import static org.assertj.core.api.Assertions.assertThat;

import io.tocsin.failover.FailureNotification;
import io.tocsin.failover.FailureType;
import io.tocsin.identity.AccountId;
import io.tocsin.identity.Identification;
import io.tocsin.identity.NewRoleBinding;
import io.tocsin.identity.Role;
import io.tocsin.operator.TestOperators.Answer;
import io.tocsin.recovery.Rehearsal;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Who may do what, and how the API refuses. */
class OperatorApiTest {
  private static final TestOperators SERVER =
      new TestOperators(presented ->
          "keystone-is-away".equals(presented.token())
              ? new Identification.Unavailable()
              : new Identification.Rejected(""));

  private static final String VIEWER = SERVER.operator(Role.VIEWER);
  private static final String MEMBER = SERVER.operator(Role.MEMBER);

  @AfterAll
  static void close() {
    SERVER.close();
  }

  private static String path(String pattern) {
    return pattern.replaceAll("\\{[^}]*}", UUID.randomUUID().toString());
  }

  @Test
  void letsNobodyInWithoutAToken() {
    SERVER
        .routes()
        .forEach(route -> {
          Answer none = SERVER.send(route.method(), null, path(route.pattern()), null);
          assertThat(none.status()).as(route.pattern()).isEqualTo(401);
          assertThat(none.problem()).isEqualTo("missing-token");
          assertThat(none.header("WWW-Authenticate")).isEqualTo("Bearer");
          assertThat(none.header("Content-Type")).isEqualTo("application/problem+json");
        });
    assertThat(SERVER.get("tocsin_nobody", "summary").problem()).isEqualTo("invalid-token");
    assertThat(SERVER.get("keystone-is-away", "summary").problem()).isEqualTo("not-ready");
  }

  @Test
  void tellsOthersNothing() {
    FailureNotification report =
        SERVER.rehearsal.report(FailureType.COMPUTE_HOST, "host-06", Rehearsal.HOST_STOPPED);
    List<String> strangers =
        List.of(
            SERVER.stranger(),
            SERVER.member(AccountId.OPERATORS, Role.OWNER, NewRoleBinding.EVERYTHING, true),
            SERVER.member(
                AccountId.OPERATORS,
                Role.MEMBER,
                List.of("namespaces:id='" + UUID.randomUUID() + "'.*"),
                false));
    for (String stranger : strangers) {
      List<String> shapes = new ArrayList<>();
      SERVER
          .routes()
          .forEach(route ->
              shapes.add(
                  shape(SERVER.send(route.method(), stranger, path(route.pattern()), "{}"))));
      shapes.add(shape(SERVER.get(stranger, "recoveries/" + report.id())));
      shapes.add(shape(SERVER.get(stranger, "nothing-of-the-kind")));
      shapes.add(shape(SERVER.send("DELETE", stranger, "recoveries", null)));
      assertThat(shapes)
          .allSatisfy(it -> assertThat(it).startsWith("403"))
          .containsOnly(shapes.getFirst());
    }
  }

  private static String shape(Answer answer) {
    return answer.status() + answer.body().replaceAll("urn:uuid:[0-9a-f-]{36}", "");
  }

  @Test
  void letsViewersReadAndMembersChange() {
    SERVER
        .routes()
        .forEach(route -> {
          String path = path(route.pattern());
          int viewers =
              SERVER
                  .send(route.method(), VIEWER, path, null, "Content-Type", "application/json")
                  .status();
          boolean isRead = route.method().equals("GET");
          assertThat(viewers == 403).as(route.method() + path).isEqualTo(!isRead);
          assertThat(
                  SERVER
                      .send(route.method(), MEMBER, path, null, "Content-Type", "application/json")
                      .status())
              .as(route.method() + path)
              .isIn(200, 400, 404);
        });
  }

  @Test
  void answersHeadAndOtherMethods() {
    assertThat(SERVER.send("HEAD", VIEWER, "recoveries", null).status()).isEqualTo(200);
    Answer other = SERVER.send("PUT", MEMBER, "pauses", "{}");
    assertThat(other.status()).isEqualTo(405);
    assertThat(other.header("Allow")).isEqualTo("GET, HEAD, POST");
    assertThat(SERVER.get(VIEWER, "nothing").problem()).isEqualTo("not-found");
    assertThat(SERVER.send("GET", VIEWER, "summary", null, "Accept", "text/html").status())
        .isEqualTo(406);
    assertThat(SERVER.send("POST", MEMBER, "pauses", "{}", "Content-Type", "text/xml").problem())
        .isEqualTo("unsupported-media-type");
    assertThat(SERVER.post(MEMBER, "pauses", "x".repeat(200_000)).problem())
        .isEqualTo("body-too-large");
  }

  @Test
  void saysAllThatIsWrongWithABody() {
    Answer wrong =
        SERVER.post(
            MEMBER,
            "pauses",
            "{\"scope\": \"rack\", \"reasn\": \"x\", \"durationSeconds\": 59, \"reason\": \"a\\nb\"}");

    assertThat(wrong.status()).isEqualTo(422);
    assertThat(wrong.json().path("invalid").findValuesAsString("name"))
        .containsExactlyInAnyOrder("scope", "reasn", "durationSeconds", "reason");
    assertThat(wrong.body()).contains("do you mean 'reason'?");
    for (String body :
        List.of(
            "{}",
            "[]",
            "null",
            "{\"scope\": 1, \"reason\": 2}",
            "{\"scope\": \"region\", \"target\": \"x\", \"reason\": \"a\"}",
            "{\"scope\": \"host\", \"reason\": \"a\"}",
            "{\"scope\": \"host\", \"target\": {}, \"reason\": \"a\"}",
            "{\"scope\": \"recovery\", \"target\": \"a\", \"reason\": \"a\"}",
            "{\"scope\": \"region\", \"reason\": \" \"}",
            "{\"scope\": \"region\", \"reason\": \"" + "a".repeat(1001) + "\"}",
            "{\"scope\": \"region\", \"reason\": \"a\", \"durationSeconds\": 604801}",
            "{\"scope\": \"region\", \"reason\": \"a\", \"durationSeconds\": 1e99}",
            "{\"scope\": \"region\", \"reason\": \"a\", \"durationSeconds\": null}")) {
      assertThat(SERVER.post(MEMBER, "pauses", body).problem()).as(body).isEqualTo("invalid-body");
    }
    for (String body : List.of("", "{", "{\"a\": \"\\u0000\"}", "{\"a\": 1, \"a\": 2}")) {
      assertThat(SERVER.post(MEMBER, "pauses", body).problem()).as(body).isEqualTo("not-json");
    }
    assertThat(
            SERVER
                .post(
                    MEMBER,
                    "pauses",
                    "{\"scope\": \"host\", \"target\": \"nowhere\", \"reason\": \"a\"}")
                .text("detail"))
        .isEqualTo("There is no host with the id or name 'nowhere'.");
  }

  @Test
  void refusesQueriesByName() {
    assertThat(SERVER.get(VIEWER, "recoveries?stat=due").body())
        .contains("invalid-parameters", "\"stat\"", "do you mean 'stat");
    for (String query :
        List.of(
            "recoveries?state=stuck",
            "recoveries?status=lost",
            "recoveries?limit=0",
            "recoveries?limit=1001",
            "recoveries?limit=1&limit=2",
            "recoveries?host=nowhere",
            "recoveries?segment=%00",
            "recoveries?after=x",
            "recoveries?after=" + UUID.randomUUID(),
            "pauses?all=yes",
            "pauses?before=x",
            "pauses?before=" + UUID.randomUUID(),
            "actions?before=" + UUID.randomUUID(),
            "summary?a=b")) {
      assertThat(SERVER.get(VIEWER, query).problem()).as(query).isEqualTo("invalid-parameters");
    }
    for (String path : List.of("recoveries/x", "pauses/x")) {
      assertThat(SERVER.get(VIEWER, path).problem()).as(path).isEqualTo("not-found");
    }
    assertThat(SERVER.post(MEMBER, "hosts/nowhere/return", "{\"why\": \"x\"}").problem())
        .isEqualTo("not-found");
  }

  @Test
  void pagesThroughRecoveriesTheNewestFirst() {
    for (int i = 1; i <= 5; i++) {
      SERVER.rehearsal.report(FailureType.COMPUTE_HOST, "host-0" + i, Rehearsal.HOST_STOPPED);
    }
    List<String> whole = new ArrayList<>();
    String after = "";
    while (true) {
      JsonNode page = SERVER.get(VIEWER, "recoveries?limit=2" + after).json();
      page.path("items").forEach(it -> whole.add(it.path("id").asString()));
      if (!page.has("next")) {
        break;
      }
      after = "&after=" + page.path("next").asString();
    }
    JsonNode all = SERVER.get(VIEWER, "recoveries").json().path("items");
    assertThat(whole).hasSizeGreaterThanOrEqualTo(5).isEqualTo(all.findValuesAsString("id"));
    String one = "recoveries?host=host-03&state=due&status=new&segment=demo";
    assertThat(SERVER.get(VIEWER, one).json().path("items")).hasSize(1);
    assertThat(SERVER.get(VIEWER, "recoveries?state=done").json().path("items")).isEmpty();
    assertThat(SERVER.get(VIEWER, "summary").json().path("recoveries").path("due").asInt())
        .isGreaterThanOrEqualTo(5);
  }

  @Test
  void writesDownWhatWasDone() {
    SERVER.post(
        MEMBER, "pauses", "{\"scope\": \"host\", \"target\": \"host-05\", \"reason\": \"first\"}");
    SERVER.post(
        MEMBER,
        "resumptions",
        "{\"scope\": \"host\", \"target\": \"host-05\", \"why\": \"second\"}");

    JsonNode newest = SERVER.get(VIEWER, "actions?limit=1").json();
    assertThat(newest.path("items"))
        .singleElement()
        .satisfies(it -> {
          assertThat(it.path("action").asString()).isEqualTo("resume");
          assertThat(it.path("why").asString()).isEqualTo("second");
          assertThat(it.path("details").path("target").asString()).isEqualTo("host-05");
        });
    assertThat(
            SERVER
                .get(VIEWER, "actions?limit=1&before=" + newest.path("next").asString())
                .json()
                .path("items"))
        .singleElement()
        .satisfies(it -> assertThat(it.path("why").asString()).isEqualTo("first"));
  }
}
