package io.tocsin.accounts;

import io.tocsin.feed.Event;
import io.tocsin.http.Json;
import io.tocsin.identity.UserId;
import java.io.ByteArrayOutputStream;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;

/** A list on its way into the bytes of an answer, item by item (Astra spec §6.1, §6.2). */
final class ListDocument {
  /** Of one answer. A list that would be longer is cut, and says where it goes on. */
  static final int MAX_BYTES = 64 * 1024 * 1024;

  private static final int INITIAL_BYTES = 8 * 1024;

  private final Noun noun;
  private final UserId user;
  private final List<String> include;
  private final int maxBytes;
  private final ByteArrayOutputStream out = new ByteArrayOutputStream(INITIAL_BYTES);
  private final JsonGenerator json = Json.mapper().createGenerator(out);

  /**
   * A list with nothing in it yet.
   *
   * @param user who looks at it
   * @param include the members of each row; empty for whole objects
   */
  ListDocument(Noun noun, UserId user, List<String> include) {
    this(noun, user, include, MAX_BYTES);
  }

  ListDocument(Noun noun, UserId user, List<String> include, int maxBytes) {
    this.noun = noun;
    this.user = user;
    this.include = List.copyOf(include);
    this.maxBytes = maxBytes;
    json.writeStartObject();
    json.writeStringProperty("type", noun.listType());
    json.writeStringProperty("version", noun.version());
    json.writeArrayPropertyStart("items");
  }

  /** Takes one more item; false where there is no room for it. The first always has room. */
  boolean add(Event event) {
    if (out.size() >= maxBytes) {
      return false;
    }
    if (include.isEmpty()) {
      EventJson.write(json, noun, event, user);
    } else {
      EventJson.writeRow(json, noun, event, user, include);
    }
    return true;
  }

  /**
   * The whole document in UTF-8; nothing can be added any more.
   *
   * @param count null where nobody asked
   * @param next null where nothing follows
   */
  byte[] bytes(@Nullable Long count, @Nullable String next) {
    json.writeEndArray();
    json.writeObjectPropertyStart("metadata");
    if (count != null) {
      json.writeNumberProperty("count", count);
    }
    if (next != null) {
      json.writeStringProperty("continue", next);
    }
    json.writeEndObject();
    json.writeEndObject();
    json.close();
    return out.toByteArray();
  }
}
