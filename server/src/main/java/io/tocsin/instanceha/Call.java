package io.tocsin.instanceha;

import io.tocsin.http.Query;
import io.tocsin.http.Request;
import io.tocsin.identity.Caller;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/**
 * A request whose route, version and JSON are settled.
 *
 * @param caller who made it
 * @param path what stood in the variable places of the route, by their names
 * @param body the parsed body of a POST or PUT, JSON null where it was empty or is not looked at
 */
record Call(
    Request request, Caller caller, Microversion version, Map<String, String> path, JsonNode body) {
  Call {
    path = Map.copyOf(path);
  }

  /** What stood in that place. */
  String path(String name) {
    String value = path.get(name);
    if (value == null) {
      throw new IllegalStateException("The route has no place called " + name);
    }
    return value;
  }

  Query query() {
    return request.query();
  }
}
