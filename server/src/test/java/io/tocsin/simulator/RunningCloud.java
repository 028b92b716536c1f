package io.tocsin.simulator;

import io.tocsin.clock.Clock;
import io.tocsin.clock.Deadline;
import io.tocsin.http.Json;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** A simulated cloud behind a real socket, and a client to it. */
final class RunningCloud implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final ServedCloud served;
  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  /** An answer; {@code json} is missing where the body is empty. */
  record Answer(int status, JsonNode json, java.net.http.HttpHeaders headers) {
    /** The text of a Nova error under that key. */
    String message(String key) {
      return json.path(key).path("message").asString("");
    }
  }

  private RunningCloud(SimulatedCloud cloud) {
    served = new ServedCloud(cloud);
  }

  static RunningCloud inMemory(RegionSpec spec) {
    return inMemory(spec, Behaviour.FAST);
  }

  static RunningCloud inMemory(RegionSpec spec, Behaviour behaviour) {
    return new RunningCloud(SimulatedCloud.inMemory(spec, behaviour, Clock.system()));
  }

  static RunningCloud keptIn(Path directory, RegionSpec spec, Behaviour behaviour) {
    return new RunningCloud(SimulatedCloud.keptIn(directory, spec, behaviour, Clock.system()));
  }

  SimulatedCloud cloud() {
    return served.cloud();
  }

  String baseUrl() {
    return served.url().toString();
  }

  Answer get(String path) {
    return call("GET", path, null);
  }

  Answer post(String path, String body) {
    return call("POST", path, body);
  }

  Answer put(String path, String body) {
    return call("PUT", path, body);
  }

  Answer patch(String path, String body) {
    return call("PATCH", path, body);
  }

  Answer delete(String path) {
    return call("DELETE", path, null);
  }

  Answer action(String server, String body) {
    return post("/compute/v2.1/servers/" + server + "/action", body);
  }

  JsonNode instance(String server) {
    return get("/simulator/instances/" + server).json();
  }

  /** The first instance on a host that is as wanted. */
  String instanceOn(String host, Predicate<JsonNode> wanted) {
    for (JsonNode each : get("/simulator/instances?host=" + host).json().path("instances")) {
      if (wanted.test(each)) {
        return each.path("id").asString();
      }
    }
    throw new AssertionError("No such instance on " + host);
  }

  String activeOn(String host) {
    return instanceOn(
        host,
        it ->
            it.path("vm_state").asString("").equals("active")
                && it.path("task_state").isNull()
                && it.path("recoverable").booleanValue());
  }

  void fail(String host) {
    Answer answer = post("/simulator/hosts/" + host + "/fail?report=false", "");
    if (answer.status() != 200) {
      throw new AssertionError(answer);
    }
  }

  String serviceId(String host) {
    return get("/compute/v2.1/os-services?host=" + host + "&binary=nova-compute")
        .json()
        .path("services")
        .path(0)
        .path("id")
        .asString();
  }

  /** The host dies and Nova is told so. */
  void failAndForceDown(String host) {
    fail(host);
    Answer answer =
        put(
            "/compute/v2.1/os-services/" + serviceId(host),
            "{\"status\":\"disabled\",\"disabled_reason\":\"dead\",\"forced_down\":true}");
    if (answer.status() != 200) {
      throw new AssertionError(answer);
    }
  }

  Answer call(String method, String path, @Nullable String body) {
    try {
      return callOnce(method, path, body, "2.53");
    } catch (IOException failure) {
      throw new AssertionError(method + " " + path, failure);
    }
  }

  /** As {@code call}, where the connection may be lost. */
  Answer callOnce(String method, String path, @Nullable String body, @Nullable String version)
      throws IOException {
    return send(
        method,
        path,
        body,
        version == null ? Map.of() : Map.of("OpenStack-API-Version", "compute " + version));
  }

  /** A call with those headers and no others. */
  Answer send(String method, String path, @Nullable String body, Map<String, String> headers)
      throws IOException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(baseUrl() + path))
            .method(
                method,
                body == null
                    ? HttpRequest.BodyPublishers.noBody()
                    : HttpRequest.BodyPublishers.ofString(body))
            .timeout(PATIENCE);
    headers.forEach(request::header);
    try {
      HttpResponse<byte[]> response =
          client.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
      boolean isJson =
          response.body().length > 0
              && response.headers().firstValue("Content-Type").orElse("").contains("json");
      JsonNode json = isJson ? Json.parse(response.body()) : Json.object().path("none");
      return new Answer(response.statusCode(), json, response.headers());
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
      throw new AssertionError(stop);
    }
  }

  /** Asks again until the answer is as wanted, or time is up. */
  static <T> T await(Supplier<T> ask, Predicate<T> wanted) {
    Deadline deadline = Deadline.in(PATIENCE, Clock.system());
    while (true) {
      T answer = ask.get();
      if (wanted.test(answer)) {
        return answer;
      }
      if (deadline.isOver()) {
        throw new AssertionError("Still " + answer);
      }
      Thread.onSpinWait();
    }
  }

  @Override
  public void close() {
    client.shutdownNow();
    served.close();
  }
}
