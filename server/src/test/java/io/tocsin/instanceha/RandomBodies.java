package io.tocsin.instanceha;

import io.tocsin.http.RandomTexts;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/** Bodies of requests: right ones, right ones with a flaw, and what is no JSON at all. */
final class RandomBodies {
  /** Over what the listener takes. */
  private static final int TOO_LONG = 120_000;

  private final RandomTexts texts;

  /** Of the values of this body, none is wrong while this is false. */
  private boolean flawed;

  RandomBodies(RandomTexts texts) {
    this.texts = texts;
  }

  byte[] segment() {
    return finished(object("segment", "name", "recovery_method", "service_type", "description"));
  }

  byte[] changedSegment() {
    return finished(object("segment", texts.sometimes(2) ? "description" : "enabled"));
  }

  byte[] host() {
    return finished(object("host", "name", "type", "control_attributes", "reserved"));
  }

  byte[] changedHost() {
    return finished(object("host", texts.sometimes(2) ? "on_maintenance" : "name"));
  }

  byte[] notification() {
    begin();
    String type = texts.pick(List.of("PROCESS", "VM", "COMPUTE_HOST"));
    String payload =
        switch (type) {
          case "PROCESS" -> properties("event", "process_name");
          case "VM" -> properties("event", "vir_domain_event", "instance_uuid");
          default -> properties("event", "host_status");
        };
    return finished(
        """
        {"notification": {"type": %s, "hostname": %s, "generated_time": %s, "payload": %s}}
        """
            .formatted(
                hasFlaw() ? texts.json() : RandomTexts.quoted(type),
                valueOf("hostname"),
                valueOf("generated_time"),
                hasFlaw() ? texts.json() : payload));
  }

  /** Whatever there is, for whichever request. */
  byte[] any() {
    return switch (texts.number(6)) {
      case 0 -> segment();
      case 1 -> changedSegment();
      case 2 -> host();
      case 3 -> notification();
      case 4 -> finished(object("segment", "name", "enabled", "x"));
      default -> finished(texts.json());
    };
  }

  private void begin() {
    flawed = texts.sometimes(2);
  }

  private boolean hasFlaw() {
    return flawed && texts.sometimes(4);
  }

  private byte[] finished(String json) {
    byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
    if (texts.sometimes(2_000)) {
      return Arrays.copyOf(bytes, TOO_LONG);
    }
    if (texts.sometimes(20)) {
      bytes[texts.number(bytes.length)] = (byte) texts.number(256);
    }
    return bytes;
  }

  private String object(String name, String... properties) {
    begin();
    return "{\"%s\":%s}".formatted(hasFlaw() ? "host" : name, properties(properties));
  }

  private String properties(String... names) {
    StringBuilder json = new StringBuilder("{");
    for (String name : names) {
      if (!hasFlaw() || texts.sometimes(2)) {
        json.append(json.length() == 1 ? "" : ",").append(RandomTexts.quoted(name)).append(':');
        json.append(valueOf(name));
      }
    }
    if (hasFlaw()) {
      json.append(json.length() == 1 ? "" : ",")
          .append(RandomTexts.quoted(texts.any()))
          .append(":1");
    }
    return json.append('}').toString();
  }

  private String valueOf(String property) {
    if (hasFlaw()) {
      return texts.json();
    }
    return switch (property) {
      case "name" -> RandomTexts.quoted("n-" + texts.number(1_000_000));
      case "recovery_method" ->
          texts.pick(
              List.of("\"auto\"", "\"rh_priority\"", "\"reserved_host\"", "\"auto_priority\""));
      case "enabled", "reserved", "on_maintenance" ->
          texts.pick(List.of("false", "\"False\"", "\"off\""));
      case "type" -> "\"COMPUTE\"";
      case "service_type" -> "\"compute\"";
      case "hostname" -> "\"cmp-1\"";
      case "event" -> texts.pick(List.of("\"STOPPED\"", "\"STARTED\""));
      case "host_status" -> texts.pick(List.of("\"NORMAL\"", "\"UNKNOWN\""));
      case "process_name", "vir_domain_event" -> RandomTexts.quoted("p-" + texts.number(1_000));
      case "instance_uuid" -> "\"e3c8f5d2-6a0c-4f4c-9f0e-1d1b7a4f0b22\"";
      case "generated_time" ->
          texts.pick(
              List.of("\"2026-02-03T11:40:03.512907\"", "\"20270203\"", "\"2026-02-03T11:40Z\""));
      default -> RandomTexts.quoted(texts.plain());
    };
  }
}
