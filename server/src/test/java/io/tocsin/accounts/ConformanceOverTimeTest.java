package io.tocsin.accounts;

import static org.assertj.core.api.Assertions.assertThat;

import io.tocsin.accounts.AccountClient.Answer;
import io.tocsin.accounts.TestAccounts.Member;
import io.tocsin.accounts.TestAccounts.Setup;
import io.tocsin.feed.Contents;
import io.tocsin.feed.EventClass;
import io.tocsin.feed.EventContent;
import io.tocsin.feed.Feed;
import io.tocsin.feed.Label;
import io.tocsin.feed.Publication;
import io.tocsin.feed.Severity;
import io.tocsin.identity.Actor;
import io.tocsin.identity.GroupId;
import io.tocsin.identity.Role;
import io.tocsin.identity.RoleBinding;
import io.tocsin.identity.RoleBindingChange;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/**
 * Lines 13 to 15, 17 and 21 of Astra spec §17: who sees what, for how long, and all that an answer
 * can have in it. The other lines are in {@link ConformanceTest}.
 */
class ConformanceOverTimeTest extends OverTls {
  ConformanceOverTimeTest() {
    super(Setup.OPEN);
  }

  @ParameterizedTest
  @CsvSource({
    "VIEWER,absent viewer several",
    "MEMBER,absent viewer member several",
    "ADMIN,absent viewer member admin several",
    "OWNER,absent viewer member admin owner several"
  })
  void line13EachRoleSeesWhatIsForItAndThoseBelow(Role role, String names) {
    Member otto = accounts.member(account, role);
    accounts.publish(
        account,
        Contents.of("absent"),
        Contents.of("viewer").visibleTo("viewer"),
        Contents.of("member").visibleTo("member"),
        Contents.of("admin").visibleTo("admin"),
        Contents.of("owner").visibleTo("owner"),
        Contents.of("several").visibleTo("owner", "viewer"),
        Contents.of("empty").visibleTo());
    List<String> expected = List.of(names.split(" "));

    Answer seen = send("GET", otto, otto.core("notifications?count=true"));
    assertThat(seen.each("summary")).isEqualTo(expected);
    assertThat(seen.json().path("metadata").path("count").intValue()).isEqualTo(expected.size());
    assertThat(sequences(send("GET", otto, otto.unread("")))).isEqualTo(sequences(seen));
    Member owner = accounts.member(account, Role.OWNER);
    JsonNode all = send("GET", owner, owner.core("notifications")).json().path("items");
    for (JsonNode item : all) {
      boolean isVisible = expected.contains(item.path("summary").stringValue());
      String path = otto.core("notifications/" + item.path("id").stringValue());
      assertThat(send("GET", otto, path).status()).isEqualTo(isVisible ? 200 : 404);
    }
  }

  @Test
  void line14MarksAreForThoseWhoCanSeeAndTheirsAlone() {
    Member otto = accounts.member(account, Role.VIEWER);
    GroupId group = accounts.group(account, "watch", rosa, otto);
    accounts.publish(account, Contents.of("for all"), Contents.of("for admins").visibleTo("admin"));
    Member late = accounts.member(account, Role.OWNER);
    assertThat(sequences(send("GET", late, late.unread("")))).isEmpty();

    for (Member who : List.of(rosa, otto)) {
      List<Long> own = who.equals(rosa) ? List.of(1L, 2L) : List.of(1L);
      String through =
          who.core("groups/%s/users/%s/unreadNotifications".formatted(group, who.user()));
      Answer marks = send("GET", who, through);
      assertThat(sequences(marks)).isEqualTo(own);
      assertThat(marks.body()).isEqualTo(send("GET", who, who.unread("")).body());
      String id = marks.each("id").getFirst();
      String notification = marks.each("notificationID").getFirst();
      assertThat(send("GET", who, through + "/" + id).body())
          .isEqualTo(send("GET", who, who.unread("/" + id)).body());
      String path = who.equals(rosa) ? through + "/" + id : who.unread("/" + id);
      assertThat(send("DELETE", who, path).status()).isEqualTo(204);
      for (String again : List.of(through + "/" + id, who.unread("/" + id))) {
        assertThat(send("DELETE", who, again).problem()).isEqualTo(1);
        assertThat(send("GET", who, again).problem()).isEqualTo(2);
      }
      assertThat(sequences(send("GET", who, through))).hasSize(own.size() - 1);
      assertThat(send("GET", who, who.core("notifications/" + notification)).status())
          .isEqualTo(200);
    }
  }

  @Test
  void line14AHigherRoleMakesNoMarksForWhatCameBefore() {
    Member otto = accounts.member(account, Role.VIEWER);
    accounts.publish(account, Contents.of("for all"), Contents.of("for admins").visibleTo("admin"));
    RoleBinding binding = accounts.directory().listRoleBindings(account, otto.user()).getFirst();
    accounts
        .directory()
        .changeRoleBinding(
            Actor.SYSTEM, account, binding.id(), new RoleBindingChange(Role.ADMIN, null));
    accounts.publish(account, Contents.of("later").visibleTo("admin"));

    assertThat(sequences(send("GET", otto, otto.core("notifications"))))
        .containsExactly(1L, 2L, 3L);
    assertThat(sequences(send("GET", otto, otto.unread("")))).containsExactly(1L, 3L);
  }

  @Test
  void line14TheMarksOfOthersAreForbidden() {
    Member otto = accounts.member(account, Role.VIEWER);
    accounts.publish(account, Contents.of("one"));
    String mark = send("GET", otto, otto.unread("")).each("id").getFirst();

    for (String rest : List.of("", "/" + mark, "/" + UNKNOWN)) {
      assertThat(send("GET", rosa, otto.unread(rest)).problem()).isEqualTo(11);
    }
    assertThat(send("DELETE", rosa, otto.unread("/" + mark)).status()).isEqualTo(403);
    assertThat(send("DELETE", rosa, rosa.unread("/" + mark)).problem()).isEqualTo(1);
    assertThat(send("GET", otto, otto.unread("")).each("id")).containsExactly(mark);
  }

  /** Where an event is, if it is there. */
  private List<String> collections() {
    return List.of(rosa.core("notifications"), rosa.core("events"), rosa.unread(""));
  }

  @Test
  void line15ExpiryIsCountedFromTheEventsTimeAndTakesEverything() {
    Instant start = Instant.parse("2031-03-15T10:00:00Z");
    accounts.setTime(start);
    List<String> banner = List.of("notification", "banner");
    accounts.publish(
        account,
        // Created just now, but it happened half an hour ago.
        Contents.of("short").at(start.minusSeconds(1800)).ttl(3600).destinations(banner),
        Contents.of("nought").at(start.minusSeconds(1800)).ttl(0).destinations(banner),
        Contents.of("absent").at(start.minusSeconds(1800)).destinations(banner),
        Contents.of("over").at(start.minusSeconds(1800)).ttl(1800).destinations(banner));
    List<String> single = new ArrayList<>();
    for (String path : collections()) {
      single.add(path + "/" + send("GET", rosa, path).each("id").getFirst());
    }
    accounts.setTime(start.plusSeconds(1799));
    assertSeen(List.of(1L, 2L, 3L));
    single.forEach(it -> assertThat(send("GET", rosa, it).status()).isEqualTo(200));

    accounts.setTime(start.plusSeconds(1800));
    assertSeen(List.of(2L, 3L));
    single.forEach(it -> assertThat(send("GET", rosa, it).problem()).isEqualTo(2));
    assertThat(send("DELETE", rosa, single.getLast()).problem()).isEqualTo(1);
    accounts.setTime(start);
    assertSeen(List.of(2L, 3L));
    accounts.setTime(start.plus(Duration.ofDays(36_500)));
    assertSeen(List.of(2L, 3L));
  }

  private void assertSeen(List<Long> expected) {
    for (String path : collections()) {
      assertThat(sequences(send("GET", rosa, path))).as(path).isEqualTo(expected);
      assertThat(send("GET", rosa, path + "?count=true&limit=1").body())
          .contains("\"count\":" + expected.size());
    }
    assertThat(sequences(get("events?filter=destinations%5B*%5D%20eq%20'banner'")))
        .isEqualTo(expected);
  }

  private static String event(String rest) {
    return """
    {"type":"application/astra-event","version":"1.4","name":"harbour.disk.usage.high",
     "summary":"Disk almost full","source":"watch",
     "resourceID":"a4f81c29-6b3e-4d75-9e02-c7d8516fb3a4",
     "resourceType":"application/astra-managedCluster","severity":"warning",
     "class":"system","description":"Node 3 is full."%s}
    """
        .formatted(rest);
  }

  @Test
  void line17TimesHaveWholeSeconds() {
    for (String fraction : List.of("", ".999999999", ",5", ".000001")) {
      String time = ",\"eventTime\":\"2031-03-14T09:26:53%sZ\"".formatted(fraction);
      assertThat(client.post(rosa, rosa.core("events"), event(time)).status()).isEqualTo(201);
    }
    assertThat(get("events").each("eventTime")).hasSize(4).containsOnly("2031-03-14T09:26:53Z");
    for (JsonNode item : get("events").json().path("items")) {
      for (String name : List.of("creationTimestamp", "modificationTimestamp")) {
        assertThat(item.path("metadata").path(name).stringValue())
            .matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\dZ");
      }
    }
    assertThat(get("events?filter=eventTime%20gte%20'2031-03-14T09:26:53.5Z'").each("id"))
        .isEmpty();
  }

  @Test
  void line21BodiesHaveWhatTheSchemaAllowsAndNothingElse() {
    String of1023 = "😀".repeat(1023);
    UUID id = UUID.fromString(UNKNOWN);
    EventContent everything =
        new EventContent(
            "a.b",
            "<b>\"\\ é😀</b>",
            Contents.EVENT_TIME,
            "a",
            id,
            List.of(id, account.value()),
            "application/astra-x",
            id,
            Severity.INDETERMINATE,
            EventClass.SECURITY,
            of1023,
            "https://a.example/" + "x".repeat(4077),
            of1023,
            "/do",
            List.of("admin", "viewer"),
            List.of("support", "notification", "banner"),
            "/accounts/x",
            List.of("https://a.example/1", "https://a.example/2"),
            "options",
            "599",
            id,
            id,
            (1L << 53) - 1,
            false,
            List.of(new Label("", ""), new Label("a", "b")),
            rosa.user());
    accounts
        .database()
        .inTransaction(tx ->
            new Feed(new SecureRandom())
                .publish(tx, List.of(new Publication(account, everything))));
    accounts.publish(account, Contents.of("bare"), Contents.of("log").destinations(null));

    String names =
        "type,version,id,name,sequenceCount,summary,eventTime,source,resourceID,"
            + "additionalResourceIDs,resourceType,correlationID,severity,class,description,"
            + "descriptionURL,correctiveAction,correctiveActionURL,visibility,destinations,"
            + "resourceURI,resourceCollectionURL,resourceMethod,resourceMethodResult,userID,"
            + "accountID,data,metadata";
    for (String collection : List.of(rosa.core("events"), rosa.core("notifications"))) {
      Answer list = send("GET", rosa, collection + "?count=true&limit=1");
      assertThat(list.json().path("items").path(0).propertyNames())
          .containsExactly(names.split(","));
      Answer bare = send("GET", rosa, collection + "?skip=1");
      assertThat(bare.body()).doesNotContain("null");
      assertThat(bare.json().path("items").path(0).size()).isEqualTo(17);
      send("GET", rosa, collection + "?include=" + names);
      for (String item : send("GET", rosa, collection).each("id")) {
        send("GET", rosa, collection + "/" + item);
      }
    }
    for (String item : send("GET", rosa, rosa.unread("")).each("id")) {
      assertThat(send("GET", rosa, rosa.unread("/" + item)).json().size()).isEqualTo(7);
    }
    assertThat(
            get("events?include=summary&limit=1")
                .json()
                .path("items")
                .path(0)
                .path(0)
                .stringValue())
        .isEqualTo("<b>\"\\ é😀</b>");
  }
}
