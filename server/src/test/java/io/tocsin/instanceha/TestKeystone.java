package io.tocsin.instanceha;

import io.tocsin.clock.Clock;
import io.tocsin.http.Json;
import io.tocsin.identity.AuthSettings;
import io.tocsin.identity.KeystoneAuthenticator;
import io.tocsin.identity.Policy;
import io.tocsin.openstack.Credentials;
import io.tocsin.openstack.Keystone;
import io.tocsin.openstack.KeystoneSettings;
import io.tocsin.simulator.Behaviour;
import io.tocsin.simulator.RegionSpec;
import io.tocsin.simulator.ServedCloud;
import io.tocsin.store.Secret;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A Keystone on a real socket, tokens of it, and a server's session with it. Nothing is logged on
 * before it is needed.
 */
final class TestKeystone implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final Duration CACHE_TIME = Duration.ofMinutes(5);
  private static final int CACHE_SIZE = 100;

  private final ServedCloud served = ServedCloud.inMemory(new RegionSpec(1, 0), Behaviour.FAST);
  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final URI url;
  private final Keystone session;
  private final KeystoneAuthenticator authenticator;

  private TestKeystone() {
    url = served.url().resolve("/identity");
    Credentials.Domain domain = new Credentials.Domain.ByName("Default");
    session =
        new Keystone(
            new KeystoneSettings(
                url,
                new Credentials.Password(
                    new Credentials.Subject.ByName("tocsin", domain),
                    new Secret("secret"),
                    new Credentials.Subject.ByName("service", domain)),
                null,
                PATIENCE),
            new SplittableRandom(4),
            Clock.system());
    authenticator =
        new KeystoneAuthenticator(
            session, new AuthSettings(CACHE_TIME, CACHE_SIZE, CACHE_TIME, url), Clock.system());
  }

  static TestKeystone start() {
    return new TestKeystone();
  }

  /** Who is asked for a token of it, with the usual rules. */
  TestApi.Access access() {
    return new TestApi.Access(authenticator, Policy.defaults());
  }

  /** A new token; of no project where that is null. */
  String tokenOf(String user, @Nullable String project) {
    ObjectNode json = logOn(user);
    if (project != null) {
      ObjectNode scope = ((ObjectNode) json.path("auth")).putObject("scope").putObject("project");
      scope.put("name", project).putObject("domain").put("id", "default");
    }
    return token(json);
  }

  private static ObjectNode logOn(String user) {
    ObjectNode json = Json.object();
    ObjectNode identity = json.putObject("auth").putObject("identity");
    identity.putArray("methods").add("password");
    ObjectNode who = identity.putObject("password").putObject("user");
    who.put("name", user).put("password", "secret").putObject("domain").put("id", "default");
    return json;
  }

  private String systemToken() {
    ObjectNode json = logOn("admin");
    ((ObjectNode) json.path("auth")).putObject("scope").putObject("system").put("all", true);
    return token(json);
  }

  private String token(JsonNode logOn) {
    return send("POST", "/v3/auth/tokens", Json.write(logOn), Map.of())
        .headers()
        .firstValue("X-Subject-Token")
        .orElseThrow();
  }

  String projectId(String name) {
    HttpResponse<byte[]> list =
        send(
            "GET",
            "/v3/projects?name=" + name,
            "",
            Map.of("X-Auth-Token", tokenOf("admin", "admin")));
    return Json.parse(list.body()).path("projects").path(0).path("id").asString();
  }

  /** What stands for what in the files that are about tokens. */
  Map<String, String> names() {
    Map<String, String> names = new LinkedHashMap<>();
    // First, since a user's tokens expire together.
    names.put("<expired>", tokenOf("admin", "admin"));
    control("POST /simulator/identity/users/admin/expire");
    names.put("<revoked>", tokenOf("reader", "demo"));
    control("POST /simulator/identity/users/reader/revoke");
    names.put("<admin>", tokenOf("admin", "admin"));
    names.put("<another of admin>", tokenOf("admin", "admin"));
    names.put("<unscoped>", tokenOf("admin", null));
    names.put("<system>", systemToken());
    names.put("<demo>", tokenOf("demo", "demo"));
    names.put("<reader>", tokenOf("reader", "demo"));
    names.put("<service>", tokenOf("tocsin", "service"));
    names.put("<project admin>", projectId("admin"));
    names.put("<project demo>", projectId("demo"));
    names.put("<keystone>", url.toString());
    return names;
  }

  /** A control call, as a contract file has it. */
  void control(String call) {
    String[] headAndBody = call.split("\n\n", 2);
    String[] methodAndPath = headAndBody[0].split(" ", 2);
    served.control(
        methodAndPath[0], methodAndPath[1], headAndBody.length == 1 ? null : headAndBody[1]);
  }

  private HttpResponse<byte[]> send(
      String method, String path, String body, Map<String, String> headers) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(url + path))
            .timeout(PATIENCE)
            .header("Content-Type", "application/json")
            .method(method, BodyPublishers.ofString(body));
    headers.forEach(request::header);
    try {
      HttpResponse<byte[]> answer = http.send(request.build(), BodyHandlers.ofByteArray());
      if (answer.statusCode() >= 400) {
        throw new AssertionError(method + " " + path + " " + answer.statusCode());
      }
      return answer;
    } catch (IOException failure) {
      throw new AssertionError(failure);
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
      throw new AssertionError(stop);
    }
  }

  @Override
  public void close() {
    authenticator.close();
    session.close();
    http.shutdownNow();
    served.close();
  }
}
