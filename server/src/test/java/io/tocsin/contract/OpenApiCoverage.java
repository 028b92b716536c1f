package io.tocsin.contract;

import io.tocsin.contract.OpenApiDocument.Place;
import io.tocsin.http.Headers;
import io.tocsin.http.Json;
import io.tocsin.http.MalformedJsonException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.StringNode;

/**
 * Holds exchanges with a server against the description of its API, both ways: what they show has
 * to be described, and what is described has to be shown by one of them. Requests that no operation
 * takes are described under {@code x-other-requests} at the document's root, which is our own.
 *
 * <p>The response {@code default} is for what no exchange can show: it is neither looked up nor
 * asked for.
 */
public final class OpenApiCoverage {
  private static final String DEFAULT = "default";
  private static final String OTHER_REQUESTS = "x-other-requests";

  private final OpenApiDocument document;
  private final RoutedOperations routed;
  private final SchemaWalk walk;
  private final Map<Operation, Place> described;
  private final Set<String> unshown = new TreeSet<>();

  public OpenApiCoverage(OpenApiDocument document, RoutedOperations routed) {
    this.document = document;
    this.routed = routed;
    walk = new SchemaWalk(document);
    described = document.operations();
    described.forEach((operation, place) -> {
      promiseResponses(operation.toString(), place);
      promiseRequest(operation, place);
    });
    promiseResponses(OTHER_REQUESTS, document.child(document.root(), OTHER_REQUESTS));
  }

  /** Operations that are only described, or only there. */
  public List<String> differencesFromRoutes() {
    Set<String> both = new TreeSet<>();
    described.keySet().forEach(it -> both.add(it.toString()));
    List<String> differences = new ArrayList<>();
    for (String operation : routed.all()) {
      if (!both.remove(operation)) {
        differences.add(operation + " is not described");
      }
    }
    both.forEach(it -> differences.add(it + " is described, and no route does it"));
    return differences;
  }

  /** What no exchange has shown of the description so far. */
  public Set<String> unshown() {
    return new TreeSet<>(unshown);
  }

  /** Schemas of responses that would let undescribed properties pass. */
  public List<String> openSchemas() {
    Set<String> open = new TreeSet<>();
    described
        .values()
        .forEach(operation -> {
          Place responses = document.child(operation, "responses");
          for (String status : responses.node().propertyNames()) {
            Place content = document.child(document.child(responses, status), "content");
            for (String type : content.node().propertyNames()) {
              open.addAll(walk.open(document.child(document.child(content, type), "schema")));
            }
          }
        });
    return List.copyOf(open);
  }

  /** What an exchange shows otherwise than described; empty when all is as described. */
  public List<String> complaints(RecordedExchange exchange) {
    Optional<Operation> operation = routed.of(exchange.method(), exchange.path());
    String name = operation.map(Operation::toString).orElse(OTHER_REQUESTS);
    Place place =
        operation.isEmpty()
            ? document.child(document.root(), OTHER_REQUESTS)
            : described.get(operation.get());
    Complaints complaints = new Complaints(exchange.title() + ": " + name);
    if (place == null) {
      complaints.add("is not described");
      return complaints.all();
    }
    String status = Integer.toString(exchange.status());
    Place response = document.child(document.child(place, "responses"), status);
    if (response.node().isMissingNode()) {
      complaints.add("is not described to answer " + status);
      return complaints.all();
    }
    unshown.remove(name + " " + status);
    checkHeaders(exchange, response, complaints);
    checkBody(exchange, response, complaints);
    if (operation.isPresent() && exchange.status() < 300) {
      checkRequest(exchange, operation.get(), place, complaints);
    }
    return complaints.all();
  }

  private record Complaints(String about, List<String> all) {
    Complaints(String about) {
      this(about, new ArrayList<>());
    }

    void add(String complaint) {
      all.add(about + " " + complaint);
    }
  }

  private void promiseResponses(String name, Place place) {
    Place responses = document.child(place, "responses");
    for (String status : responses.node().propertyNames()) {
      if (status.equals(DEFAULT)) {
        continue;
      }
      unshown.add(name + " " + status);
      Place response = document.child(responses, status);
      for (String header : document.child(response, "headers").node().propertyNames()) {
        unshown.add(response.pointer() + " with " + header);
      }
      Place content = document.child(response, "content");
      for (String type : content.node().propertyNames()) {
        unshown.add(response.pointer() + " as " + type);
        unshown.addAll(walk.promised(document.child(document.child(content, type), "schema")));
      }
    }
  }

  private void promiseRequest(Operation operation, Place place) {
    for (Place parameter : document.elements(place, "parameters")) {
      switch (parameter.node().path("in").stringValue()) {
        case "query" -> unshown.add(query(operation, parameter.node().path("name").stringValue()));
        case "header" -> unshown.add(parameter.pointer());
        default -> {}
      }
    }
    Place schema = requestSchema(place);
    walk.promised(schema).stream().filter(it -> !it.contains(" as ")).forEach(unshown::add);
  }

  private static String query(Operation operation, String name) {
    return "%s ?%s".formatted(operation, name);
  }

  private Place requestSchema(Place operation) {
    Place content = document.child(document.child(operation, "requestBody"), "content");
    return document.child(document.child(content, "application/json"), "schema");
  }

  private void checkHeaders(RecordedExchange exchange, Place response, Complaints complaints) {
    Place headers = document.child(response, "headers");
    Set<String> sent = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
    exchange.headers().fields().forEach(field -> sent.add(field.name()));
    sent.remove("content-type");
    for (String name : headers.node().propertyNames()) {
      Place header = document.child(headers, name);
      if (!sent.remove(name)) {
        if (header.node().path("required").asBoolean(false)) {
          complaints.add("answers %d without %s".formatted(exchange.status(), name));
        }
        continue;
      }
      unshown.remove(response.pointer() + " with " + name);
      String value = exchange.headers().first(name).orElseThrow();
      document
          .errors(document.child(header, "schema"), StringNode.valueOf(value))
          .forEach(error -> complaints.add("%s%s".formatted(name, error)));
    }
    sent.forEach(name ->
        complaints.add("is not described to answer %d with %s".formatted(exchange.status(), name)));
  }

  private void checkBody(RecordedExchange exchange, Place response, Complaints complaints) {
    Place content = document.child(response, "content");
    if (exchange.body().isEmpty()) {
      if (!content.node().isMissingNode() && !exchange.method().equals("HEAD")) {
        complaints.add("answers %d without content".formatted(exchange.status()));
      }
      return;
    }
    String type = mediaType(exchange.headers());
    Place media = document.child(content, type);
    if (media.node().isMissingNode()) {
      complaints.add("is not described to answer %d in %s".formatted(exchange.status(), type));
      return;
    }
    unshown.remove(response.pointer() + " as " + type);
    Place schema = document.child(media, "schema");
    JsonNode body =
        type.endsWith("json") ? json(exchange.body()) : StringNode.valueOf(exchange.body());
    List<String> errors = document.errors(schema, body);
    errors.forEach(
        error -> complaints.add("answers %d otherwise: %s".formatted(exchange.status(), error)));
    if (errors.isEmpty()) {
      unshown.removeAll(walk.shown(schema, body));
    }
  }

  /** Of a request that was granted; what is wrong in others is no matter of a description. */
  private void checkRequest(
      RecordedExchange exchange, Operation operation, Place place, Complaints complaints) {
    for (Place parameter : document.elements(place, "parameters")) {
      String name = parameter.node().path("name").stringValue();
      if (exchange.asked().first(name).isPresent()) {
        unshown.remove(parameter.pointer());
      }
    }
    exchange.parameters().forEach(name -> unshown.remove(query(operation, name)));
    Place schema = requestSchema(place);
    if (schema.node().isMissingNode() || exchange.sent().isEmpty()) {
      return;
    }
    JsonNode sent = json(exchange.sent());
    List<String> errors = document.errors(schema, sent);
    errors.forEach(error -> complaints.add("takes what is not described: " + error));
    if (errors.isEmpty()) {
      unshown.removeAll(walk.shown(schema, sent));
    }
  }

  private static String mediaType(Headers headers) {
    return headers.first("content-type").orElse("nothing").split(";", 2)[0].strip();
  }

  private static JsonNode json(String text) {
    try {
      return Json.parse(text.getBytes(StandardCharsets.UTF_8));
    } catch (MalformedJsonException e) {
      throw new IllegalStateException("Recorded as JSON and is none: " + text, e);
    }
  }
}
