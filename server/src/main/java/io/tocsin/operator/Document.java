package io.tocsin.operator;

import io.tocsin.http.Headers;
import io.tocsin.http.Json;
import io.tocsin.http.Response;
import java.time.Instant;
import java.util.Collection;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** A JSON object in the making. What is null is left out. */
final class Document {
  private final ObjectNode node = Json.object();

  Document put(String name, @Nullable Object value) {
    switch (value) {
      case null -> {}
      case JsonNode tree -> node.set(name, tree);
      case Document document -> node.set(name, document.node);
      case Boolean flag -> node.put(name, flag.booleanValue());
      case Integer number -> node.put(name, number.intValue());
      case Long number -> node.put(name, number.longValue());
      case Double number -> node.put(name, number.doubleValue());
      case Instant time -> node.put(name, WireTime.format(time));
      default -> node.put(name, value.toString());
    }
    return this;
  }

  <T> Document putAll(String name, Collection<T> items, Function<T, Document> form) {
    ArrayNode array = node.putArray(name);
    items.forEach(item -> array.add(form.apply(item).node));
    return this;
  }

  Document putAll(String name, Collection<String> texts) {
    ArrayNode array = node.putArray(name);
    texts.forEach(array::add);
    return this;
  }

  Document putTexts(String name, Map<String, String> texts) {
    ObjectNode object = node.putObject(name);
    texts.forEach(object::put);
    return this;
  }

  ObjectNode node() {
    return node;
  }

  Response answer(int status) {
    return new Response(status, Headers.of("Content-Type", OperatorApi.JSON), Json.bytes(node));
  }

  /**
   * One page.
   *
   * @param next what asks for the page after it; null where this is the last one
   */
  static <T> Document page(Collection<T> items, Function<T, Document> form, @Nullable Object next) {
    return new Document().putAll("items", items, form).put("next", next);
  }
}
