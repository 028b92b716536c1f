package io.tocsin.instanceha;

import io.tocsin.instanceha.Rule.Choice;
import io.tocsin.instanceha.Rule.Presence;
import io.tocsin.instanceha.Rule.Property;
import io.tocsin.instanceha.Rule.Strings;
import io.tocsin.instanceha.Rule.Structure;
import io.tocsin.instanceha.Rule.Text;
import io.tocsin.instanceha.Rule.Truth;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Holds a body against its {@link Rule}; the first broken one is the answer (spec §4.6). */
final class BodyCheck {
  private static final String NAME_COMPLAINT =
      "An invalid 'name' value was provided. The name must be: printable characters. "
          + "Can not start or end with whitespace.";

  private BodyCheck() {}

  /** Throws a 400 in the validator's words when {@code body} breaks the rule. */
  static void require(Rule rule, JsonNode body) {
    Broken broken = check(rule, "", body);
    if (broken != null) {
      throw Fault.badRequest(broken.text()).asException();
    }
  }

  /**
   * A broken rule.
   *
   * @param field the last element of the path to the value, empty for the document itself
   * @param isWhole the complaint already says everything
   */
  private record Broken(String field, JsonNode value, String complaint, boolean isWhole) {
    String text() {
      if (isWhole || field.isEmpty()) {
        return complaint;
      }
      return "Invalid input for field/attribute %s. Value: %s. %s"
          .formatted(field, plain(value), complaint);
    }

    /** A string stands without quotes here. */
    private static String plain(JsonNode value) {
      if (!value.isString()) {
        return PythonText.of(value);
      }
      String quoted = PythonText.of(value);
      return quoted.endsWith("...")
          ? quoted.substring(1)
          : quoted.substring(1, quoted.length() - 1);
    }
  }

  private static @Nullable Broken check(Rule rule, String field, JsonNode value) {
    return switch (rule) {
      case Text text -> checkText(text, field, value);
      case Choice choice -> checkChoice(choice, field, value);
      case Truth _ -> checkTruth(field, value);
      case Strings strings -> checkStrings(strings, field, value);
      case Structure structure -> checkStructure(structure, field, value);
    };
  }

  private static @Nullable Broken checkText(Text rule, String field, JsonNode value) {
    if (value.isNull() && rule.mayBeNull()) {
      return null;
    }
    if (!value.isString()) {
      return wrongType(field, value, rule.mayBeNull() ? "'string', 'null'" : "'string'");
    }
    String text = value.stringValue();
    int length = text.codePointCount(0, text.length());
    if (length < rule.minLength()) {
      return broken(field, value, length == 0 ? "should be non-empty" : "is too short");
    }
    if (length > rule.maxLength()) {
      return broken(field, value, "is too long");
    }
    if (rule.form().fits(text)) {
      return null;
    }
    return rule.form() == TextForm.NAME
        ? new Broken(field, value, NAME_COMPLAINT, true)
        : new Broken(field, value, rule.form().complaint(text), false);
  }

  private static @Nullable Broken checkChoice(Choice rule, String field, JsonNode value) {
    if (!value.isString()) {
      return wrongType(field, value, "'string'");
    }
    return rule.values().contains(value.stringValue())
        ? null
        : broken(field, value, "is not one of [" + PythonText.list(rule.values()) + "]");
  }

  private static @Nullable Broken checkTruth(String field, JsonNode value) {
    if (!value.isBoolean() && !value.isString()) {
      return wrongType(field, value, "'boolean', 'string'");
    }
    return Flag.of(value).isPresent()
        ? null
        : broken(field, value, "is not one of " + Flag.CHOICES);
  }

  private static @Nullable Broken checkStrings(Strings rule, String field, JsonNode value) {
    if (!value.isObject()) {
      return wrongType(field, value, "'object'");
    }
    Text each = new Text(0, rule.maxLength(), TextForm.FREE);
    for (var property : value.properties()) {
      if (rule.keys().fits(property.getKey())) {
        Broken broken = checkText(each, property.getKey(), property.getValue());
        if (broken != null) {
          return broken;
        }
      }
    }
    List<String> strange =
        value
            .propertyStream()
            .map(property -> property.getKey())
            .filter(key -> !rule.keys().fits(key))
            .toList();
    return strange.isEmpty()
        ? null
        : new Broken(
            field,
            value,
            "%s %s not match any of the regexes: %s"
                .formatted(
                    PythonText.list(strange),
                    strange.size() == 1 ? "does" : "do",
                    rule.keys().description()),
            false);
  }

  private static @Nullable Broken checkStructure(Structure rule, String field, JsonNode value) {
    if (!value.isObject()) {
      return wrongType(field, value, "'object'");
    }
    for (Property property : rule.properties()) {
      JsonNode inside = value.get(property.name());
      Broken broken = inside == null ? null : check(property.rule(), property.name(), inside);
      if (broken != null) {
        return broken;
      }
    }
    Broken unknown = unknownProperties(rule, field, value);
    Broken missing = missingProperties(rule, field, value);
    if (rule.presence() == Presence.ALL_BEFORE_UNKNOWN) {
      return missing == null ? unknown : missing;
    }
    return unknown == null ? missing : unknown;
  }

  private static @Nullable Broken unknownProperties(Structure rule, String field, JsonNode value) {
    List<String> known = rule.properties().stream().map(Property::name).toList();
    List<String> unknown =
        value
            .propertyStream()
            .map(property -> property.getKey())
            .filter(key -> !known.contains(key))
            .toList();
    return unknown.isEmpty()
        ? null
        : new Broken(
            field,
            value,
            "Additional properties are not allowed (%s %s unexpected)"
                .formatted(PythonText.list(unknown), unknown.size() == 1 ? "was" : "were"),
            false);
  }

  private static @Nullable Broken missingProperties(Structure rule, String field, JsonNode value) {
    if (rule.presence() == Presence.ANY) {
      return value.isEmpty()
          ? broken(field, value, "is not valid under any of the given schemas")
          : null;
    }
    for (Property property : rule.properties()) {
      if (rule.required().contains(property.name()) && !value.has(property.name())) {
        return new Broken(
            field, value, PythonText.of(property.name()) + " is a required property", false);
      }
    }
    return null;
  }

  private static Broken wrongType(String field, JsonNode value, String types) {
    return broken(field, value, "is not of type " + types);
  }

  private static Broken broken(String field, JsonNode value, String complaint) {
    return new Broken(field, value, PythonText.of(value) + " " + complaint, false);
  }
}
