package io.tocsin.instanceha;

import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;

/** The documents by which clients find the API (Instance HA spec §3). */
final class Versions {
  static final String ID = "v1.0";

  private static final String UPDATED = "2016-07-01T11:33:21Z";

  private Versions() {}

  /** What the bare root shows. */
  static Document all(String base) {
    return Document.listUnder("versions", List.of(json -> writeVersion(json, base, false)));
  }

  /** What the mount shows. */
  static Document one(String base) {
    return Document.under("version", json -> writeVersion(json, base, true));
  }

  /**
   * What a path outside shows: where it may have been meant to go.
   *
   * @param path as it was asked, with its slash
   */
  static Document choices(String base, String path) {
    Document choice =
        json -> {
          json.writeStartObject();
          json.writeStringProperty("id", ID);
          json.writeStringProperty("status", "CURRENT");
          json.writeArrayPropertyStart("links");
          writeLink(json, "self", null, base + InstanceHa.MOUNT + path);
          json.writeEndArray();
          writeMediaTypes(json);
          json.writeEndObject();
        };
    return Document.listUnder("choices", List.of(choice));
  }

  private static void writeVersion(JsonGenerator json, String base, boolean isWhole) {
    json.writeStartObject();
    json.writeStringProperty("id", ID);
    json.writeStringProperty("status", "CURRENT");
    json.writeStringProperty("version", Microversion.MAXIMUM.toString());
    json.writeStringProperty("min_version", Microversion.MINIMUM.toString());
    json.writeStringProperty("updated", UPDATED);
    json.writeArrayPropertyStart("links");
    writeLink(json, "self", null, base + InstanceHa.MOUNT + "/");
    if (isWhole) {
      writeLink(json, "describedby", "text/html", "https://docs.openstack.org/");
    }
    json.writeEndArray();
    if (isWhole) {
      writeMediaTypes(json);
    }
    json.writeEndObject();
  }

  private static void writeLink(
      JsonGenerator json, String relation, @Nullable String type, String target) {
    json.writeStartObject();
    json.writeStringProperty("rel", relation);
    if (type != null) {
      json.writeStringProperty("type", type);
    }
    json.writeStringProperty("href", target);
    json.writeEndObject();
  }

  private static void writeMediaTypes(JsonGenerator json) {
    json.writeArrayPropertyStart("media-types");
    json.writeStartObject();
    json.writeStringProperty("base", MediaTypes.JSON);
    json.writeStringProperty("type", MediaTypes.MASAKARI_JSON + ";version=1");
    json.writeEndObject();
    json.writeEndArray();
  }
}
