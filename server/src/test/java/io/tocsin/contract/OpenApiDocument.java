package io.tocsin.contract;

import com.networknt.schema.Error;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SchemaRegistryConfig;
import com.networknt.schema.SpecificationVersion;
import io.tocsin.http.Json;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import tools.jackson.databind.JsonNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/** An OpenAPI 3.1 description whose references all stay within it. */
public final class OpenApiDocument {
  private static final Set<String> METHODS =
      Set.of("get", "put", "post", "delete", "options", "head", "patch", "trace");

  /** Only a name: nothing is fetched. */
  private static final String ADDRESS = "https://tocsin.invalid/openapi";

  private final JsonNode root;
  private final SchemaRegistry registry;
  private final Map<String, Schema> schemas = new HashMap<>();

  /**
   * A place in the document, behind all references that led to it.
   *
   * @param pointer {@code #/components/schemas/Segment}
   */
  record Place(String pointer, JsonNode node) {}

  OpenApiDocument(String yaml) {
    root = new YAMLMapper().readTree(yaml);
    registry =
        SchemaRegistry.withDefaultDialect(
            SpecificationVersion.DRAFT_2020_12,
            builder ->
                builder
                    .schemas(Map.of(ADDRESS, Json.write(root)))
                    .schemaRegistryConfig(
                        SchemaRegistryConfig.builder().formatAssertionsEnabled(true).build()));
  }

  /** The one at that place of the class path. */
  public static OpenApiDocument read(String resource) {
    try (InputStream stream = OpenApiDocument.class.getResourceAsStream(resource)) {
      if (stream == null) {
        throw new IllegalArgumentException("Not on the class path: " + resource);
      }
      return new OpenApiDocument(new String(stream.readAllBytes(), StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  Place root() {
    return new Place("#", root);
  }

  /** The place that a pointer names; such as {@code #/components/schemas/Segment}. */
  Place at(String pointer) {
    return new Place(pointer, root.at(pointer.substring(1)));
  }

  /** Every operation and where it stands. */
  Map<Operation, Place> operations() {
    Map<Operation, Place> operations = new LinkedHashMap<>();
    Place paths = child(root(), "paths");
    for (String path : paths.node().propertyNames()) {
      Place item = child(paths, path);
      for (String method : item.node().propertyNames()) {
        if (METHODS.contains(method)) {
          operations.put(new Operation(method.toUpperCase(Locale.ROOT), path), child(item, method));
        }
      }
    }
    return operations;
  }

  /** A property or, by its number, an element; its node is missing where there is none. */
  Place child(Place parent, String name) {
    JsonNode node =
        parent.node().isArray()
            ? parent.node().path(Integer.parseInt(name))
            : parent.node().path(name);
    String pointer = parent.pointer() + "/" + name.replace("~", "~0").replace("/", "~1");
    return resolved(new Place(pointer, node));
  }

  /** All of them, in the document's order; none where there is no such list. */
  List<Place> elements(Place parent, String list) {
    Place array = child(parent, list);
    return IntStream.range(0, array.node().size())
        .mapToObj(i -> child(array, Integer.toString(i)))
        .toList();
  }

  private Place resolved(Place place) {
    JsonNode reference = place.node().path("$ref");
    if (!reference.isString()) {
      return place;
    }
    String pointer = reference.stringValue();
    JsonNode target = root.at(pointer.substring(1));
    if (target.isMissingNode()) {
      throw new IllegalStateException("%s leads nowhere: %s".formatted(place.pointer(), pointer));
    }
    return resolved(new Place(pointer, target));
  }

  /** What is wrong with a value by a schema; empty when nothing is. */
  List<String> errors(Place schema, JsonNode value) {
    return schemas
        .computeIfAbsent(
            schema.pointer(),
            pointer ->
                registry.getSchema(
                    SchemaLocation.of(ADDRESS + pointer.replace("{", "%7B").replace("}", "%7D"))))
        .validate(value)
        .stream()
        .map(OpenApiDocument::text)
        .toList();
  }

  private static String text(Error error) {
    return "%s: %s".formatted(error.getInstanceLocation(), error.getMessage());
  }
}
