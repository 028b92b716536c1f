package io.tocsin.instanceha;

import io.tocsin.http.Json;
import java.io.ByteArrayOutputStream;
import tools.jackson.core.JsonGenerator;

/** A JSON document that writes itself; nothing is built in between. */
@FunctionalInterface
interface Document {
  /** Room for any single object; lists grow it. */
  int INITIAL_BYTES = 1024;

  void write(JsonGenerator json);

  /** The whole document in UTF-8. */
  default byte[] bytes() {
    ByteArrayOutputStream out = new ByteArrayOutputStream(INITIAL_BYTES);
    try (JsonGenerator json = Json.mapper().createGenerator(out)) {
      write(json);
    }
    return out.toByteArray();
  }

  /** An object with one property. */
  static Document under(String name, Document value) {
    return json -> {
      json.writeStartObject();
      json.writeName(name);
      value.write(json);
      json.writeEndObject();
    };
  }

  /** An object with one property, a list. */
  static Document listUnder(String name, Iterable<? extends Document> rows) {
    return json -> {
      json.writeStartObject();
      json.writeArrayPropertyStart(name);
      for (Document row : rows) {
        row.write(json);
      }
      json.writeEndArray();
      json.writeEndObject();
    };
  }
}
