package io.tocsin.instanceha;

import io.tocsin.http.AnswerReader.RawAnswer;
import io.tocsin.http.Json;
import io.tocsin.http.MalformedJsonException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** What every answer of this API looks like, whatever was asked (Instance HA spec §1.2, §3, §4). */
final class AnswerForm {
  private static final Pattern REQUEST_ID =
      Pattern.compile("req-[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}");

  private static final Set<String> ROOTS =
      Set.of(
          "segments",
          "segment",
          "hosts",
          "host",
          "notifications",
          "notification",
          "vmoves",
          "vmove",
          "extensions",
          "extension",
          "versions",
          "version",
          "choices");

  private static final Map<Integer, String> FAULTS =
      Map.of(
          400, "badRequest",
          403, "forbidden",
          404, "itemNotFound",
          405, "badMethod",
          409, "conflictingRequest",
          413, "overLimit",
          415, "badMediaType",
          501, "notImplemented",
          503, "serviceUnavailable");

  private AnswerForm() {}

  /** What is wrong with an answer; null when nothing is. */
  static @Nullable String complaint(RawAnswer answer) {
    String word = answer.wordOfTheInside();
    if (word != null) {
      return "tells of its inside: " + word;
    }
    String text = new String(answer.body(), StandardCharsets.UTF_8).toLowerCase(Locale.ROOT);
    String id = answer.field("x-openstack-request-id");
    if (!id.isEmpty() && !REQUEST_ID.matcher(id).matches()) {
      return "no request id: " + id;
    }
    String type = answer.field("content-type");
    if (answer.body().length == 0) {
      return null;
    }
    return switch (type) {
      case "application/json", "application/vnd.openstack.masakari+json" ->
          success(answer.status(), answer.body());
      case "application/json; charset=utf-8" -> fault(answer.status(), answer.body());
      case "text/html; charset=utf-8" ->
          text.startsWith("<html>") && isPage(answer.status()) ? null : "no page";
      case "text/plain; charset=utf-8" ->
          text.startsWith(answer.status() + " ") ? null : "no plain page";
      default -> "a type that nobody sends: " + type;
    };
  }

  private static @Nullable String success(int status, byte[] body) {
    JsonNode document;
    try {
      document = Json.parse(body);
    } catch (MalformedJsonException _) {
      return "no JSON";
    }
    List<String> names = new ArrayList<>(document.propertyNames());
    if (isPage(status)) {
      return names.equals(List.of("message", "code", "title")) ? null : "no page in JSON";
    }
    boolean isDocument = names.size() == 1 && ROOTS.contains(names.getFirst());
    return status < 400 && isDocument ? null : "no document: " + names;
  }

  private static @Nullable String fault(int status, byte[] body) {
    JsonNode document;
    try {
      document = Json.parse(body);
    } catch (MalformedJsonException _) {
      return "no JSON";
    }
    if (status == 401) {
      return document.path("error").path("code").asInt(0) == status ? null : "no 401 of the filter";
    }
    String name = FAULTS.getOrDefault(status, "masakariFault");
    JsonNode fault = document.path(name);
    boolean isRight =
        document.size() == 1
            && new ArrayList<>(fault.propertyNames()).equals(List.of("code", "message"))
            && fault.path("code").asInt(0) == status
            && !fault.path("message").asString("").isEmpty();
    return isRight ? null : "no fault document of " + status + " " + name;
  }

  /** The statuses that have a page outside of any resource. */
  private static boolean isPage(int status) {
    return status == 404 || status == 413 || status == 503;
  }
}
