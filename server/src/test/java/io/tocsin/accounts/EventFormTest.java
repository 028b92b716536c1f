package io.tocsin.accounts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.tocsin.feed.EventContent;
import io.tocsin.feed.Label;
import io.tocsin.feed.Reader;
import io.tocsin.feed.Severity;
import io.tocsin.http.Json;
import io.tocsin.identity.AccountId;
import io.tocsin.identity.ResourceScope;
import io.tocsin.identity.Role;
import io.tocsin.identity.UserId;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

class EventFormTest {
  private static final Instant NOW = Instant.parse("2031-03-14T10:00:00.75Z");
  private static final Reader AUTHOR =
      new Reader(
          new AccountId(UUID.fromString("5b1f4a52-7d3e-4c86-9f0a-2e6d8c7b1a90")),
          new UserId(UUID.fromString("0c9a6f31-58d2-4b7e-8a14-d3f5e2b69c07")),
          Role.ADMIN,
          ResourceScope.EVERYTHING);

  /** One character outside the basic plane: two in Java, one for the contract. */
  private static final String SIREN = "\ud83d\udea8";

  @Test
  void whatIsLeftOutHasDefaults() {
    EventContent content = read(Noun.EVENT, least());

    assertThat(content.eventTime()).isEqualTo(Instant.parse("2031-03-14T10:00:00Z"));
    assertThat(content.additionalResources()).isEmpty();
    assertThat(content.correlation().version()).isEqualTo(4);
    assertThat(content.aboutAccount()).isEqualTo(AUTHOR.account().value());
    assertThat(content.createdBy()).isEqualTo(AUTHOR.user());
    assertThat(content.destinations()).isNull();
    assertThat(content.visibility()).isNull();
    assertThat(content.labels()).isEmpty();
    assertThat(content.ttl()).isNull();
  }

  @Test
  void everythingThatIsSaidIsKept() {
    ObjectNode event = least();
    set(event, "eventTime", "\"2031-03-14T09:26:53,999999999Z\"");
    set(event, "additionalResourceIDs", "[\"00000000-0000-0000-0000-000000000000\"]");
    set(event, "severity", "\"cleared\"");
    set(event, "visibility", "[\"viewer\",\"owner\"]");
    set(event, "destinations", "[\"notification\",\"banner\",\"support\"]");
    set(event, "data", "{\"ttl\":9007199254740991,\"isAcknowledgeable\":\"false\"}");
    set(event, "metadata", "{\"labels\":[{\"name\":\"tier\",\"value\":\"\"}]}");
    set(event, "resourceMethod", "\"put\"");
    set(event, "resourceMethodResult", "\"409\"");
    EventContent content = read(Noun.EVENT, event);

    assertThat(content.eventTime()).isEqualTo(Instant.parse("2031-03-14T09:26:53Z"));
    assertThat(content.additionalResources()).containsExactly(new UUID(0, 0));
    assertThat(content.severity()).isEqualTo(Severity.CLEARED);
    assertThat(content.visibility()).containsExactly("viewer", "owner");
    assertThat(content.destinations()).containsExactly("notification", "banner", "support");
    assertThat(content.ttl()).isEqualTo(9007199254740991L);
    assertThat(content.isAcknowledgeable()).isFalse();
    assertThat(content.labels()).containsExactly(new Label("tier", ""));
    assertThat(content.resourceMethod()).isEqualTo("put");
    assertThat(content.resourceMethodResult()).isEqualTo("409");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          type                 | "application/astra-notification"
          type                 | "application/astra-event+json"
          version              | "1.5"
          version              | 1.4
          name                 | "harbour"
          name                 | ".harbour"
          name                 | "harbour."
          name                 | "harbour..disk"
          name                 | "harbour.Disk"
          name                 | "harbour.disk1"
          name                 | "harbour.disk\\n"
          name                 | null
          summary              | 7
          source               | "cluster_one"
          source               | "influxdbtwo2"
          resourceID           | "A4F81C29-6b3e-4d75-9e02-c7d8516fb3a4"
          resourceID           | "a4f81c29-6b3e-1d75-9e02-c7d8516fb3a4"
          resourceID           | 5
          resourceType         | "application/astra-"
          resourceType         | "application/astra-app2"
          resourceType         | "application/astra-app+json"
          resourceType         | "text/astra-app"
          correlationID        | ""
          severity             | "fatal"
          severity             | "Warning"
          severity             | ["warning"]
          class                | "other"
          additionalResourceIDs | "a4f81c29-6b3e-4d75-9e02-c7d8516fb3a4"
          additionalResourceIDs | ["a4f81c29-6b3e-4d75-9e02-c7d8516fb3a4","a4f81c29-6b3e-4d75-9e02-c7d8516fb3a4"]
          additionalResourceIDs | [null]
          eventTime            | "2031-03-14T09:26:53"
          eventTime            | "2031-03-14t09:26:53z"
          eventTime            | "2031-03-14T09:26:60Z"
          eventTime            | "2031-03-14T09:26:53.0000000001Z"
          eventTime            | "2031-13-14T09:26:53Z"
          eventTime            | 1899876413
          visibility           | "member"
          visibility           | ["member","member"]
          visibility           | [""]
          destinations         | ["pager"]
          destinations         | ["banner","banner"]
          resourceCollectionURL | "https://x.test/"
          resourceCollectionURL | [""]
          resourceMethod       | "GET"
          resourceMethod       | "patch"
          resourceMethodResult | "600"
          resourceMethodResult | 200
          resourceMethodResult | "20"
          data                 | []
          data                 | {"ttl":"0"}
          data                 | {"isAcknowledgeable":true}
          data                 | {"more":1}
          metadata             | {"createdBy":"00000000-0000-0000-0000-000000000000"}
          metadata             | {"labels":[{"name":"a"}]}
          metadata             | {"labels":[{"name":"a","value":"b","more":"c"}]}
          metadata             | {"labels":[{"name":"a","value":"b"},{"name":"a","value":"b"}]}
          metadata             | {"labels":{}}
          id                   | "a4f81c29-6b3e-4d75-9e02-c7d8516fb3a4"
          sequenceCount        | 7
          colour               | "red"
          """)
  void whatIsAgainstTheSchemaIsRefused(String member, String value) {
    ObjectNode event = least();
    set(event, member, value);

    ProblemException refused = refused(Noun.EVENT, event);
    assertThat(refused.problem()).isEqualTo(Problem.AGAINST_SCHEMA);
    assertThat(refused.reasons().getFirst().name()).startsWith(member);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "type",
        "version",
        "name",
        "summary",
        "source",
        "resourceID",
        "resourceType",
        "severity",
        "class",
        "description"
      })
  void whatIsRequiredMustBeThere(String member) {
    ObjectNode event = least();
    event.remove(member);

    assertThat(refused(Noun.EVENT, event).reasons())
        .containsExactly(new Reason(member, "is missing"));
  }

  @ParameterizedTest
  @CsvSource({
    "summary,3,79",
    "description,3,1023",
    "correctiveAction,3,1023",
  })
  void lengthsAreOfCodePoints(String member, int min, int max) {
    ObjectNode event = least();
    event.put(member, SIREN.repeat(max));
    read(Noun.EVENT, event);
    event.put(member, SIREN.repeat(min));
    read(Noun.EVENT, event);
    event.put(member, SIREN.repeat(max + 1));
    assertThat(refused(Noun.EVENT, event).problem()).isEqualTo(Problem.AGAINST_SCHEMA);
    event.put(member, SIREN.repeat(min - 1));
    assertThat(refused(Noun.EVENT, event).problem()).isEqualTo(Problem.AGAINST_SCHEMA);
  }

  @Test
  void longNamesSourcesTypesAndUrlsFitUpToTheirLimits() {
    ObjectNode event = least();
    event.put("name", "a." + "b".repeat(125));
    event.put("source", "s".repeat(19));
    event.put("resourceType", "application/astra-" + "x".repeat(61));
    event.put("descriptionURL", "http://x.test/" + "y".repeat(4081));
    read(Noun.EVENT, event);

    event.put("name", "a." + "b".repeat(126));
    event.put("source", "s".repeat(20));
    event.put("resourceType", "application/astra-" + "x".repeat(62));
    event.put("descriptionURL", "http://x.test/" + "y".repeat(4082));
    assertThat(refused(Noun.EVENT, event).reasons())
        .extracting(Reason::name)
        .containsExactlyInAnyOrder("name", "source", "resourceType", "descriptionURL");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          name                | "tocsin.recovery.done"
          summary             | "two\\nlines"
          summary             | "a\\u0085b"
          summary             | "del\\u007f"
          description         | "bell\\u0007"
          description         | "return\\r\\n"
          correctiveAction    | "\\u001b[31m"
          source              | "-watch"
          source              | "watch-"
          source              | "-"
          eventTime           | "2031-02-31T00:00:00Z"
          eventTime           | "2031-02-29T00:00:00Z"
          eventTime           | "0000-01-01T00:00:00Z"
          descriptionURL      | "javascript:alert(1)"
          descriptionURL      | "/docs"
          descriptionURL      | "//x.test/"
          descriptionURL      | "http:///x"
          descriptionURL      | "ftp://x.test/"
          descriptionURL      | "https://x.test/a b"
          correctiveActionURL | "//x.test/"
          correctiveActionURL | "javascript:alert(1)"
          correctiveActionURL | "/\\\\x.test/"
          correctiveActionURL | "relative"
          resourceURI         | "/topology/v1"
          resourceURI         | "https://x.test/accounts/"
          visibility          | []
          visibility          | ["Member"]
          visibility          | ["member","janitor"]
          data                | {"ttl":-1}
          data                | {"ttl":1.5}
          data                | {"ttl":9007199254740992}
          data                | {"ttl":1e300}
          metadata            | {"labels":[{"name":"astra.netapp.io/labels/read-only/x","value":"b"}]}
          metadata            | {"labels":[{"name":"a\\u0001","value":"b"}]}
          """)
  void whatIsAgainstTheRulesBeyondTheSchemaIsRefused(String member, String value) {
    ObjectNode event = least();
    set(event, member, value);

    ProblemException refused = refused(Noun.EVENT, event);
    assertThat(refused.problem()).isEqualTo(Problem.AGAINST_RULES);
    assertThat(refused.reasons().getFirst().name()).startsWith(member);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          description         | "one\\ttwo\\nthree"
          descriptionURL      | "HTTPS://x.test/a?b=c#d"
          correctiveActionURL | "/clusters/7?tab=health"
          correctiveActionURL | "http://x.test/"
          data                | {"ttl":0}
          data                | {"ttl":60.0}
          data                | {}
          metadata            | {}
          destinations        | []
          summary             | "Cluster 'harbour-east' <b>unreachable</b>"
          """)
  void whatIsOddButGoodIsTaken(String member, String value) {
    ObjectNode event = least();
    set(event, member, value);

    read(Noun.EVENT, event);
  }

  @Test
  void aNotificationGoesToTheNotifications() {
    ObjectNode notification = least().put("type", "application/astra-notification");
    notification.put("version", "1.3");
    assertThat(read(Noun.NOTIFICATION, notification).destinations())
        .containsExactly("notification");

    set(notification, "destinations", "[\"banner\"]");
    assertThat(refused(Noun.NOTIFICATION, notification).problem()).isEqualTo(Problem.AGAINST_RULES);
    notification.put("version", "1.4");
    assertThat(refused(Noun.NOTIFICATION, notification).problem())
        .isEqualTo(Problem.AGAINST_SCHEMA);
  }

  @Test
  void anotherAccountIsAConflict() {
    ObjectNode event = least().put("accountID", AUTHOR.account().toString());
    read(Noun.EVENT, event);

    event.put("accountID", "00000000-0000-0000-0000-000000000000");
    ProblemException refused = refused(Noun.EVENT, event);
    assertThat(refused.problem()).isEqualTo(Problem.CONFLICT);
    assertThat(refused.reasons()).extracting(Reason::name).containsExactly("accountID");
  }

  @Test
  void soManyFlawsAreToldOfAndNamesAreCut() {
    ObjectNode event = least();
    for (int i = 0; i < 100; i++) {
      event.put(i + SIREN.repeat(1000), i);
    }

    ProblemException refused = refused(Noun.EVENT, event);
    assertThat(refused.reasons()).hasSize(Flaws.MAX_TOLD);
    assertThat(refused.reasons()).allMatch(it -> it.name().length() < 210);
  }

  private static ObjectNode least() {
    return Json.object()
        .put("type", "application/astra-event")
        .put("version", "1.4")
        .put("name", "harbour.disk.usage.high")
        .put("summary", "Disk almost full")
        .put("source", "watch")
        .put("resourceID", "a4f81c29-6b3e-4d75-9e02-c7d8516fb3a4")
        .put("resourceType", "application/astra-managedCluster")
        .put("severity", "warning")
        .put("class", "system")
        .put("description", "Node 3 uses 91% of its disk.");
  }

  private static void set(ObjectNode event, String member, String json) {
    event.set(member, Json.parse(json.getBytes(StandardCharsets.UTF_8)));
  }

  private static EventContent read(Noun noun, JsonNode event) {
    Flaws flaws = new Flaws();
    EventContent content =
        new EventForm(noun, AUTHOR, NOW, new Random(3), new Form(event, "", flaws)).content();
    flaws.throwIfAny();
    return content;
  }

  private static ProblemException refused(Noun noun, JsonNode event) {
    return catchThrowableOfType(ProblemException.class, () -> read(noun, event));
  }
}
