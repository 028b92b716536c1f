package io.tocsin.accounts;

import io.tocsin.feed.Event;
import io.tocsin.feed.EventContent;
import io.tocsin.feed.Label;
import io.tocsin.feed.View;
import io.tocsin.http.Json;
import io.tocsin.identity.UserId;
import java.io.ByteArrayOutputStream;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;

/**
 * Events as the wire shows them, in each of their views (Astra spec §3, §4, §5). Members come in
 * the contract's order, which keeps {@code ETag}s what they are; what is absent is left out.
 */
final class EventJson {
  /** One item of a list or a document of its own: what it shows, to whom. */
  private record Item(Event event, UserId user) {
    EventContent content() {
      return event.content();
    }
  }

  /** Writes the value of a member; only asked where the item has it. */
  @FunctionalInterface
  private interface Value {
    void write(JsonGenerator json, Item item);
  }

  /**
   * One member.
   *
   * @param isThere whether the item has it
   */
  private record Member(Function<Item, Boolean> isThere, Value value) {}

  private static final Map<Noun, Map<String, Member>> MEMBERS =
      Map.of(
          Noun.EVENT, ofEvents(Noun.EVENT),
          Noun.NOTIFICATION, ofEvents(Noun.NOTIFICATION),
          Noun.UNREAD_NOTIFICATION, ofUnread());

  private static final int INITIAL_BYTES = 2048;

  private EventJson() {}

  /** The names of the members that this resource can have, in order. */
  static Set<String> members(Noun noun) {
    return table(noun).keySet();
  }

  /** The whole resource in UTF-8, always the same bytes. */
  static byte[] bytes(Noun noun, Event event, UserId user) {
    ByteArrayOutputStream out = new ByteArrayOutputStream(INITIAL_BYTES);
    try (JsonGenerator json = Json.mapper().createGenerator(out)) {
      write(json, noun, event, user);
    }
    return out.toByteArray();
  }

  /** The whole resource. */
  static void write(JsonGenerator json, Noun noun, Event event, UserId user) {
    Item item = new Item(event, user);
    json.writeStartObject();
    table(noun)
        .forEach((name, member) -> {
          if (member.isThere().apply(item)) {
            json.writeName(name);
            member.value().write(json, item);
          }
        });
    json.writeEndObject();
  }

  /** The values of those members, {@code null} in the place of what is absent. */
  static void writeRow(
      JsonGenerator json, Noun noun, Event event, UserId user, List<String> names) {
    Item item = new Item(event, user);
    Map<String, Member> table = table(noun);
    json.writeStartArray();
    for (String name : names) {
      Member member = table.get(name);
      if (member != null && member.isThere().apply(item)) {
        member.value().write(json, item);
      } else {
        json.writeNull();
      }
    }
    json.writeEndArray();
  }

  private static Map<String, Member> table(Noun noun) {
    Map<String, Member> table = MEMBERS.get(noun);
    if (table == null) {
      throw new IllegalStateException("every noun has members");
    }
    return table;
  }

  private static Map<String, Member> ofEvents(Noun noun) {
    Map<String, Member> all = new LinkedHashMap<>();
    text(all, "type", _ -> noun.type());
    text(all, "version", _ -> noun.version());
    text(all, "id", it -> noun.view().idOf(it.event().id(), it.user()));
    text(all, "name", it -> it.content().name());
    all.put("sequenceCount", sequence());
    text(all, "summary", it -> it.content().summary());
    text(all, "eventTime", it -> WireTime.format(it.content().eventTime()));
    text(all, "source", it -> it.content().source());
    text(all, "resourceID", it -> it.content().resource());
    list(all, "additionalResourceIDs", it -> it.content().additionalResources());
    text(all, "resourceType", it -> it.content().resourceType());
    text(all, "correlationID", it -> it.content().correlation());
    text(all, "severity", it -> it.content().severity().wire());
    text(all, "class", it -> it.content().eventClass().wire());
    text(all, "description", it -> it.content().description());
    text(all, "descriptionURL", it -> it.content().descriptionUrl());
    text(all, "correctiveAction", it -> it.content().correctiveAction());
    text(all, "correctiveActionURL", it -> it.content().correctiveActionUrl());
    list(all, "visibility", it -> it.content().visibility());
    list(all, "destinations", it -> it.content().destinations());
    text(all, "resourceURI", it -> it.content().resourceUri());
    list(all, "resourceCollectionURL", it -> it.content().resourceCollectionUrls());
    text(all, "resourceMethod", it -> it.content().resourceMethod());
    text(all, "resourceMethodResult", it -> it.content().resourceMethodResult());
    text(all, "userID", it -> it.content().user());
    text(all, "accountID", it -> it.content().aboutAccount());
    all.put("data", new Member(it -> hasData(it.content()), EventJson::writeData));
    all.put(
        "metadata",
        new Member(
            _ -> true,
            (json, it) ->
                writeMetadata(json, it, it.content().labels(), it.content().createdBy())));
    return all;
  }

  private static Map<String, Member> ofUnread() {
    Map<String, Member> all = new LinkedHashMap<>();
    Noun noun = Noun.UNREAD_NOTIFICATION;
    text(all, "type", _ -> noun.type());
    text(all, "version", _ -> noun.version());
    text(all, "id", it -> View.UNREAD.idOf(it.event().id(), it.user()));
    text(all, "notificationID", it -> View.NOTIFICATIONS.idOf(it.event().id(), it.user()));
    all.put("sequenceCount", sequence());
    text(all, "severity", it -> it.content().severity().wire());
    all.put(
        "metadata",
        new Member(_ -> true, (json, it) -> writeMetadata(json, it, List.of(), UserId.SYSTEM)));
    return all;
  }

  private static Member sequence() {
    return new Member(_ -> true, (json, it) -> json.writeNumber(it.event().sequence()));
  }

  private static void text(
      Map<String, Member> all, String name, Function<Item, @Nullable Object> value) {
    all.put(
        name,
        new Member(
            it -> value.apply(it) != null,
            (json, it) -> json.writeString(String.valueOf(value.apply(it)))));
  }

  private static void list(
      Map<String, Member> all, String name, Function<Item, @Nullable List<?>> values) {
    all.put(
        name,
        new Member(
            it -> values.apply(it) != null,
            (json, it) -> {
              List<?> list = values.apply(it);
              json.writeStartArray();
              if (list != null) {
                list.forEach(value -> json.writeString(value.toString()));
              }
              json.writeEndArray();
            }));
  }

  private static boolean hasData(EventContent content) {
    return content.ttl() != null || content.isAcknowledgeable() != null;
  }

  private static void writeData(JsonGenerator json, Item item) {
    Long ttl = item.content().ttl();
    Boolean isAcknowledgeable = item.content().isAcknowledgeable();
    json.writeStartObject();
    if (ttl != null) {
      json.writeNumberProperty("ttl", ttl);
    }
    if (isAcknowledgeable != null) {
      json.writeStringProperty("isAcknowledgeable", isAcknowledgeable.toString());
    }
    json.writeEndObject();
  }

  /** Nothing is ever changed, so both times are the same and nobody is named as having done it. */
  private static void writeMetadata(
      JsonGenerator json, Item item, List<Label> labels, UserId createdBy) {
    String time = WireTime.format(item.event().createdAt());
    json.writeStartObject();
    json.writeArrayPropertyStart("labels");
    for (Label label : labels) {
      json.writeStartObject();
      json.writeStringProperty("name", label.name());
      json.writeStringProperty("value", label.value());
      json.writeEndObject();
    }
    json.writeEndArray();
    json.writeStringProperty("creationTimestamp", time);
    json.writeStringProperty("modificationTimestamp", time);
    json.writeStringProperty("createdBy", createdBy.toString());
    json.writeEndObject();
  }
}
