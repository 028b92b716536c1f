package io.tocsin.contract;

import io.tocsin.contract.OpenApiDocument.Place;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/**
 * Goes through a schema, alone or beside a value, and names the properties it meets: {@code
 * #/components/schemas/Segment/properties/name}. Where a property has several types or an
 * enumeration, each of them is a name too: {@code … as null}. So is its absence where it is not
 * required: {@code … left out}.
 */
final class SchemaWalk {
  private static final List<String> BRANCHES = List.of("oneOf", "anyOf", "allOf");

  private static final String LEFT_OUT = " left out";

  private final OpenApiDocument document;

  SchemaWalk(OpenApiDocument document) {
    this.document = document;
  }

  /** All that a schema has. */
  Set<String> promised(Place schema) {
    Set<String> names = new TreeSet<>();
    promise(schema, names, new HashSet<>());
    return names;
  }

  private void promise(Place schema, Set<String> names, Set<String> met) {
    if (!schema.node().isObject() || !met.add(schema.pointer())) {
      return;
    }
    Place properties = document.child(schema, "properties");
    for (String name : properties.node().propertyNames()) {
      String pointer = properties.pointer() + "/" + name;
      Place property = document.child(properties, name);
      names.add(pointer);
      variants(property).forEach(it -> names.add(pointer + " as " + it));
      if (!isRequired(schema, name)) {
        names.add(pointer + LEFT_OUT);
      }
      promise(property, names, met);
    }
    branches(schema).forEach(branch -> promise(branch, names, met));
    document.elements(schema, "prefixItems").forEach(it -> promise(it, names, met));
    promise(document.child(schema, "items"), names, met);
    promise(document.child(schema, "additionalProperties"), names, met);
  }

  /** Objects in a schema that let properties pass which they do not name. */
  Set<String> open(Place schema) {
    Set<String> met = new HashSet<>();
    promise(schema, new TreeSet<>(), met);
    Set<String> open = new TreeSet<>();
    for (String pointer : met) {
      JsonNode node = document.at(pointer).node();
      if (node.path("type").asString("").equals("object")
          && node.path("additionalProperties").asBoolean(!node.has("additionalProperties"))) {
        open.add(pointer);
      }
    }
    return open;
  }

  /** What of a schema a value shows, which is valid by it. */
  Set<String> shown(Place schema, JsonNode value) {
    Set<String> names = new TreeSet<>();
    show(schema, value, names);
    return names;
  }

  private void show(Place schema, JsonNode value, Set<String> names) {
    branches(schema)
        .filter(branch -> document.errors(branch, value).isEmpty())
        .forEach(branch -> show(branch, value, names));
    if (value.isObject()) {
      showProperties(schema, value, names);
    } else if (value.isArray()) {
      List<Place> first = document.elements(schema, "prefixItems");
      Place others = document.child(schema, "items");
      for (int i = 0; i < value.size(); i++) {
        show(i < first.size() ? first.get(i) : others, value.path(i), names);
      }
    }
  }

  private void showProperties(Place schema, JsonNode value, Set<String> names) {
    Place properties = document.child(schema, "properties");
    Place others = document.child(schema, "additionalProperties");
    for (String name : properties.node().propertyNames()) {
      if (!value.has(name)) {
        names.add(properties.pointer() + "/" + name + LEFT_OUT);
      }
    }
    for (String name : value.propertyNames()) {
      Place property = document.child(properties, name);
      if (property.node().isMissingNode()) {
        show(others, value.path(name), names);
        continue;
      }
      String pointer = properties.pointer() + "/" + name;
      names.add(pointer);
      String variant = variant(property, value.path(name));
      if (variants(property).anyMatch(variant::equals)) {
        names.add(pointer + " as " + variant);
      }
      show(property, value.path(name), names);
    }
  }

  private static boolean isRequired(Place schema, String name) {
    return schema.node().path("required").valueStream().anyMatch(it -> it.asString().equals(name));
  }

  private Stream<Place> branches(Place schema) {
    return BRANCHES.stream().flatMap(it -> document.elements(schema, it).stream());
  }

  private static Stream<String> variants(Place schema) {
    JsonNode values = schema.node().path("enum");
    JsonNode types = schema.node().path("type");
    return Stream.of(values.isArray() ? values : types)
        .filter(JsonNode::isArray)
        .flatMap(it -> it.valueStream())
        .map(JsonNode::asString);
  }

  private static String variant(Place schema, JsonNode value) {
    return schema.node().path("enum").isArray()
        ? value.asString()
        : value.getNodeType().name().toLowerCase(Locale.ROOT);
  }
}
