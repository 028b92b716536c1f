package io.tocsin.simulator;

import io.tocsin.http.Json;
import tools.jackson.databind.node.ObjectNode;

/** What Nova says of its versions. */
final class VersionsJson {
  private VersionsJson() {}

  static ObjectNode all(String baseUrl) {
    ObjectNode json = Json.object();
    json.putArray("versions").add(version(baseUrl));
    return json;
  }

  static ObjectNode one(String baseUrl) {
    ObjectNode json = Json.object();
    json.set("version", version(baseUrl));
    return json;
  }

  private static ObjectNode version(String baseUrl) {
    ObjectNode version = Json.object();
    version.put("id", "v2.1");
    version.put("status", "CURRENT");
    version.put("version", Microversion.MAX.toString());
    version.put("min_version", Microversion.MIN.toString());
    version.put("updated", "2013-07-23T11:33:21Z");
    ObjectNode link = version.putArray("links").addObject();
    link.put("rel", "self");
    link.put("href", baseUrl + "/compute/v2.1/");
    return version;
  }
}
