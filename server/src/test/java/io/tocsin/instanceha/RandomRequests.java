package io.tocsin.instanceha;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Supplier;

/**
 * Requests as no client sends them: well-formed HTTP, whose paths, queries, headers and bodies are
 * now right, now nearly right, now anything.
 */
final class RandomRequests {
  private static final List<String> METHODS =
      List.of(
          "GET", "GET", "GET", "POST", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS", "X");
  private static final List<String> NOUNS =
      List.of("segments", "hosts", "notifications", "vmoves", "extensions", "versions", "action");
  private static final List<String> SHAPES =
      List.of(
          "/segments",
          "/segments/*",
          "/segments/*/hosts",
          "/segments/*/hosts/*",
          "/notifications",
          "/notifications/*",
          "/notifications/*/vmoves",
          "/notifications/*/vmoves/*",
          "/extensions/*",
          "/versions/*");
  private static final List<String> PARAMETERS =
      List.of(
          "limit",
          "marker",
          "sort_key",
          "sort_dir",
          "page_size",
          "enabled",
          "service_type",
          "recovery_method",
          "type",
          "status",
          "on_maintenance",
          "reserved",
          "source_host_uuid",
          "generated-since");
  private static final List<String> TEXTS =
      List.of(
          "",
          " ",
          "auto",
          "COMPUTE_HOST",
          "PROCESS",
          "VM",
          "COMPUTE",
          "STOPPED",
          "NORMAL",
          "rack-1",
          "cmp-1",
          "nova-compute",
          "e3c8f5d2-6a0c-4f4c-9f0e-1d1b7a4f0b22",
          "True",
          "maybe",
          "0",
          "1",
          "-1",
          "9223372036854775807",
          "99999999999999999999999",
          "1e400",
          "NaN",
          "created_at",
          "id",
          "deleted",
          "payload",
          "desc",
          "2026-02-03T11:40:03.512907",
          "2026-02-03T11:40:03+23:59",
          "0001-01-01T00:00:00+09:00",
          "9999-12-31T23:59:59.999999999-23:59",
          "20260229",
          "\0",
          "a\0b",
          "'; drop table segment; --",
          "%s%n%1$s",
          "{}",
          "\u2028",
          "😀",
          "é\u0301",
          "../..",
          "x".repeat(300));

  /** What makes sense for a property; anything else is nonsense. */
  private static final Map<String, List<String>> SENSIBLE =
      Map.of(
          "recovery_method", List.of("\"auto\"", "\"rh_priority\""),
          "enabled", List.of("true", "\"off\""),
          "reserved", List.of("false", "\"True\""),
          "type", List.of("\"COMPUTE\""),
          "event", List.of("\"STOPPED\"", "\"STARTED\""),
          "instance_uuid", List.of("\"e3c8f5d2-6a0c-4f4c-9f0e-1d1b7a4f0b22\""),
          "generated_time", List.of("\"2026-02-03T11:40:03.512907\"", "\"20270203\""));

  private static final List<String> ODD_JSON =
      List.of(
          "null",
          "true",
          "1",
          "-0.0",
          "1e400",
          "1E+2",
          "[]",
          "{}",
          "[[[[]]]]",
          "{\"a\":{\"b\":null}}",
          "\"\\u0000\"",
          "\"\\ud800\"",
          "NaN",
          "'x'",
          "12345678901234567890123456789012345678901234567890");

  private final Random random;
  private final List<String> ids;

  /**
   * Asks for these ids now and then.
   *
   * @param ids of things that exist
   */
  RandomRequests(Random random, List<String> ids) {
    this.random = random;
    this.ids = ids;
  }

  /** A whole request, with its framing right. */
  byte[] next() {
    byte[] body = random.nextInt(3) == 0 ? new byte[0] : body();
    StringBuilder head = new StringBuilder();
    head.append(pick(METHODS)).append(' ').append(path()).append(query()).append(" HTTP/1.1\r\n");
    head.append("Host: ha.example\r\nContent-Length: ").append(body.length).append("\r\n");
    field(head, "OpenStack-API-Version", this::version);
    field(head, "Accept", this::mediaType);
    field(head, "Content-Type", () -> sometimes(8) ? mediaType() : "application/json");
    byte[] start = head.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1);
    ByteArrayOutputStream request = new ByteArrayOutputStream();
    request.writeBytes(start);
    request.writeBytes(body);
    return request.toByteArray();
  }

  private void field(StringBuilder head, String name, Supplier<String> value) {
    if (!sometimes(3)) {
      head.append(name).append(": ").append(value.get()).append("\r\n");
    }
  }

  private String version() {
    return switch (random.nextInt(9)) {
      case 0, 1, 2 -> "instance-ha 1." + random.nextInt(5);
      case 3, 4, 5, 6 -> "instance-ha latest";
      case 7 -> "instance-ha " + visible();
      default -> "compute 2.1,, " + visible();
    };
  }

  private String mediaType() {
    return switch (random.nextInt(5)) {
      case 0 -> "application/json";
      case 1 -> "application/vnd.openstack.masakari+json; q=0." + random.nextInt(10);
      case 2 -> "text/html, */*;q=0.1";
      case 3 -> "application/json;q=" + visible();
      default -> visible();
    };
  }

  private String path() {
    StringBuilder path = new StringBuilder(sometimes(20) ? "" : "/v1");
    if (sometimes(3)) {
      path.append("/0123abc");
    }
    if (!sometimes(3)) {
      return path + pick(SHAPES).replace("*", pick(ids));
    }
    int elements = random.nextInt(5);
    for (int i = 0; i <= elements; i++) {
      path.append('/').append(i % 2 == 0 ? pick(NOUNS) : element());
    }
    return path + (sometimes(10) ? ".json" : "") + (sometimes(20) ? "/" : "");
  }

  /** Without NUL, on which the listener itself says 400 and hangs up. */
  private String element() {
    return switch (random.nextInt(4)) {
      case 0 -> encoded(pick(TEXTS).replace('\0', '~'));
      case 1 -> String.format("%%%02x", 1 + random.nextInt(255));
      default -> pick(ids);
    };
  }

  private String query() {
    StringBuilder query = new StringBuilder();
    for (int i = random.nextInt(4); i > 0; i--) {
      query.append(query.isEmpty() ? '?' : '&').append(pick(PARAMETERS));
      if (!sometimes(10)) {
        query.append('=').append(sometimes(4) ? pick(ids) : encoded(pick(TEXTS)));
      }
    }
    return query.toString();
  }

  private byte[] body() {
    String json =
        switch (random.nextInt(5)) {
          case 0 -> object("segment", "name", "recovery_method", "service_type", "description");
          case 1 -> object("segment", "name", "enabled", "x");
          case 2 -> object("host", "name", "type", "control_attributes", "reserved");
          case 3 -> value();
          default -> notification();
        };
    byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
    if (sometimes(10)) {
      bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
    }
    return bytes;
  }

  private String notification() {
    String payload =
        switch (random.nextInt(4)) {
          case 0 -> properties("event", "process_name");
          case 1 -> properties("event", "vir_domain_event", "instance_uuid");
          case 2 -> properties("event", "host_status");
          default -> value();
        };
    return """
    {"notification": {"type": "%s", "hostname": "cmp-1", "generated_time": %s, "payload": %s}}
    """
        .formatted(
            pick(List.of("PROCESS", "VM", "COMPUTE_HOST", "x")),
            valueOf("generated_time"),
            payload);
  }

  private String object(String name, String... properties) {
    return "{\"%s\":%s}".formatted(name, properties(properties));
  }

  private String properties(String... names) {
    StringBuilder json = new StringBuilder("{");
    for (String name : names) {
      if (!sometimes(12)) {
        json.append(json.length() == 1 ? "" : ",").append(quoted(name)).append(':');
        json.append(valueOf(name));
      }
    }
    return json.append('}').toString();
  }

  private String valueOf(String property) {
    List<String> sensible = SENSIBLE.get(property);
    return sensible == null || sometimes(5) ? value() : pick(sensible);
  }

  private String value() {
    return sometimes(8) ? pick(ODD_JSON) : quoted(pick(TEXTS) + (sometimes(2) ? visible() : ""));
  }

  private static String quoted(String text) {
    return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"").replace("\0", "\\u0000") + '"';
  }

  /** Printable ASCII, at most ten of them. */
  private String visible() {
    StringBuilder text = new StringBuilder("v");
    for (int i = random.nextInt(10); i > 0; i--) {
      text.append((char) (' ' + random.nextInt('~' - ' ' + 1)));
    }
    return text.append('v').toString();
  }

  private static String encoded(String text) {
    StringBuilder encoded = new StringBuilder();
    for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
      encoded.append(String.format("%%%02x", b));
    }
    return encoded.toString();
  }

  private boolean sometimes(int onceIn) {
    return random.nextInt(onceIn) == 0;
  }

  private <T> T pick(List<T> from) {
    return from.get(random.nextInt(from.size()));
  }
}
