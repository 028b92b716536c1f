package io.tocsin.accounts;

import static org.assertj.core.api.Assertions.assertThat;

import io.tocsin.accounts.AccountClient.Answer;
import io.tocsin.accounts.TestAccounts.Member;
import io.tocsin.feed.Contents;
import io.tocsin.identity.Actor;
import io.tocsin.identity.IssuedApiToken;
import io.tocsin.identity.NewApiToken;
import io.tocsin.identity.Role;
import io.tocsin.identity.UserId;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The check-list of Astra spec §17, line by line, over TLS as clients come. What real clients send
 * (lines 2 and 3) is in {@link ConformanceClientsTest}, what goes on while others write (10, 16) in
 * {@link ConformanceSequenceTest}, who sees what for how long (13 to 15, 17) in {@link
 * ConformanceOverTimeTest}. Line 21 holds for every answer: each is looked at by {@link BodyRules}.
 */
class ConformanceTest extends OverTls {
  ConformanceTest() {
    super(AS_THE_ORIGINAL);
  }

  private String firstId(String collection) {
    return get(collection + "?limit=1").each("id").getFirst();
  }

  @Test
  void line1TheDocumentedEndpointsAreThere() {
    publishThree();
    String mark = send("GET", rosa.unread("")).each("id").getFirst();

    assertThat(get("notifications").each("summary")).containsExactly("second", "third", "first");
    assertThat(get("notifications/" + firstId("notifications")).status()).isEqualTo(200);
    assertThat(get("events/" + firstId("events")).status()).isEqualTo(200);
    assertThat(send("GET", rosa.unread("/" + mark)).status()).isEqualTo(200);
    assertThat(send("DELETE", rosa.unread("/" + mark)).status()).isEqualTo(204);
  }

  @ParameterizedTest
  @ValueSource(strings = {"POST", "PUT", "DELETE", "PATCH"})
  void line1NotificationsAreReadOnly(String method) {
    publishThree();
    for (String path : List.of("notifications", "notifications/" + firstId("notifications"))) {
      Answer answer = send(method, rosa.core(path));
      assertThat(answer.status()).isEqualTo(405);
      assertThat(answer.problem()).isEqualTo(69);
      assertThat(answer.header("Allow")).isEqualTo("GET, HEAD");
    }
    assertThat(get("notifications").each("id")).hasSize(3);
  }

  @Test
  void line4APlusIsABlank() {
    publishThree();
    String plus = get("notifications?orderBy=eventTime+desc").body();
    assertThat(plus).isEqualTo(get("notifications?orderBy=eventTime%20desc").body());
    assertThat(plus).isEqualTo(get("notifications?orderBy=eventTime%2520desc").body());
    assertThat(get("notifications?orderBy=eventTime+desc").each("summary"))
        .containsExactly("third", "second", "first");
  }

  @Test
  void line5RowsHaveTheOrderOfTheRequest() {
    publishThree();
    Answer rows =
        get("notifications?include=summary,sequenceCount,correctiveAction,summary,destinations");
    assertThat(rows.json().path("items").toString())
        .isEqualTo(
            "[[\"second\",1,\"Free some space.\",\"second\",[\"notification\"]],"
                + "[\"third\",2,null,\"third\",[\"notification\"]],"
                + "[\"first\",3,null,\"first\",[\"notification\"]]]");
    assertThat(get("notifications?include=severity,data").json().path("items").toString())
        .isEqualTo("[[\"warning\",null],[\"critical\",null],[\"warning\",null]]");
    assertThat(get("notifications?include=metadata&limit=1").json().path("items").toString())
        .startsWith("[[{\"labels\":[],");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "limit=0|limit",
        "skip=0|skip",
        "limit=-1|limit",
        "limit=01|limit",
        "count=false|count",
        "count=True|count",
        "orderBy=eventTime%20asc|orderBy",
        "orderBy=eventTime,id|orderBy",
        "orderBy=metadata.createdBy|orderBy",
        "orderBy=nothing|orderBy",
        "include=id,,name|include",
        "include=nothing|include",
        "filter=severity%20ne%20'x'|filter",
        "filter=severity%20%20eq%20'x'|filter",
        "filter=severity%20eq%20''|filter",
        "filter=nothing%20eq%20'x'|filter",
        "filter=sequenceCount%20gt%20'x'|filter",
        "limit=0&count=1&orderBy=x%20asc|limit,count,orderBy",
        "limit=1&limit=1|limit"
      })
  void line6WhatIsOutsideTheGrammarIsNamed(String query, String names) {
    Answer answer = get("notifications?" + query);
    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.problem()).isEqualTo(5);
    assertThat(
            answer.json().path("invalidParams").valueStream().map(it -> it.path("name").asString()))
        .containsExactly(names.split(","));
  }

  @Test
  void line7UnknownParametersAreNotSupported() {
    publishThree();
    String id = firstId("notifications");
    String mark = send("GET", rosa.unread("")).each("id").getFirst();
    for (String path :
        List.of(
            rosa.core("notifications?sort=eventTime"),
            rosa.core("notifications?orderby=eventTime&limit=0"),
            rosa.core("notifications/" + id + "?include=id"),
            rosa.core("events/" + firstId("events") + "?count=true"),
            rosa.unread("/" + mark + "?limit=1"))) {
      Answer answer = send("GET", path);
      assertThat(answer.status()).as(path).isEqualTo(400);
      assertThat(answer.problem()).isEqualTo(6);
      assertThat(answer.json().path("invalidParams").size()).isEqualTo(1);
    }
    assertThat(send("DELETE", rosa.unread("/" + mark + "?x=y")).problem()).isEqualTo(6);
    assertThat(send("GET", rosa.unread("/" + mark)).status()).isEqualTo(200);
  }

  @Test
  void line8AllClausesMustHold() {
    publishThree();
    String warning = "filter=severity%20eq%20'warning'";
    assertThat(get("notifications?" + warning).each("summary")).containsExactly("second", "first");
    assertThat(get("notifications?" + warning + "&filter=sequenceCount%20gt%20'1'").each("summary"))
        .containsExactly("first");
    assertThat(get("notifications?" + warning + ",sequenceCount%20gt%20'1'").each("summary"))
        .containsExactly("first");
    assertThat(get("notifications?" + warning + "&filter=severity%20eq%20'critical'").each("id"))
        .isEmpty();
  }

  @Test
  void line9InIsContainment() {
    publishThree();
    assertThat(get("notifications?filter=summary%20in%20'ir'").each("summary"))
        .containsExactly("third", "first");
    assertThat(get("notifications?filter=severity%20in%20'warning,critical'").each("summary"))
        .isEmpty();
    assertThat(
            get("notifications?filter=visibility[*]%20in%20'view'".replace("[", "%5B"))
                .each("summary"))
        .containsExactly("first");
  }

  @Test
  void line11TheCountIsOfAllThatMatches() {
    publishThree();
    Member otto = accounts.member(account, Role.MEMBER);
    accounts.publish(account, Contents.of("for admins").visibleTo("admin"));
    for (String page : List.of("", "&limit=1", "&skip=3", "&skip=9&limit=1", "&orderBy=id")) {
      assertThat(count(get("notifications?count=true" + page))).as(page).isEqualTo(4);
      assertThat(count(client.get(otto, otto.core("notifications?count=true" + page))))
          .isEqualTo(3);
    }
    String token =
        get("notifications?limit=3").json().path("metadata").path("continue").stringValue();
    assertThat(count(get("notifications?count=true&continue=" + token))).isEqualTo(4);
    assertThat(count(get("notifications?count=true&filter=severity%20eq%20'critical'")))
        .isEqualTo(1);
    assertThat(get("notifications").json().path("metadata").has("count")).isFalse();
  }

  private static int count(Answer answer) {
    return answer.json().path("metadata").path("count").intValue();
  }

  @Test
  void line12TokensMissingBadAndRevoked() {
    IssuedApiToken issued =
        accounts
            .directory()
            .createToken(
                Actor.SYSTEM, account, rosa.user(), new NewApiToken("to be revoked", false, null));
    String revoked = issued.secret().value();
    String path = rosa.core("notifications");
    assertThat(client.send("GET", revoked, path, null).status()).isEqualTo(200);
    accounts.directory().deleteToken(account, rosa.user(), issued.token().id());
    Answer missing = client.send("GET", null, path, null);
    Answer basic = client.send("GET", null, path, null, "Authorization", "Basic cm9zYTp4");
    Answer bad = client.send("GET", "cm9zYS1pbnZlbnRlZA==", path, null);
    Answer gone = client.send("GET", revoked, path, null);
    for (Answer answer : List.of(missing, basic, bad, gone)) {
      BodyRules.check(path, answer);
      assertThat(answer.status()).isEqualTo(401);
      assertThat(answer.header("WWW-Authenticate")).isEqualTo("Bearer");
      assertThat(answer.problem())
          .isEqualTo(answer.equals(missing) || answer.equals(basic) ? 3 : 4);
    }
    assertThat(
            client
                .send("GET", null, path, null, "Authorization", "bearer " + rosa.token())
                .status())
        .isEqualTo(200);
  }

  @Test
  void line18TagsAndMediaTypes() throws Exception {
    publishThree();
    String mark = send("GET", rosa.unread("")).each("id").getFirst();
    Answer one = get("notifications/" + firstId("notifications"));
    for (Answer answer :
        List.of(one, get("events/" + firstId("events")), send("GET", rosa.unread("/" + mark)))) {
      byte[] body = answer.body().getBytes(StandardCharsets.UTF_8);
      byte[] digest = MessageDigest.getInstance("MD5").digest(body);
      assertThat(answer.header("ETag")).isEqualTo('"' + HexFormat.of().formatHex(digest) + '"');
      assertThat(answer.header("Content-Type")).isEqualTo("application/json");
    }
    String singular = "application/astra-notification+json";
    for (String accept : List.of(singular, "application/astra-notifications+json")) {
      assertThat(get("notifications", "Accept", accept).header("Content-Type")).isEqualTo(accept);
    }
    assertThat(get("notifications", "Accept", "application/*").header("Content-Type"))
        .isEqualTo("application/json");
    assertThat(get("notifications/" + firstId("notifications"), "Accept", singular).body())
        .isEqualTo(one.body());
    for (String accept : List.of("text/html", "application/xml", "application/astra-event+json")) {
      Answer refused = get("notifications", "Accept", accept);
      assertThat(refused.status()).isEqualTo(406);
      assertThat(refused.problem()).isEqualTo(32);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"notifications", "events"})
  void line19MalformedAndUnknownIds(String collection) {
    publishThree();
    assertThat(send("GET", "/accounts/harbour/core/v1/" + collection).problem()).isEqualTo(33);
    for (String bad : List.of("x", UNKNOWN + "0", UNKNOWN.replace("-4a83", "-1a83"))) {
      Answer answer = get(collection + "/" + bad);
      assertThat(answer.status()).isEqualTo(400);
      assertThat(answer.problem()).isEqualTo(35);
    }
    for (String good :
        List.of(UNKNOWN, UNKNOWN.replace("-4a83", "-5a83"), UserId.SYSTEM.toString())) {
      Answer answer = get(collection + "/" + good);
      assertThat(answer.status()).isEqualTo(404);
      assertThat(answer.problem()).isEqualTo(2);
    }
    assertThat(send("DELETE", rosa.unread("/x")).problem()).isEqualTo(35);
    assertThat(send("DELETE", rosa.unread("/" + UNKNOWN)).problem()).isEqualTo(1);
    assertThat(get(collection + "/" + firstId(collection).toUpperCase(Locale.ROOT)).status())
        .isEqualTo(200);
  }

  @Test
  void line20TheProbeIsAnsweredToThoseWhoBelongThere() {
    String clouds = "/accounts/%s/topology/v1/clouds";
    assertThat(send("GET", clouds.formatted(account)).status()).isEqualTo(200);
    assertThat(send("GET", clouds.formatted(UNKNOWN)).status()).isEqualTo(403);
    Member stranger = accounts.member(accounts.account("mill"), Role.OWNER);
    String path = clouds.formatted(account);
    assertThat(client.get(stranger, path).problem()).isEqualTo(11);
    assertThat(client.send("GET", null, path, null).problem()).isEqualTo(3);
    assertThat(client.send("GET", "nonsense", path, null).problem()).isEqualTo(4);
  }
}
