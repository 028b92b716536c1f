package io.tocsin.accounts;

import static org.assertj.core.api.Assertions.assertThat;

import io.tocsin.feed.Contents;
import io.tocsin.feed.Event;
import io.tocsin.feed.EventContent;
import io.tocsin.feed.Label;
import io.tocsin.feed.View;
import io.tocsin.http.Json;
import io.tocsin.identity.UserId;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class EventJsonTest {
  private static final UserId ROSA =
      new UserId(UUID.fromString("0c9a6f31-58d2-4b7e-8a14-d3f5e2b69c07"));
  private static final Instant CREATED = Instant.parse("2031-03-14T09:26:54.999Z");

  @Test
  void whatIsAbsentIsLeftOut() {
    String json = text(Noun.NOTIFICATION, Contents.of("Disk almost full").content());

    assertThat(json)
        .isEqualTo(
            """
            {"type":"application/astra-notification","version":"1.3",\
            "id":"e3b09d57-41fa-4c68-92d7-6a85c0f1b235","name":"harbour.disk.usage.high",\
            "sequenceCount":5120,"summary":"Disk almost full","eventTime":"2031-03-14T09:26:53Z",\
            "source":"watch","resourceID":"a4f81c29-6b3e-4d75-9e02-c7d8516fb3a4",\
            "additionalResourceIDs":[],"resourceType":"application/astra-managedCluster",\
            "correlationID":"d18b7c52-0e94-4f6a-a3b1-5c2e7f90d846","severity":"warning",\
            "class":"system","description":"What happened at length.",\
            "destinations":["notification"],"metadata":{"labels":[],\
            "creationTimestamp":"2031-03-14T09:26:54Z",\
            "modificationTimestamp":"2031-03-14T09:26:54Z",\
            "createdBy":"00000000-0000-0000-0000-000000000000"}}""");
  }

  @Test
  void extrasLabelsAndFlagsHaveTheContractsForm() {
    JsonNode json =
        Json.parse(
            text(
                    Noun.EVENT,
                    Contents.of("x x")
                        .ttl(604800)
                        .acknowledgeable(true)
                        .labels(new Label("tier", "gold"))
                        .visibleTo("member")
                        .content())
                .getBytes(StandardCharsets.UTF_8));

    assertThat(json.path("version").asString()).isEqualTo("1.4");
    assertThat(json.path("data").toString())
        .isEqualTo("{\"ttl\":604800,\"isAcknowledgeable\":\"true\"}");
    assertThat(json.path("metadata").path("labels").toString())
        .isEqualTo("[{\"name\":\"tier\",\"value\":\"gold\"}]");
    assertThat(json.path("visibility").toString()).isEqualTo("[\"member\"]");
  }

  @Test
  void aMarkSaysWhichNotificationIsUnread() {
    JsonNode json =
        Json.parse(
            EventJson.bytes(
                Noun.UNREAD_NOTIFICATION, event(Contents.of("x x").content()), ROSA));

    assertThat(json.propertyNames())
        .containsExactly(
            "type", "version", "id", "notificationID", "sequenceCount", "severity", "metadata");
    assertThat(json.path("version").asString()).isEqualTo("1.0");
    assertThat(json.path("notificationID").asString())
        .isEqualTo("e3b09d57-41fa-4c68-92d7-6a85c0f1b235");
    assertThat(json.path("id").asString())
        .isEqualTo(View.UNREAD.idOf(event(Contents.of("x x").content()).id(), ROSA).toString());
  }

  @Test
  void aRowKeepsOrderRepeatsTypesAndPlaces() {
    ListDocument list =
        new ListDocument(
            Noun.NOTIFICATION,
            ROSA,
            List.of("sequenceCount", "correctiveAction", "summary", "sequenceCount", "data"));
    list.add(event(Contents.of("x x").content()));
    list.add(event(Contents.of("x x").content()));

    assertThat(new String(list.bytes(7L, "token"), StandardCharsets.UTF_8))
        .isEqualTo(
            """
            {"type":"application/astra-notifications","version":"1.3",\
            "items":[[5120,null,"x x",5120,null],[5120,null,"x x",5120,null]],\
            "metadata":{"count":7,"continue":"token"}}""");
  }

  @Test
  void aListIsCutWhereItGetsTooLong() {
    ListDocument list = new ListDocument(Noun.EVENT, ROSA, List.of(), 20_000);
    int taken = 0;
    while (list.add(event(Contents.of("x x").content()))) {
      taken++;
    }

    byte[] document = list.bytes(null, null);
    assertThat(Json.parse(document).path("items")).hasSize(taken);
    assertThat(Json.parse(document).path("metadata").toString()).isEqualTo("{}");
    assertThat(document.length).isBetween(20_000, 40_000);
  }

  private static String text(Noun noun, EventContent content) {
    return new String(EventJson.bytes(noun, event(content), ROSA), StandardCharsets.UTF_8);
  }

  private static Event event(EventContent content) {
    return new Event(
        5120, UUID.fromString("e3b09d57-41fa-4c68-92d7-6a85c0f1b234"), CREATED, content);
  }
}
