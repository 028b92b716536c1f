package io.tocsin.accounts;

import io.tocsin.identity.Identifiers;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * One object of a body, read member by member. What is wrong is noted and something harmless
 * returned in its place, so that all of it can be told at once; whoever reads asks the flaws before
 * using anything.
 *
 * @param path in front of its members' names: {@code items[3].}
 */
record Form(JsonNode object, String path, Flaws flaws) {
  /** Truth is a text to this API. */
  static final Map<String, Boolean> FLAGS = flags();

  private static final BigDecimal MAX_SECONDS = BigDecimal.valueOf((1L << 53) - 1);
  private static final String NO_TEXT = "must be a string";
  private static final String NO_ARRAY = "must be an array";
  private static final String NO_ID =
      "must be a UUID of version 4 or 5 in lower case, or the nil UUID";
  private static final String REPEATED = "must not have the same element twice";

  /** Only these members are known; some of the others are the server's. */
  void requireNothingBut(Set<String> known, Set<String> ours) {
    for (String name : object.propertyNames()) {
      if (!known.contains(name)) {
        flaws.againstSchema(
            path + name, ours.contains(name) ? "is set by the server" : "is not a known member");
      }
    }
  }

  String text(String name, TextRule rule) {
    String text = findText(name, rule);
    requirePresent(name);
    return text == null ? "" : text;
  }

  @Nullable String findText(String name, TextRule rule) {
    JsonNode value = object.get(name);
    return value == null ? null : text(path + name, value, rule);
  }

  private @Nullable String text(String at, JsonNode value, TextRule rule) {
    if (!value.isString()) {
      flaws.againstSchema(at, NO_TEXT);
      return null;
    }
    String text = value.stringValue();
    String flaw = rule.flaw(text);
    if (flaw != null) {
      flaws.againstSchema(at, flaw);
      return null;
    }
    if (rule.hasForbiddenControls(text)) {
      flaws.againstRules(at, "must not have control characters");
    }
    return text;
  }

  UUID id(String name) {
    UUID id = findId(name);
    requirePresent(name);
    return id == null ? Identifiers.NIL : id;
  }

  @Nullable UUID findId(String name) {
    JsonNode value = object.get(name);
    return value == null ? null : id(path + name, value);
  }

  private @Nullable UUID id(String at, JsonNode value) {
    UUID id = value.isString() ? Identifiers.parse(value.stringValue()).orElse(null) : null;
    if (id == null) {
      flaws.againstSchema(at, NO_ID);
    }
    return id;
  }

  List<UUID> ids(String name) {
    List<UUID> ids = new ArrayList<>();
    for (Element element : elements(name)) {
      UUID id = id(element.at(), element.value());
      if (id != null) {
        ids.add(id);
      }
    }
    requireDistinct(name, ids);
    return ids;
  }

  /** Null where there is none. */
  @Nullable List<String> findTexts(String name, TextRule rule) {
    if (object.get(name) == null) {
      return null;
    }
    List<String> texts = new ArrayList<>();
    for (Element element : elements(name)) {
      String text = text(element.at(), element.value(), rule);
      if (text != null) {
        texts.add(text);
      }
    }
    requireDistinct(name, texts);
    return texts;
  }

  /** One of a few texts, and what it stands for; the otherwise only where there is a flaw. */
  <T> T choice(String name, Map<String, T> choices, T otherwise) {
    requirePresent(name);
    T choice = findChoice(name, choices);
    return choice == null ? otherwise : choice;
  }

  <T> @Nullable T findChoice(String name, Map<String, T> choices) {
    JsonNode value = object.get(name);
    if (value == null) {
      return null;
    }
    if (!value.isString()) {
      flaws.againstSchema(path + name, NO_TEXT);
      return null;
    }
    T choice = choices.get(value.stringValue());
    if (choice == null) {
      flaws.againstSchema(path + name, "not one of " + String.join(", ", choices.keySet()));
    }
    return choice;
  }

  /** A whole number of seconds, as large as a number can be that every client reads. */
  @Nullable Long findSeconds(String name) {
    JsonNode value = object.get(name);
    if (value == null) {
      return null;
    }
    if (!value.isNumber()) {
      flaws.againstSchema(path + name, "must be a number");
      return null;
    }
    BigDecimal seconds = value.decimalValue();
    if (seconds.signum() < 0
        || seconds.compareTo(MAX_SECONDS) > 0
        || seconds.stripTrailingZeros().scale() > 0) {
      flaws.againstRules(path + name, "must be a whole number from 0 to " + MAX_SECONDS);
      return null;
    }
    return seconds.longValue();
  }

  /** A moment; null where there is none, or no such day. */
  @Nullable Instant findTime(String name) {
    String text = findText(name, WriteRules.TIME);
    if (text == null) {
      return null;
    }
    Instant time = WireTime.parse(text).orElse(null);
    if (time == null) {
      flaws.againstRules(path + name, "is no day of the calendar");
    }
    return time;
  }

  /** Choices that stand for themselves, in the order in which a refusal names them. */
  static Map<String, String> same(String... texts) {
    return choices(texts, Function.identity());
  }

  /** Choices by what the wire calls each, in the order in which a refusal names them. */
  static <T> Map<String, T> choices(T[] all, Function<T, String> wire) {
    Map<String, T> choices = new LinkedHashMap<>();
    for (T each : all) {
      choices.put(wire.apply(each), each);
    }
    return choices;
  }

  private static Map<String, Boolean> flags() {
    Map<String, Boolean> all = new LinkedHashMap<>();
    all.put("true", true);
    all.put("false", false);
    return all;
  }

  /** An object in this one; null where there is none. */
  @Nullable Form findObject(String name) {
    JsonNode value = object.get(name);
    return value == null ? null : object(path + name, value);
  }

  /** The objects of an array in this one; none where it is not there. */
  List<Form> objects(String name) {
    List<Form> objects = new ArrayList<>();
    for (Element element : elements(name)) {
      Form form = object(element.at(), element.value());
      if (form != null) {
        objects.add(form);
      }
    }
    return objects;
  }

  private @Nullable Form object(String at, JsonNode value) {
    if (!value.isObject()) {
      flaws.againstSchema(at, "must be an object");
      return null;
    }
    return new Form(value, at + ".", flaws);
  }

  void requireDistinct(String name, List<?> elements) {
    if (new HashSet<Object>(elements).size() < elements.size()) {
      flaws.againstSchema(path + name, REPEATED);
    }
  }

  private void requirePresent(String name) {
    if (object.get(name) == null) {
      flaws.againstSchema(path + name, "is missing");
    }
  }

  private record Element(String at, JsonNode value) {}

  private List<Element> elements(String name) {
    JsonNode array = object.get(name);
    if (array == null) {
      return List.of();
    }
    if (!array.isArray()) {
      flaws.againstSchema(path + name, NO_ARRAY);
      return List.of();
    }
    List<Element> elements = new ArrayList<>();
    for (JsonNode value : array.values()) {
      elements.add(new Element(path + name + "[" + elements.size() + "]", value));
    }
    return elements;
  }
}
