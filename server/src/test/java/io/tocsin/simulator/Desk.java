package io.tocsin.simulator;

import io.tocsin.http.Headers;
import io.tocsin.http.Json;
import io.tocsin.http.Query;
import io.tocsin.http.Request;
import io.tocsin.http.Response;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;

/** Calls a simulated cloud without a socket, so that its clock may be moved by hand. */
record Desk(SimulatedCloud cloud) {
  Response call(String method, String target, String body, String version) {
    int mark = target.indexOf('?');
    String path = mark < 0 ? target : target.substring(0, mark);
    List<Query.Parameter> parameters = new ArrayList<>();
    if (mark >= 0) {
      for (String pair : target.substring(mark + 1).split("&", -1)) {
        int equals = pair.indexOf('=');
        parameters.add(
            new Query.Parameter(
                pair.substring(0, equals),
                URLDecoder.decode(pair.substring(equals + 1), StandardCharsets.UTF_8)));
      }
    }
    return cloud.handle(
        new Request(
            method,
            path,
            new Query(parameters),
            Headers.of("OpenStack-API-Version", "compute " + version),
            body.getBytes(StandardCharsets.UTF_8),
            "http://sim",
            "req-1"));
  }

  /** The answer must be a success. */
  JsonNode ask(String method, String target, String body) {
    Response response = call(method, target, body, "2.53");
    if (response.status() / 100 != 2) {
      throw new AssertionError(
          response.status() + " " + new String(response.body(), StandardCharsets.UTF_8));
    }
    return response.body().length == 0 ? Json.object() : Json.parse(response.body());
  }

  int status(String method, String target, String body) {
    return call(method, target, body, "2.53").status();
  }

  JsonNode get(String target) {
    return ask("GET", target, "");
  }

  JsonNode server(String id) {
    return get("/compute/v2.1/servers/" + id).path("server");
  }

  JsonNode service(String host) {
    return get("/compute/v2.1/os-services?host=" + host).path("services").path(0);
  }

  void action(String id, String body) {
    ask("POST", "/compute/v2.1/servers/" + id + "/action", body);
  }

  void fail(String host) {
    ask("POST", "/simulator/hosts/" + host + "/fail", "");
  }

  void forceDown(String host) {
    ask(
        "PUT",
        "/compute/v2.1/os-services/" + service(host).path("id").asString(),
        "{\"status\": \"disabled\", \"forced_down\": true}");
  }

  List<String> instancesOn(String host) {
    List<String> ids = new ArrayList<>();
    for (JsonNode each : get("/simulator/instances?host=" + host).path("instances")) {
      ids.add(each.path("id").asString());
    }
    return ids;
  }
}
