package io.tocsin.accounts;

import static org.assertj.core.api.Assertions.assertThat;

import io.tocsin.accounts.AccountClient.Answer;
import io.tocsin.http.Json;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Looks at what the API emits as strictly as Astra spec §3 to §6 and §9 describe it: exact members
 * in their order, exact forms, and no {@code null} but in rows. Written from the specification, not
 * from the code that emits.
 */
final class BodyRules {
  /** What a member must be, and whether an item can be without it. */
  private record Rule(boolean isRequired, Predicate<JsonNode> form) {}

  private static final Pattern FEED_PATH =
      Pattern.compile(".*/(events|notifications|unreadNotifications)(/[^/]+)?");

  private static final Pattern IDENTIFIER =
      Pattern.compile(
          "[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"
              + "|[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}"
              + "|0{8}(-0{4}){3}-0{12}");

  private static final Pattern WHOLE_SECONDS =
      Pattern.compile(
          "[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])T([01][0-9]|2[0-3])(:[0-5][0-9]){2}Z");

  /** What clients match on, byte for byte (§9.1). */
  private static final Map<Integer, String> PROBLEMS =
      Map.ofEntries(
          Map.entry(
              1, "404|Resource not found|The resource specified in the request URI wasn't found."),
          Map.entry(
              2,
              "404|Collection not found|The collection specified in the request URI wasn't found."),
          Map.entry(
              3, "401|Missing bearer token|The request is missing the required bearer token."),
          Map.entry(
              4,
              "401|Invalid bearer token"
                  + "|The bearer token provided is invalid, revoked, or doesn't exist."),
          Map.entry(5, "400|Invalid query parameters|The supplied query parameters are invalid."),
          Map.entry(
              6,
              "400|Query parameters not supported"
                  + "|The supplied query parameters aren't supported for this endpoint."),
          Map.entry(11, "403|Operation not permitted|The requested operation isn't permitted."),
          Map.entry(14, "403|Unauthorized access|The user isn't enabled."),
          Map.entry(
              32,
              "406|Unsupported content type"
                  + "|The response can't be returned in the requested format."),
          Map.entry(
              33,
              "400|Invalid account ID|The specified account ID isn't in the appropriate format."),
          Map.entry(35, "400|Invalid resource ID|The resource ID isn't in the appropriate format."),
          Map.entry(
              69,
              "405|Method not supported"
                  + "|The requested method isn't supported for the specified resource."));

  private static final Map<String, Rule> METADATA =
      table(
          "labels", required(unique(BodyRules::isLabel)),
          "creationTimestamp", required(text(WHOLE_SECONDS)),
          "modificationTimestamp", required(text(WHOLE_SECONDS)),
          "createdBy", required(text(IDENTIFIER)),
          "modifiedBy", optional(text(IDENTIFIER)));

  private static final Predicate<JsonNode> SEVERITY =
      oneOf("cleared", "indeterminate", "informational", "warning", "critical");

  private static final Map<String, Map<String, Rule>> RESOURCES =
      Map.of(
          "events", ofEvents("application/astra-event", "1.4"),
          "notifications", ofEvents("application/astra-notification", "1.3"),
          "unreadNotifications",
              table(
                  "type", required(oneOf("application/astra-unreadNotification")),
                  "version", required(oneOf("1.0")),
                  "id", required(text(IDENTIFIER)),
                  "notificationID", required(text(IDENTIFIER)),
                  "sequenceCount", required(whole(1)),
                  "severity", required(SEVERITY),
                  "metadata", required(it -> isObject(it, METADATA))));

  private BodyRules() {}

  private static Map<String, Rule> ofEvents(String type, String version) {
    Map<String, Rule> data =
        table("ttl", optional(whole(0)), "isAcknowledgeable", optional(oneOf("true", "false")));
    Predicate<JsonNode> destinations = unique(oneOf("notification", "banner", "support"));
    return table(
        "type", required(oneOf(type)),
        "version", required(oneOf(version)),
        "id", required(text(IDENTIFIER)),
        "name", required(text(3, 127, "([a-z]+\\.)+[a-z]+")),
        "sequenceCount", required(whole(1)),
        "summary", required(text(3, 79)),
        "eventTime", required(text(WHOLE_SECONDS)),
        "source", required(text(1, 19, "[a-z]([a-z-]*[a-z])?")),
        "resourceID", required(text(IDENTIFIER)),
        "additionalResourceIDs", required(unique(text(IDENTIFIER))),
        "resourceType", required(text(4, 79, "application/astra-([a-zA-Z])+")),
        "correlationID", required(text(IDENTIFIER)),
        "severity", required(SEVERITY),
        "class", required(oneOf("system", "user", "security")),
        "description", required(text(3, 1023)),
        "descriptionURL", optional(text(3, 4095)),
        "correctiveAction", optional(text(3, 1023)),
        "correctiveActionURL", optional(text(3, 4095)),
        "visibility", optional(unique(text(1, 63))),
        "destinations",
            type.endsWith("-event")
                ? optional(destinations)
                : required(destinations.and(it -> it.toString().contains("\"notification\""))),
        "resourceURI", optional(text(3, 4095, "/accounts/.*")),
        "resourceCollectionURL", optional(unique(text(1, 1023))),
        "resourceMethod", optional(oneOf("options", "post", "get", "put", "delete")),
        "resourceMethodResult", optional(text(3, 3, "[1-5][0-9]{2}")),
        "userID", optional(text(IDENTIFIER)),
        "accountID", optional(text(IDENTIFIER)),
        "data", optional(it -> isObject(it, data) && !it.isEmpty()),
        "metadata", required(it -> isObject(it, METADATA)));
  }

  /** Fails where the answer to that request is not as the specification has it. */
  static void check(String pathAndQuery, Answer answer) {
    String[] parts = pathAndQuery.split("\\?", 2);
    Matcher path = FEED_PATH.matcher(parts[0]);
    if (answer.status() == 204) {
      assertThat(answer.body()).isEmpty();
      assertThat(answer.header("Content-Type")).isEmpty();
    } else if (answer.status() >= 400) {
      checkProblem(answer);
    } else if (!path.matches()) {
      assertThat(answer.body()).isEqualTo("{\"items\":[],\"metadata\":{}}");
    } else if (path.group(2) != null) {
      checkItem(path.group(1), parse(answer));
      assertThat(answer.header("ETag")).matches("\"[0-9a-f]{32}\"");
    } else {
      checkList(path.group(1), parameters(parts.length == 2 ? parts[1] : ""), parse(answer));
    }
  }

  private static JsonNode parse(Answer answer) {
    return Json.parse(answer.body().getBytes(StandardCharsets.UTF_8));
  }

  private static void checkProblem(Answer answer) {
    JsonNode body = parse(answer);
    assertThat(answer.header("Content-Type")).isEqualTo("application/problem+json");
    int number = answer.problem();
    assertThat(body.path("type").stringValue())
        .isEqualTo("https://astra.netapp.io/problems/" + number);
    assertThat(
            body.path("status").stringValue()
                + "|"
                + body.path("title").stringValue()
                + "|"
                + body.path("detail").stringValue())
        .as("problem %d", number)
        .isEqualTo(PROBLEMS.get(number));
    assertThat(Integer.toString(answer.status())).isEqualTo(body.path("status").stringValue());
    assertThat(body.path("correlationID").stringValue()).matches(IDENTIFIER);
    Set<String> members =
        new LinkedHashSet<>(List.of("type", "title", "detail", "status", "correlationID"));
    // The probe alone says more with others (§13.4).
    if (number == 5 || number == 6 || body.has("invalidParams")) {
      members.add("invalidParams");
      JsonNode reasons = body.path("invalidParams");
      assertThat(reasons.isEmpty()).isFalse();
      Map<String, Rule> reason =
          table("name", required(text(0, 9999)), "reason", required(text(1, 9999)));
      assertThat(unique(it -> isObject(it, reason)).test(reasons)).as(body.toString()).isTrue();
    }
    assertThat(names(body)).containsExactlyElementsOf(members);
  }

  private static void checkItem(String noun, JsonNode item) {
    List<String> flaws = flaws(item, rules(noun));
    assertThat(flaws).as(item.toString()).isEmpty();
  }

  private static void checkList(String noun, Map<String, String> parameters, JsonNode list) {
    String version = Map.of("events", "1.4", "notifications", "1.3").getOrDefault(noun, "1.0");
    assertThat(names(list)).containsExactly("type", "version", "items", "metadata");
    assertThat(list.path("type").stringValue()).isEqualTo("application/astra-" + noun);
    assertThat(list.path("version").stringValue()).isEqualTo(version);
    JsonNode metadata = list.path("metadata");
    assertThat(names(metadata)).isSubsetOf("count", "continue");
    assertThat(metadata.has("count")).isEqualTo(parameters.containsKey("count"));
    assertThat(metadata.has("count") && !whole(0).test(metadata.path("count"))).isFalse();
    if (metadata.has("continue")) {
      assertThat(metadata.path("continue").stringValue())
          .matches("([A-Za-z0-9]{4})*([A-Za-z0-9]{2}==|[A-Za-z0-9]{3}=)?")
          .isNotEmpty();
    }
    assertThat(list.path("items").isArray()).isTrue();
    String include = parameters.get("include");
    for (JsonNode item : list.path("items")) {
      if (include == null) {
        checkItem(noun, item);
      } else {
        checkRow(noun, include.split(","), item);
      }
    }
  }

  private static void checkRow(String noun, String[] names, JsonNode row) {
    assertThat(row.isArray() && row.size() == names.length).as(row.toString()).isTrue();
    for (int i = 0; i < names.length; i++) {
      Rule rule = rules(noun).get(names[i]);
      assertThat(rule).as(names[i]).isNotNull();
      JsonNode value = row.path(i);
      boolean isGood = rule != null && (value.isNull() ? !rule.isRequired() : fits(rule, value));
      assertThat(isGood).as("%s in %s", names[i], row).isTrue();
    }
  }

  private static Map<String, Rule> rules(String noun) {
    Map<String, Rule> rules = RESOURCES.get(noun);
    if (rules == null) {
      throw new AssertionError("no such resource: " + noun);
    }
    return rules;
  }

  private static Map<String, String> parameters(String query) {
    Map<String, String> parameters = new LinkedHashMap<>();
    for (String parameter : query.isEmpty() ? new String[0] : query.split("&")) {
      String[] nameAndValue = parameter.split("=", 2);
      parameters.put(nameAndValue[0], URLDecoder.decode(nameAndValue[1], StandardCharsets.UTF_8));
    }
    return parameters;
  }

  /** Empty where the object is what the rules say, in their order. */
  private static List<String> flaws(JsonNode object, Map<String, Rule> rules) {
    List<String> flaws = new ArrayList<>();
    List<String> present = new ArrayList<>(names(object));
    List<String> inOrder = rules.keySet().stream().filter(present::contains).toList();
    if (!present.equals(inOrder)) {
      flaws.add("members " + present);
    }
    rules.forEach((name, rule) -> {
      JsonNode value = object.get(name);
      if (value == null ? rule.isRequired() : !fits(rule, value)) {
        flaws.add("%s: %s".formatted(name, value));
      }
    });
    return flaws;
  }

  private static boolean fits(Rule rule, @Nullable JsonNode value) {
    return value != null && rule.form().test(value);
  }

  private static boolean isObject(JsonNode value, Map<String, Rule> rules) {
    return value.isObject() && flaws(value, rules).isEmpty();
  }

  private static boolean isLabel(JsonNode value) {
    return isObject(
        value, table("name", required(text(0, 9999)), "value", required(text(0, 9999))));
  }

  private static List<String> names(JsonNode object) {
    return List.copyOf(object.propertyNames());
  }

  private static Rule required(Predicate<JsonNode> form) {
    return new Rule(true, form);
  }

  private static Rule optional(Predicate<JsonNode> form) {
    return new Rule(false, form);
  }

  private static Predicate<JsonNode> text(Pattern pattern) {
    return it -> it.isString() && pattern.matcher(it.stringValue()).matches();
  }

  private static Predicate<JsonNode> text(int least, int most) {
    return text(least, most, "(?s).*");
  }

  /** Lengths count code points. */
  private static Predicate<JsonNode> text(int least, int most, String pattern) {
    return text(Pattern.compile(pattern))
        .and(it -> {
          String text = it.stringValue();
          int length = text.codePointCount(0, text.length());
          return length >= least && length <= most;
        });
  }

  private static Predicate<JsonNode> oneOf(String... values) {
    return it -> it.isString() && Arrays.asList(values).contains(it.stringValue());
  }

  private static Predicate<JsonNode> whole(long least) {
    return it -> it.isIntegralNumber() && it.longValue() >= least && it.longValue() < 1L << 53;
  }

  private static Predicate<JsonNode> unique(Predicate<JsonNode> element) {
    return it -> {
      Set<JsonNode> seen = new LinkedHashSet<>();
      it.forEach(seen::add);
      return it.isArray() && seen.size() == it.size() && seen.stream().allMatch(element);
    };
  }

  /** Names and rules in turn. */
  private static Map<String, Rule> table(Object... namesAndRules) {
    Map<String, Rule> table = new LinkedHashMap<>();
    for (int i = 0; i < namesAndRules.length; i += 2) {
      table.put((String) namesAndRules[i], (Rule) namesAndRules[i + 1]);
    }
    return table;
  }
}
