package io.tocsin.failover;

import java.util.Map;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/** Payloads as JSON text, which is how they stand in the database. */
final class Payloads {
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final TypeReference<Map<String, String>> STRINGS = new TypeReference<>() {};

  private Payloads() {}

  static String write(Map<String, String> payload) {
    return JSON.writeValueAsString(payload);
  }

  static Map<String, String> read(String json) {
    return JSON.readValue(json, STRINGS);
  }
}
