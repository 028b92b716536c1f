package io.tocsin.instanceha;

import io.tocsin.contract.ContractFile;
import io.tocsin.http.Json;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Sends the requests of one contract file and writes the answers as such files hold them. */
final class Conversation {
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final Set<String> LISTENERS_OWN = Set.of("date", "content-length", "connection");
  private static final String UUID =
      "[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}";
  private static final Pattern REQUEST_ID = Pattern.compile("req-" + UUID);

  /** Whole seconds, six digits of fraction, no zone. */
  private static final Pattern ROW_TIME =
      Pattern.compile(
          "(\"(?:created_at|updated_at)\" : )\"\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.0{6}\"");

  /** {@code <x*1000>}: a thousand of them; {@code <byte ff>}: that byte. */
  private static final Pattern MACRO = Pattern.compile("<(.)\\*(\\d+)>|<byte ([0-9a-f]{2})>");

  private static final String TOKEN = "X-Auth-Token";

  /** What an id in an answer is called, by the property it stands in. */
  private static final Map<String, String> KIND =
      Map.of(
          "notification_uuid", "notification",
          "source_host_uuid", "host",
          "failover_segment_uuid", "segment",
          "failover_segment_id", "segment");

  private final TestApi api;
  private final HttpClient http;

  /** Ids met so far, and what they are called in the file. */
  private final Map<String, String> names = new LinkedHashMap<>();

  /** As the names above, for what is known before the first request. */
  private final Map<String, String> given;

  private final @Nullable String token;

  /**
   * A conversation not yet begun.
   *
   * @param given what stands in a request for what: {@code <project>} for a project's id
   * @param token what requests carry that do not say otherwise; null for nothing
   */
  Conversation(TestApi api, HttpClient http, Map<String, String> given, @Nullable String token) {
    this.api = api;
    this.http = http;
    this.given = given;
    this.token = token;
  }

  /** The answer to a request of the file, in the file's form. */
  String answer(String request) throws IOException, InterruptedException {
    HttpResponse<byte[]> response = http.send(decoded(request), BodyHandlers.ofByteArray());
    StringBuilder answer = new StringBuilder("HTTP/1.1 ").append(response.statusCode());
    new TreeMap<>(response.headers().map())
        .forEach((name, values) -> {
          if (!LISTENERS_OWN.contains(name)) {
            values.forEach(value -> answer.append("\n%s: %s".formatted(name, value)));
          }
        });
    String type = response.headers().firstValue("content-type").orElse("");
    if (response.body().length > 0) {
      answer.append("\n\n").append(body(type, response.body()));
    }
    return encoded(answer.toString()).strip();
  }

  private HttpRequest decoded(String request) {
    String[] headAndBody = request.split("\n\n", 2);
    List<String> head = withIds(headAndBody[0]).lines().toList();
    String[] methodAndPath = head.getFirst().split(" ", 2);
    HttpRequest.Builder builder =
        HttpRequest.newBuilder(api.uri(methodAndPath[1])).timeout(PATIENCE);
    for (String field : head.subList(1, head.size())) {
      String[] nameAndValue = field.split(":", 2);
      builder.header(nameAndValue[0].strip(), nameAndValue[1].strip());
    }
    if (token != null && head.stream().noneMatch(field -> field.startsWith(TOKEN + ":"))) {
      builder.header(TOKEN, token);
    }
    byte[] body = headAndBody.length == 1 ? new byte[0] : withMacros(withIds(headAndBody[1]));
    return builder
        .method(
            methodAndPath[0],
            body.length == 0 ? BodyPublishers.noBody() : BodyPublishers.ofByteArray(body))
        .build();
  }

  private static byte[] withMacros(String text) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    Matcher macro = MACRO.matcher(text);
    int end = 0;
    while (macro.find()) {
      bytes.writeBytes(text.substring(end, macro.start()).getBytes(StandardCharsets.UTF_8));
      if (macro.group(3) == null) {
        int times = Integer.parseInt(macro.group(2));
        bytes.writeBytes(macro.group(1).repeat(times).getBytes(StandardCharsets.UTF_8));
      } else {
        bytes.write(Integer.parseInt(macro.group(3), 16));
      }
      end = macro.end();
    }
    bytes.writeBytes(text.substring(end).getBytes(StandardCharsets.UTF_8));
    return bytes.toByteArray();
  }

  private String withIds(String text) {
    String result = text;
    for (Map.Entry<String, String> id : names.entrySet()) {
      result = result.replace(id.getValue(), id.getKey());
    }
    for (Map.Entry<String, String> name : given.entrySet()) {
      result = result.replace(name.getKey(), name.getValue());
    }
    return result;
  }

  private String body(String type, byte[] body) {
    String text = new String(body, StandardCharsets.UTF_8);
    if (!type.contains("json")) {
      return text;
    }
    JsonNode document = Json.mapper().readTree(text);
    nameIds("", document);
    return ContractFile.pretty(document);
  }

  private void nameIds(String inside, JsonNode node) {
    for (var property : node.properties()) {
      String key = property.getKey();
      JsonNode value = property.getValue();
      String kind = key.equals("uuid") ? inside : KIND.get(key);
      if (value.isString() && kind != null && value.stringValue().matches(UUID)) {
        nameId(kind, value.stringValue());
      }
      nameIds(singular(key), value);
    }
    if (node.isArray()) {
      node.forEach(element -> nameIds(inside, element));
    }
  }

  private void nameId(String kind, String id) {
    long known = names.values().stream().filter(name -> name.startsWith("<" + kind + "-")).count();
    names.putIfAbsent(id, "<%s-%d>".formatted(kind, known + 1));
  }

  private static String singular(String key) {
    return switch (key) {
      case "failover_segment", "segments" -> "segment";
      case "hosts" -> "host";
      case "vmoves" -> "vmove";
      default -> key;
    };
  }

  private String encoded(String answer) {
    String result = REQUEST_ID.matcher(answer).replaceAll("req-<uuid>");
    result = ROW_TIME.matcher(result).replaceAll("$1\"<time>\"");
    result = result.replace(api.uri("").toString(), "http://<server>");
    for (Map.Entry<String, String> id : names.entrySet()) {
      result = result.replace(id.getKey(), id.getValue());
    }
    for (Map.Entry<String, String> name : given.entrySet()) {
      result = result.replace(name.getValue(), name.getKey());
    }
    return result;
  }
}
