package io.tocsin.accounts;

import static org.assertj.core.api.Assertions.assertThat;

import io.tocsin.accounts.AccountClient.Answer;
import io.tocsin.accounts.TestAccounts.Member;
import io.tocsin.feed.Contents;
import io.tocsin.feed.Severity;
import io.tocsin.identity.AccountId;
import io.tocsin.identity.GroupId;
import io.tocsin.identity.Role;
import io.tocsin.identity.UserId;
import java.security.MessageDigest;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AccountApiTest {
  private static final String NOBODY = "00000000-0000-0000-0000-000000000000";
  private static final String UNKNOWN = "7e2d9b40-1c6f-4a83-b5d8-90f3a4c7e612";

  private static TestAccounts accounts;
  private static AccountClient client;

  private AccountId account = new AccountId(new UUID(0, 0));
  private Member rosa = new Member(account, UserId.SYSTEM, Role.VIEWER, "");

  @BeforeAll
  static void startServer() {
    accounts = TestAccounts.start();
    client = accounts.client();
  }

  @AfterAll
  static void stopServer() {
    accounts.close();
  }

  @BeforeEach
  void makeAnAccount() {
    account = accounts.account("harbour");
    rosa = accounts.member(account, Role.ADMIN);
  }

  @Test
  void theToolkitsRequestIsAnswered() {
    accounts.publish(account, Contents.of("one"), Contents.of("two"), Contents.of("three"));

    for (int i = 0; i < 2; i++) {
      Answer answer =
          client.send(
              "GET",
              rosa.token(),
              rosa.core("notifications?orderBy=eventTime+desc&count=true&limit=2"),
              "{}",
              "Content-Type",
              "application/json",
              "Accept",
              "*/*");

      assertThat(answer.status()).isEqualTo(200);
      assertThat(answer.header("Content-Type")).isEqualTo("application/json");
      assertThat(answer.each("summary")).containsExactly("three", "two");
      assertThat(answer.json().path("metadata").path("count").intValue()).isEqualTo(3);
      assertThat(answer.json().path("metadata").has("continue")).isTrue();
    }
  }

  @Test
  void tokensLeadThroughAListInAnyOrder() {
    for (int i = 0; i < 7; i++) {
      accounts.publish(
          account,
          Contents.of("number " + i)
              .at(Contents.EVENT_TIME.plusSeconds(i / 3))
              .severity(i % 2 == 0 ? Severity.WARNING : Severity.CRITICAL));
    }
    for (String order : List.of("eventTime", "eventTime%20desc", "severity", "id", "summary+desc")) {
      String query = "notifications?orderBy=" + order;
      List<String> all = client.get(rosa, rosa.core(query)).each("id");
      List<String> paged = new ArrayList<>();
      String more = "";
      do {
        Answer page = client.get(rosa, rosa.core(query + "&limit=2&continue=" + more));
        assertThat(page.status()).isEqualTo(200);
        paged.addAll(page.each("id"));
        more = page.json().path("metadata").path("continue").asString("");
        accounts.publish(account, Contents.of("later").destinations(null));
      } while (!more.isEmpty());

      assertThat(paged).as(order).hasSize(7).isEqualTo(all);
    }
  }

  @Test
  void aListThatCanHoldNothingIsEmpty() {
    accounts.publish(account, Contents.of("one"));
    Answer answer =
        client.get(rosa, rosa.core("notifications?count=true&filter=version%20eq%20'1.4'"));

    assertThat(answer.json().path("items")).isEmpty();
    assertThat(answer.json().path("metadata").toString()).isEqualTo("{\"count\":0}");
  }

  @Test
  void oneResourceComesWithATag() throws Exception {
    accounts.publish(account, Contents.of("one"));
    String id = client.get(rosa, rosa.core("notifications")).each("id").getFirst();
    Answer answer = client.get(rosa, rosa.core("notifications/" + id));

    byte[] digest =
        MessageDigest.getInstance("MD5").digest(answer.body().getBytes(StandardCharsets.UTF_8));
    assertThat(answer.header("ETag")).isEqualTo('"' + HexFormat.of().formatHex(digest) + '"');
    Answer astra =
        client.get(
            rosa,
            rosa.core("notifications/" + id.toUpperCase(Locale.ROOT)),
            "Accept",
            "application/astra-notification+json");
    assertThat(astra.header("Content-Type")).isEqualTo("application/astra-notification+json");
    assertThat(astra.body()).isEqualTo(answer.body());

    Answer head = client.send("HEAD", rosa.token(), rosa.core("notifications/" + id), null);
    assertThat(head.status()).isEqualTo(200);
    assertThat(head.body()).isEmpty();
    assertThat(head.header("ETag")).isEqualTo(answer.header("ETag"));
  }

  @Test
  void takingTheMarkAwayIsReading() {
    accounts.publish(account, Contents.of("one"));
    String mark = client.get(rosa, rosa.unread("")).each("id").getFirst();

    assertThat(client.get(rosa, rosa.unread("/" + mark)).status()).isEqualTo(200);
    Answer read = client.delete(rosa, rosa.unread("/" + mark));
    assertThat(read.status()).isEqualTo(204);
    assertThat(read.body()).isEmpty();
    Answer again = client.delete(rosa, rosa.unread("/" + mark));
    assertThat(again.status()).isEqualTo(404);
    assertThat(again.problem()).isEqualTo(1);
    assertThat(client.get(rosa, rosa.unread("/" + mark)).problem()).isEqualTo(2);
    assertThat(client.get(rosa, rosa.core("notifications")).each("summary"))
        .containsExactly("one");
  }

  @Test
  void groupsOpenMarksToTheirMembersOnly() {
    Member otto = accounts.member(account, Role.VIEWER);
    GroupId group = accounts.group(account, "watch", rosa);
    accounts.publish(account, Contents.of("one"));
    String through = "groups/%s/users/%s/unreadNotifications";

    Answer list = client.get(rosa, rosa.core(through.formatted(group, rosa.user())));
    assertThat(list.each("severity")).containsExactly("warning");
    assertThat(
            client
                .delete(
                    rosa,
                    rosa.core(through.formatted(group, rosa.user()))
                        + "/"
                        + list.each("id").getFirst())
                .status())
        .isEqualTo(204);
    assertThat(client.get(otto, otto.core(through.formatted(group, otto.user()))).problem())
        .isEqualTo(11);
    assertThat(client.get(rosa, rosa.core(through.formatted(UNKNOWN, rosa.user()))).problem())
        .isEqualTo(11);
    assertThat(client.get(rosa, rosa.core(through.formatted("x", rosa.user()))).problem())
        .isEqualTo(11);
    assertThat(client.get(rosa, otto.unread("")).problem()).isEqualTo(11);
  }

  @ParameterizedTest
  @CsvSource({
    "GET,notifications/x,400,35",
    "GET,notifications/" + UNKNOWN + ",404,2",
    "GET,notifications/" + NOBODY + ",404,2",
    "GET,notifications/x?limit=1,400,6",
    "GET,notifications?sort=x&limit=0,400,6",
    "GET,notifications?limit=0,400,5",
    "GET,nothing,404,2",
    "GET,notifications/,404,2",
    "GET,notifications/" + UNKNOWN + "/more,404,2",
    "PUT,notifications/x,405,69",
    "DELETE,events,405,69",
    "PATCH,events/x,405,69",
    "OPTIONS,events,405,69",
    "POST,users/" + NOBODY + "/unreadNotifications,405,69",
    "GET,users/" + NOBODY + "/unreadNotifications?limit=0,400,5",
    "GET,users/x/unreadNotifications,403,11",
    "GET,users/" + NOBODY + "/unreadNotifications/x,403,11",
    "DELETE,users/" + NOBODY + "/unreadNotifications/x?a=b,400,6"
  })
  void whatIsRefusedIsAProblem(String method, String path, int status, int problem) {
    Answer answer = client.send(method, rosa.token(), rosa.core(path), null);

    assertThat(answer.status()).isEqualTo(status);
    assertThat(answer.problem()).isEqualTo(problem);
    assertThat(answer.header("Content-Type")).isEqualTo("application/problem+json");
    assertThat(answer.json().path("status").stringValue()).isEqualTo(Integer.toString(status));
    assertThat(answer.json().path("correlationID").stringValue()).hasSize(36);
    if (status == 405) {
      assertThat(answer.header("Allow")).isNotEmpty();
    }
  }

  @Test
  void theTokenIsLookedAtFirst() {
    for (String path : List.of(rosa.core("nothing"), "/accounts", "/accounts/x/core/v1/events")) {
      Answer missing = client.send("PUT", null, path, null);
      assertThat(missing.status()).isEqualTo(401);
      assertThat(missing.problem()).isEqualTo(3);
      assertThat(missing.header("WWW-Authenticate")).isEqualTo("Bearer");
      assertThat(client.send("PUT", "nonsense", path, null).problem()).isEqualTo(4);
      assertThat(client.send("GET", null, path, null, "Authorization", "Basic eDp5").problem())
          .isEqualTo(3);
    }
  }

  @Test
  void accountsCannotBeProbed() {
    Member stranger = accounts.member(accounts.account("mill"), Role.OWNER);

    assertThat(client.get(stranger, rosa.core("notifications")).problem()).isEqualTo(11);
    assertThat(client.get(stranger, "/accounts/%s/core/v1/events".formatted(UNKNOWN)).problem())
        .isEqualTo(11);
    assertThat(client.get(rosa, "/accounts/x/core/v1/events").problem()).isEqualTo(33);
    assertThat(client.get(rosa, "/accounts/x/core/v1/nothing").problem()).isEqualTo(2);
    String upperCase = account.toString().toUpperCase(Locale.ROOT);
    assertThat(client.get(rosa, "/accounts/%s/core/v1/events".formatted(upperCase)).status())
        .isEqualTo(200);
  }

  @Test
  void theToolkitsProbeSaysWhatIsWrong() {
    String probe = "/accounts/%s/topology/v1/clouds";
    Answer good =
        client.send("GET", rosa.token(), probe.formatted(account), "{}", "Accept", "text/html");
    assertThat(good.status()).isEqualTo(200);
    assertThat(good.body()).isEqualTo("{\"items\":[],\"metadata\":{}}");

    assertThat(client.get(rosa, probe.formatted(UNKNOWN)).body())
        .contains("problems/11", "x-pcloud-accountid");
    assertThat(client.get(rosa, probe.formatted("x")).body())
        .contains("problems/33", "x-pcloud-accountid");
    assertThat(client.send("GET", "nonsense", probe.formatted(account), null).problem())
        .isEqualTo(4);
  }

  @ParameterizedTest
  @ValueSource(strings = {"text/html", "application/astra-event+json"})
  void whatCannotBeAnsweredInIsRefused(String accept) {
    assertThat(client.get(rosa, rosa.core("notifications?limit=0"), "Accept", accept).problem())
        .isEqualTo(32);
  }

  @Test
  void anEventIsPublishedAndFound() {
    Answer created =
        client.post(
            rosa, rosa.core("events"), event("\"notification\""), "Content-Type",
            "application/astra-event+json");

    assertThat(created.status()).isEqualTo(201);
    String id = created.json().path("id").stringValue();
    assertThat(created.header("Location"))
        .isEqualTo(accounts.uri(rosa.core("events/" + id)).toString());
    assertThat(client.get(rosa, rosa.core("events/" + id)).body()).isEqualTo(created.body());
    assertThat(client.get(rosa, rosa.core("notifications")).each("summary"))
        .containsExactly("Disk almost full");
    assertThat(client.get(rosa, rosa.unread("")).each("severity")).containsExactly("warning");
  }

  @Test
  void aNotificationsLocationIsANotification() {
    Answer created =
        client.post(
            rosa, rosa.core("notifications"), event("\"notification\"").replace("-event", "-notification").replace("1.4", "1.3"));

    assertThat(created.status()).isEqualTo(201);
    String id = created.json().path("id").stringValue();
    assertThat(created.header("Location")).endsWith("/notifications/" + id);
    assertThat(client.get(rosa, rosa.core("notifications/" + id)).body())
        .isEqualTo(created.body());
  }

  @Test
  void manyArePublishedTogetherOrNotAtAll() {
    Answer created = client.post(rosa, rosa.core("events"), list(Publishing.MAX_EVENTS));
    assertThat(created.status()).isEqualTo(201);
    assertThat(created.each("sequenceCount")).hasSize(200).startsWith("1", "2").endsWith("200");

    assertThat(client.post(rosa, rosa.core("events"), list(Publishing.MAX_EVENTS + 1)).problem())
        .isEqualTo(8);
    assertThat(client.post(rosa, rosa.core("events"), list(0)).problem()).isEqualTo(8);
    Answer wrong =
        client.post(
            rosa,
            rosa.core("events"),
            "{\"type\":\"application/astra-events\",\"version\":\"1.4\",\"items\":[%s,%s]}"
                .formatted(
                    event("\"banner\""), event("\"banner\"").replace("\"warning\"", "\"fatal\"")));
    assertThat(wrong.json().path("schemaValidationFailure").stringValue())
        .isEqualTo(
            "items[1].severity: not one of cleared, indeterminate, informational, warning,"
                + " critical");
    assertThat(client.get(rosa, rosa.core("events?count=true&limit=1")).body())
        .contains("\"count\":200");
  }

  @Test
  void aKeyMakesRepeatsSafe() {
    String[] key = {"Idempotency-Key", "retry-1"};
    Answer first = client.post(rosa, rosa.core("events"), event("\"banner\""), key);
    Answer again = client.post(rosa, rosa.core("events"), event("\"banner\""), key);

    assertThat(again.status()).isEqualTo(201);
    assertThat(again.body()).isEqualTo(first.body());
    Answer other = client.post(rosa, rosa.core("events"), event("\"support\""), key);
    assertThat(other.status()).isEqualTo(409);
    assertThat(other.problem()).isEqualTo(10);
    assertThat(client.get(rosa, rosa.core("events")).each("id")).hasSize(1);
    for (String bad : List.of("a b", "x".repeat(256))) {
      assertThat(
              client
                  .post(rosa, rosa.core("events"), event("\"banner\""), "Idempotency-Key", bad)
                  .problem())
          .isEqualTo(12);
    }
  }

  @Test
  void bodiesThatAreNoneAreRefused() {
    assertThat(client.post(rosa, rosa.core("events"), "{").problem()).isEqualTo(7);
    assertThat(client.post(rosa, rosa.core("events"), "").problem()).isEqualTo(7);
    assertThat(client.post(rosa, rosa.core("events"), "[]").problem()).isEqualTo(8);
    assertThat(client.post(rosa, rosa.core("events"), "{}").problem()).isEqualTo(8);
    assertThat(
            client
                .post(rosa, rosa.core("events"), event("\"banner\""), "Content-Type", "text/plain")
                .problem())
        .isEqualTo(12);
    Answer large = client.post(rosa, rosa.core("events"), " ".repeat(200_000));
    assertThat(large.status()).isEqualTo(413);
    assertThat(large.problem()).isEqualTo(85);
  }

  @Test
  void publishingIsForAdministratorsAndTokensMadeForIt() {
    Member member = accounts.member(account, Role.MEMBER);
    Member robot = accounts.publisher(account);

    assertThat(client.post(member, rosa.core("events"), event("\"banner\"")).problem())
        .isEqualTo(11);
    assertThat(client.post(robot, rosa.core("events"), event("\"banner\"")).status())
        .isEqualTo(201);
    for (String path :
        List.of(rosa.core("events"), rosa.core("notifications"), robot.unread(""))) {
      assertThat(client.get(robot, path).problem()).isEqualTo(11);
    }
  }

  private static String event(String destination) {
    return """
        {"type":"application/astra-event","version":"1.4","name":"harbour.disk.usage.high",
         "summary":"Disk almost full","source":"watch",
         "resourceID":"a4f81c29-6b3e-4d75-9e02-c7d8516fb3a4",
         "resourceType":"application/astra-managedCluster","severity":"warning","class":"system",
         "description":"Node 3 uses 91%% of its disk.","destinations":[%s]}"""
        .formatted(destination);
  }

  private static String list(int size) {
    String small = event("\"banner\"").replace("\n ", "");
    return "{\"type\":\"application/astra-events\",\"version\":\"1.4\",\"items\":[%s]}"
        .formatted(String.join(",", Collections.nCopies(size, small)));
  }
}
