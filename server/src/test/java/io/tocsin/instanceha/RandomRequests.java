package io.tocsin.instanceha;

import io.tocsin.http.RandomTexts;
import io.tocsin.http.RequestBytes;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.function.Supplier;

/**
 * Requests as no client sends them: well-formed HTTP, whose paths, queries, headers and bodies are
 * now right, now nearly right, now anything.
 */
final class RandomRequests {
  private static final HexFormat HEX = HexFormat.of();

  /** Over what the listener takes. */
  private static final int TOO_LONG_HEAD = 17_000;

  private static final List<String> METHODS =
      List.of("GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS", "X");
  private static final List<String> NOUNS =
      List.of("segments", "hosts", "notifications", "vmoves", "extensions", "versions", "action");
  private static final List<String> LISTS =
      List.of("/segments", "/segments/S/hosts", "/notifications", "/notifications/N/vmoves");
  private static final List<String> MEMBERS =
      List.of(
          "/segments/S",
          "/segments/S/hosts/H",
          "/notifications/N",
          "/notifications/N/vmoves/V",
          "/extensions/segments",
          "/versions/v1.0",
          "");
  private static final List<String> FILTERS =
      List.of(
          "enabled",
          "service_type",
          "recovery_method",
          "type",
          "status",
          "on_maintenance",
          "reserved",
          "source_host_uuid",
          "generated-since");
  private static final List<String> COLUMNS =
      List.of("created_at", "id", "uuid", "name", "updated_at", "type", "status", "deleted", "x");

  /** Of which most are an administrator's, where anybody is asked. */
  private static final List<String> TOKENS =
      List.of("admin", "admin", "admin", "admin", "admin", "member", "away", "", "gAAAAAB\u00ff'");

  private static final List<String> ODD_FIELDS =
      List.of(
          "X-Service-Token",
          "X-OpenStack-Request-ID",
          "X-Forwarded-Proto",
          "X-Forwarded-Host",
          "X-Forwarded-Port",
          "X-Forwarded-Prefix",
          "X-Forwarded-For",
          "Forwarded",
          "Accept",
          "Accept-Language",
          "Accept-Encoding",
          "Content-Type",
          "Content-Encoding",
          "OpenStack-API-Version",
          "X-HTTP-Method-Override",
          "Cookie",
          "Authorization",
          "Origin",
          "If-None-Match",
          "Range");

  private final RandomTexts texts;
  private final RandomBodies bodies;

  RandomRequests(Random random) {
    this.texts = new RandomTexts(random);
    this.bodies = new RandomBodies(texts);
  }

  /** A whole request, with its framing right. */
  byte[] next() {
    return switch (texts.number(12)) {
      case 0, 1 -> request("GET", project() + filled(texts.pick(LISTS)) + query(), nothing());
      case 2 -> request("GET", project() + filled(texts.pick(MEMBERS)), nothing());
      case 3 -> request("POST", project() + "/segments", bodies.segment());
      case 4 -> request("POST", project() + filled("/segments/S/hosts"), bodies.host());
      case 5, 6 -> request("POST", project() + "/notifications", bodies.notification());
      case 7 -> request("PUT", project() + filled("/segments/S"), bodies.changedSegment());
      case 8 -> request("PUT", project() + filled("/segments/S/hosts/H"), bodies.changedHost());
      case 9 -> request("DELETE", project() + filled(texts.pick(MEMBERS)), nothing());
      case 10 -> request(texts.pick(METHODS), project() + filled(texts.pick(MEMBERS)), some());
      default -> request(texts.pick(METHODS), path() + query(), some());
    };
  }

  private byte[] some() {
    return texts.sometimes(2) ? bodies.any() : nothing();
  }

  private static byte[] nothing() {
    return new byte[0];
  }

  private byte[] request(String method, String target, byte[] sent) {
    String origin = texts.sometimes(50) ? "http://ha.example" : "";
    RequestBytes head = new RequestBytes(method, origin + target);
    field(head, 1, "X-Auth-Token", () -> texts.pick(TOKENS));
    field(head, 2, "OpenStack-API-Version", this::version);
    field(head, 2, "Accept", this::mediaType);
    field(head, 2, "Content-Type", () -> texts.sometimes(8) ? mediaType() : "application/json");
    while (texts.sometimes(4)) {
      field(head, 1, texts.pick(ODD_FIELDS), this::oddValue);
    }
    return head.with(sent, texts);
  }

  private void field(RequestBytes head, int onceIn, String name, Supplier<String> value) {
    if (texts.sometimes(onceIn)) {
      head.field(name, value.get());
    }
  }

  private String oddValue() {
    return switch (texts.number(8)) {
      case 0 -> "";
      case 1 -> "https";
      case 2 -> "ha.example:8443, inner";
      case 3 -> "for=%1$s;host=\"%1$s\";proto=%1$s".formatted(texts.visible());
      case 4 -> "/" + texts.visible();
      case 5 -> "req-" + texts.pick(FuzzTables.IDS);
      case 6 -> texts.sometimes(300) ? "y".repeat(TOO_LONG_HEAD) : "\u00ff\u00e9";
      default -> texts.visible();
    };
  }

  private String version() {
    return switch (texts.number(12)) {
      case 0, 1, 2 -> "instance-ha 1." + texts.number(5);
      case 10 -> "instance-ha " + texts.visible();
      case 11 -> "compute 2.1,, " + texts.visible();
      default -> "instance-ha latest";
    };
  }

  private String mediaType() {
    return switch (texts.number(8)) {
      case 0 -> "application/vnd.openstack.masakari+json; q=0." + texts.number(10);
      case 1 -> "text/html, */*;q=0.1";
      case 2 -> "application/json;q=" + texts.visible();
      case 3 -> texts.visible();
      default -> "application/json";
    };
  }

  private String project() {
    return texts.sometimes(3) ? "/v1/0123abc" : "/v1";
  }

  /** Mostly such things as belong there. */
  private String filled(String shape) {
    StringBuilder path = new StringBuilder();
    for (int i = 0; i < shape.length(); i++) {
      char c = shape.charAt(i);
      switch (c) {
        case 'S' -> path.append(place(FuzzTables.SEGMENTS));
        case 'H' -> path.append(place(FuzzTables.HOSTS));
        case 'N' -> path.append(place(FuzzTables.NOTIFICATIONS));
        case 'V' -> path.append(place(FuzzTables.VMOVES));
        default -> path.append(c);
      }
    }
    return path + (texts.sometimes(20) ? ".json" : "");
  }

  private String place(List<String> right) {
    return texts.sometimes(12)
        ? element()
        : texts.pick(texts.sometimes(12) ? FuzzTables.IDS : right);
  }

  private String path() {
    StringBuilder path = new StringBuilder(texts.sometimes(10) ? "" : project());
    int elements = texts.number(5);
    for (int i = 0; i <= elements; i++) {
      path.append('/').append(i % 2 == 0 ? texts.pick(NOUNS) : element());
    }
    return path + (texts.sometimes(10) ? ".json" : "") + (texts.sometimes(20) ? "/" : "");
  }

  /** Without NUL, on which the listener itself says 400 and hangs up. */
  private String element() {
    return switch (texts.number(5)) {
      case 0 -> RequestBytes.encoded(texts.any().replace('\0', '~'));
      case 1 -> "%" + HEX.toHexDigits((byte) (1 + texts.number(255)));
      case 2 -> "%2f..;x=%2e";
      default -> texts.pick(FuzzTables.IDS);
    };
  }

  private String query() {
    StringBuilder query = new StringBuilder();
    for (int i = texts.number(4); i > 0; i--) {
      query.append(query.isEmpty() ? '?' : '&').append(parameter());
    }
    return query.toString();
  }

  private String parameter() {
    String odd = RequestBytes.encoded(texts.any());
    return switch (texts.number(8)) {
      case 0 -> "limit=" + (texts.sometimes(4) ? odd : Integer.toString(texts.number(5)));
      case 1 -> "marker=" + (texts.sometimes(4) ? odd : Integer.toString(texts.number(4)));
      case 2 -> "sort_key=" + (texts.sometimes(8) ? odd : texts.pick(COLUMNS));
      case 3 -> "sort_dir=" + (texts.sometimes(8) ? odd : texts.pick(List.of("asc", "desc")));
      case 4 -> "page_size=" + odd;
      case 5 -> texts.pick(FILTERS) + (texts.sometimes(4) ? "" : "=" + texts.pick(FuzzTables.IDS));
      default -> texts.pick(FILTERS) + "=" + odd;
    };
  }
}
