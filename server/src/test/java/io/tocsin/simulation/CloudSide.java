package io.tocsin.simulation;

import io.tocsin.http.CutConnection;
import io.tocsin.http.Headers;
import io.tocsin.http.Json;
import io.tocsin.http.Query;
import io.tocsin.http.Request;
import io.tocsin.http.Response;
import io.tocsin.simulation.CloudConnection.Answer;
import io.tocsin.simulation.WorldLog.Kind;
import io.tocsin.simulator.SimulatedCloud;
import java.io.IOException;
import java.net.URLDecoder;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.random.RandomGenerator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** The simulated cloud of a world, the way to it, and a look at each evacuate call as it acts. */
final class CloudSide {
  static final String ENDPOINT = "http://cloud.example:8774/compute/v2.1";

  private static final Pattern ACTION = Pattern.compile("/compute/v2\\.1/servers/([^/]+)/action");

  private final World world;
  private final Loop.Lane lane;
  private final VirtualClock clock;
  private final SimulatedCloud cloud;
  private final RandomGenerator random;
  private double loss;
  private int calls;

  CloudSide(World world, Loop.Lane lane, VirtualClock clock, RandomGenerator random) {
    this.world = world;
    this.lane = lane;
    this.clock = clock;
    this.random = random;
    this.cloud = SimulatedCloud.inMemory(world.plan().region(), world.plan().behaviour(), clock);
  }

  /** Messages get lost with that probability from now on. */
  void lose(double probability) {
    loss = probability;
  }

  List<String> hosts() {
    return cloud.hostNames();
  }

  CompletableFuture<Answer> call(SimulatedNode sender, HttpRequest request, byte[] body) {
    CompletableFuture<Answer> answer = new CompletableFuture<>();
    String node = sender.name();
    if (!request.method().equals("GET")) {
      checkHolder(sender, request, body);
    }
    int number = ++calls;
    Thread _ = lane.start("call-" + number, () -> serve(node, request, body, answer));
    return answer;
  }

  /** P3: what changes something is sent by who holds the recovery. */
  private void checkHolder(SimulatedNode sender, HttpRequest request, byte[] body) {
    String report =
        request
            .headers()
            .firstValue("X-OpenStack-Request-ID")
            .map(it -> it.replaceFirst("^req-", ""))
            .orElseThrow(() -> new IllegalStateException("a call for nobody: " + request));
    List<String> holder =
        world
            .database()
            .query(
                """
                select coalesce(r.lease_owner::text, '') from recovery r
                  join failure_notification n on n.id = r.id where n.uuid = cast(? as uuid)\
                """,
                report);
    if (!holder.equals(List.of(sender.nodeId()))) {
      world.broken(
          Promise.P3,
          sender.name() + " calls for a recovery it does not hold: " + describe(request, body));
    }
  }

  private void serve(
      String node, HttpRequest request, byte[] body, CompletableFuture<Answer> answer) {
    String what = describe(request, body);
    try {
      travel();
      if (random.nextDouble() < loss) {
        lost(node, what, "is lost on its way", answer);
        return;
      }
      Response response;
      try {
        response = act(node, request, body, what);
      } catch (CutConnection _) {
        lost(node, what, "has its connection cut", answer);
        return;
      }
      travel();
      if (random.nextDouble() < loss) {
        lost(node, what, "has its answer lost", answer);
        return;
      }
      answer.complete(answer(response));
    } catch (InterruptedException e) {
      answer.completeExceptionally(new IOException("the cloud was interrupted", e));
    } catch (RuntimeException e) {
      world.broken(Promise.P8, "the simulated cloud met " + e);
      answer.completeExceptionally(new IOException(e));
    }
  }

  private void travel() throws InterruptedException {
    clock.sleep(world.sample(world.plan().travel().toCloud()));
  }

  /** Half of those who get no answer learn that their connection is gone, the others wait. */
  private void lost(String node, String what, String how, CompletableFuture<Answer> answer) {
    world.log(Kind.DETAIL, node, what + " " + how);
    if (random.nextBoolean()) {
      answer.completeExceptionally(new IOException("connection reset"));
    }
  }

  private Response act(String node, HttpRequest request, byte[] body, String what) {
    Matcher action = ACTION.matcher(request.uri().getRawPath());
    boolean isEvacuate =
        action.matches() && new String(body, StandardCharsets.UTF_8).startsWith("{\"evacuate\"");
    JsonNode before = isEvacuate ? instance(action.group(1)) : null;
    Kind kind = request.method().equals("GET") ? Kind.LOOK : Kind.CALL;
    try {
      Response response = cloud.handle(request(request, body));
      world.log(kind, node, what + " -> " + response.status());
      return response;
    } catch (CutConnection e) {
      world.log(kind, node, what + " -> cut");
      throw e;
    } finally {
      if (before != null) {
        checkEvacuate(before, instance(action.group(1)));
      }
    }
  }

  /** P2 and P3, at the very moment the cloud hears of it. */
  private void checkEvacuate(@Nullable JsonNode before, @Nullable JsonNode after) {
    if (before == null || after == null) {
      return;
    }
    String name = before.path("name").asString();
    JsonNode host = control("GET", "/simulator/hosts/" + before.path("host").asString(), "");
    if (!host.path("forced_down").asBoolean() && !host.path("state").asString().equals("down")) {
      world.broken(
          Promise.P2, "an evacuate call came for " + name + " while the cloud saw its host up");
    }
    if (after.path("evacuations").path("while_running").asInt() > 0) {
      world.broken(Promise.P2, name + " was evacuated while its host was running it");
    }
    boolean isAccepted =
        after.path("evacuations").path("accepted").asInt()
            > before.path("evacuations").path("accepted").asInt();
    String target = before.path("on_its_way_to").asString("");
    if (isAccepted && !target.isEmpty() && isAlive(target)) {
      world.broken(Promise.P3, name + " was evacuated again while it was on its way to " + target);
    }
  }

  private boolean isAlive(String host) {
    return control("GET", "/simulator/hosts/" + host, "").path("alive").asBoolean();
  }

  /** As the control calls show it; null when there is none. */
  @Nullable JsonNode instance(String id) {
    Response response = handle("GET", "/simulator/instances/" + id, "");
    return response.status() == 200 ? Json.parse(response.body()) : null;
  }

  List<JsonNode> instances() {
    List<JsonNode> all = new ArrayList<>();
    control("GET", "/simulator/instances", "").path("instances").forEach(all::add);
    return all;
  }

  /** As an owner does it; answers whether it worked, with or without an answer. */
  boolean delete(String id) {
    try {
      return handle("DELETE", "/compute/v2.1/servers/" + id, "").status() == 204;
    } catch (CutConnection _) {
      JsonNode left = instance(id);
      return left == null || left.path("deleted").asBoolean();
    }
  }

  /** As an administrator does it with a host that is to be a spare. */
  void disable(String service) {
    Headers version =
        new Headers(List.of(new Headers.Field("OpenStack-API-Version", "compute 2.53")));
    Response response =
        handle(
            "PUT",
            "/compute/v2.1/os-services/" + service,
            version,
            "{\"status\": \"disabled\", \"disabled_reason\": \"Reserved host.\"}");
    if (response.status() != 200) {
      throw new IllegalStateException("a service cannot be disabled: " + response.status());
    }
  }

  /** A call that takes no time and always works. */
  JsonNode control(String method, String path, String body) {
    Response response = handle(method, path, body);
    if (response.status() / 100 != 2) {
      throw new IllegalStateException(
          method + " " + path + ": " + new String(response.body(), StandardCharsets.UTF_8));
    }
    return response.body().length == 0 ? Json.object() : Json.parse(response.body());
  }

  private Response handle(String method, String path, String body) {
    return handle(method, path, Headers.NONE, body);
  }

  private Response handle(String method, String path, Headers headers, String body) {
    int query = path.indexOf('?');
    return cloud.handle(
        new Request(
            method,
            query < 0 ? path : path.substring(0, query),
            query(query < 0 ? null : path.substring(query + 1)),
            headers,
            body.getBytes(StandardCharsets.UTF_8),
            "http://cloud.example",
            "req-control"));
  }

  private Request request(HttpRequest request, byte[] body) {
    List<Headers.Field> fields = new ArrayList<>();
    request
        .headers()
        .map()
        .forEach((name, values) -> values.forEach(it -> fields.add(new Headers.Field(name, it))));
    return new Request(
        request.method(),
        request.uri().getRawPath(),
        query(request.uri().getRawQuery()),
        new Headers(fields),
        body,
        "http://cloud.example:8774",
        "req-" + calls);
  }

  private static Query query(@Nullable String raw) {
    if (raw == null || raw.isEmpty()) {
      return Query.NONE;
    }
    List<Query.Parameter> all = new ArrayList<>();
    for (String pair : raw.split("&", -1)) {
      int equals = pair.indexOf('=');
      all.add(
          new Query.Parameter(
              decode(equals < 0 ? pair : pair.substring(0, equals)),
              equals < 0 ? "" : decode(pair.substring(equals + 1))));
    }
    return new Query(all);
  }

  private static String decode(String text) {
    return URLDecoder.decode(text, StandardCharsets.UTF_8);
  }

  private static Answer answer(Response response) {
    Map<String, List<String>> headers = new LinkedHashMap<>();
    for (Headers.Field field : response.headers().fields()) {
      headers.computeIfAbsent(field.name(), _ -> new ArrayList<>()).add(field.value());
    }
    return new Answer(response.status(), HttpHeaders.of(headers, (_, _) -> true), response.body());
  }

  /** {@code evacuate web-1}, {@code GET /servers/web-1}. */
  private static String describe(HttpRequest request, byte[] body) {
    String path = request.uri().getPath().replaceFirst("^/compute/v2\\.1", "");
    String text = new String(body, StandardCharsets.UTF_8);
    Matcher action = ACTION.matcher(request.uri().getRawPath());
    if (action.matches()) {
      return text.replaceAll("[{}\"]|:?null|:$", "").replaceAll(":+$", "") + " " + action.group(1);
    }
    String query = request.uri().getQuery();
    String shown = request.method() + " " + path + (query == null ? "" : "?" + query);
    return text.isEmpty() ? shown : shown + " " + text;
  }
}
