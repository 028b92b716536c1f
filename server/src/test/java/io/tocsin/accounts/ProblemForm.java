package io.tocsin.accounts;

import io.tocsin.http.AnswerReader.RawAnswer;
import io.tocsin.http.Json;
import io.tocsin.http.MalformedJsonException;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** What every answer of this API looks like, whatever was asked (Astra spec §1.4, §6.1, §9). */
final class ProblemForm {
  private static final String TYPES = "https://astra.netapp.io/problems/";

  /** For errors of HTTP's own. */
  private static final String OTHER_TYPES = "urn:tocsin:problem:";

  private static final Pattern ID =
      Pattern.compile("[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}");

  /** The texts are the published ones; so they are not taken from the code that sends them. */
  private static final Map<String, Entry> CATALOGUE =
      """
      1|404|Resource not found|The resource specified in the request URI wasn't found.|
      2|404|Collection not found|The collection specified in the request URI wasn't found.|
      3|401|Missing bearer token|The request is missing the required bearer token.|
      4|401|Invalid bearer token|The bearer token provided is invalid, revoked, or doesn't exist.|
      5|400|Invalid query parameters|The supplied query parameters are invalid.|invalidParams
      6|400|Query parameters not supported|The supplied query parameters aren't supported for this \
      endpoint.|invalidParams
      7|400|Invalid JSON payload|The request body is not valid JSON.|
      8|400|Invalid JSON resource|The request body JSON doesn't conform to the \
      schema.|schemaValidationFailure
      9|400|Invalid JSON resource|The request body JSON didn't pass extended validation.|invalidFields
      10|409|JSON resource conflict|The request body JSON contains a field that conflicts with an \
      idempotent value.|invalidFields
      11|403|Operation not permitted|The requested operation isn't permitted.|
      12|400|Invalid headers|The request headers are invalid.|invalidParams
      14|403|Unauthorized access|The user isn't enabled.|
      32|406|Unsupported content type|The response can't be returned in the requested format.|
      33|400|Invalid account ID|The specified account ID isn't in the appropriate format.|
      35|400|Invalid resource ID|The resource ID isn't in the appropriate format.|
      69|405|Method not supported|The requested method isn't supported for the specified resource.|
      85|413|Request body too large|The request body is too large.|
      """
          .lines()
          .map(Entry::of)
          .collect(Collectors.toMap(Entry::type, Function.identity()));

  /** One problem of the catalogue; {@code extra} is the member for what is special about a case. */
  private record Entry(String type, String status, String title, String detail, String extra) {
    static Entry of(String line) {
      String[] parts = line.split("\\|", -1);
      return new Entry(TYPES + parts[0], parts[1], parts[2], parts[3], parts[4]);
    }
  }

  private ProblemForm() {}

  /**
   * What is wrong with an answer; null when nothing is.
   *
   * @param toHead whether its body was not sent
   */
  static @Nullable String complaint(RawAnswer answer, boolean toHead) {
    String word = answer.wordOfTheInside();
    if (word != null) {
      return "tells of its inside: " + word;
    }
    if (answer.status() == 401 && !answer.field("www-authenticate").equals("bearer")) {
      return "does not say how to log on";
    }
    if (answer.status() == 405 && answer.field("allow").isEmpty()) {
      return "does not say what is allowed";
    }
    if (answer.body().length == 0) {
      boolean isFine = toHead || answer.status() == 204 || answer.status() == 100;
      return isFine ? null : "has no body";
    }
    if (answer.field("content-type").equals("text/plain; charset=utf-8")) {
      String text = new String(answer.body(), StandardCharsets.UTF_8);
      return text.startsWith(answer.status() + " ") ? null : "no plain page";
    }
    try {
      JsonNode document = Json.parse(answer.body());
      return answer.status() < 300
          ? ofSuccess(answer, document)
          : ofProblem(answer.field("content-type"), answer.status(), document);
    } catch (MalformedJsonException _) {
      return "no JSON";
    }
  }

  private static @Nullable String ofSuccess(RawAnswer answer, JsonNode document) {
    String type = answer.field("content-type");
    if (!type.matches("application/(astra-[a-z]+\\+)?json")) {
      return "a type that nobody sends: " + type;
    }
    if (document.has("items")) {
      boolean isList = document.path("items").isArray() && document.path("metadata").isObject();
      return isList ? null : "no list";
    }
    String itself = document.path("type").asString("");
    boolean isWhole = document.path("id").isString() && document.path("metadata").isObject();
    return itself.startsWith("application/astra-") && isWhole ? null : "no resource";
  }

  private static @Nullable String ofProblem(String contentType, int status, JsonNode document) {
    if (!contentType.equals("application/problem+json")) {
      return "a problem of another type: " + contentType;
    }
    if (!ID.matcher(document.path("correlationID").asString("")).matches()) {
      return "no correlation id";
    }
    if (!document.path("status").equals(Json.mapper().valueToTree(Integer.toString(status)))) {
      return "another status than the answer's";
    }
    Set<String> names = new LinkedHashSet<>(document.propertyNames());
    names.removeAll(Set.of("type", "title", "detail", "status", "correlationID"));
    String type = document.path("type").asString("");
    Entry entry = CATALOGUE.get(type);
    if (entry == null) {
      return type.equals(OTHER_TYPES + status) && names.isEmpty() ? null : "an unknown problem";
    }
    Entry told =
        new Entry(
            type,
            Integer.toString(status),
            document.path("title").asString(""),
            document.path("detail").asString(""),
            entry.extra());
    if (!told.equals(entry)) {
      return "not the published words";
    }
    return names.isEmpty() ? null : ofExtra(entry, names, document);
  }

  private static @Nullable String ofExtra(Entry entry, Set<String> names, JsonNode document) {
    // Where the catalogue has no member for them, reasons stand in that for parameters.
    String expected = entry.extra().isEmpty() ? "invalidParams" : entry.extra();
    if (!names.equals(Set.of(expected))) {
      return "other members: " + names;
    }
    JsonNode extra = document.path(expected);
    if (extra.isString()) {
      return extra.stringValue().isBlank() ? "says nothing" : null;
    }
    List<JsonNode> reasons = List.copyOf(extra.values());
    boolean isRight =
        !reasons.isEmpty()
            && new HashSet<>(reasons).size() == reasons.size()
            && reasons.stream()
                .allMatch(it ->
                    it.size() == 2
                        && it.path("name").isString()
                        && !it.path("reason").asString("").isBlank());
    return isRight ? null : "no reasons";
  }
}
