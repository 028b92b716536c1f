package io.tocsin.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import io.tocsin.http.Json;
import io.tocsin.simulator.RunningCloud.Answer;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Logging on to a simulated Keystone, and asking it. */
record KeystoneDesk(RunningCloud cloud) {
  private static final String TOKENS = "/identity/v3/auth/tokens";

  /** The body of a log-on into a project; into nothing where that is null. */
  static ObjectNode password(String user, String password, @Nullable String project) {
    ObjectNode json = Json.object();
    ObjectNode identity = json.putObject("auth").putObject("identity");
    identity.putArray("methods").add("password");
    ObjectNode who = identity.putObject("password").putObject("user");
    who.put("name", user);
    who.putObject("domain").put("name", "Default");
    who.put("password", password);
    return project == null ? json : inProject(json, project);
  }

  static ObjectNode inProject(ObjectNode json, String project) {
    ObjectNode scope = ((ObjectNode) json.path("auth")).putObject("scope");
    ObjectNode into = scope.putObject("project");
    into.put("name", project);
    into.putObject("domain").put("id", "default");
    return json;
  }

  /** The body of a log-on with another token. */
  static ObjectNode token(String id) {
    ObjectNode json = Json.object();
    ObjectNode identity = json.putObject("auth").putObject("identity");
    identity.putArray("methods").add("token");
    identity.putObject("token").put("id", id);
    return json;
  }

  static JsonNode text(String json) {
    return Json.mapper().readTree(json.replace('\'', '"'));
  }

  Answer post(JsonNode body) {
    return send("POST", TOKENS, Json.write(body), Map.of("Content-Type", "application/json"));
  }

  /** The token of a log-on that succeeds. */
  String logOn(JsonNode body) {
    Answer answer = post(body);
    if (answer.status() != 201) {
      throw new AssertionError(answer);
    }
    return answer.headers().firstValue("X-Subject-Token").orElseThrow();
  }

  String logOn(String user, @Nullable String project) {
    return logOn(password(user, "secret", project));
  }

  /** Asks about a token with a token. */
  Answer ask(String method, String parameters, @Nullable String caller, @Nullable String subject) {
    Map<String, String> headers = new LinkedHashMap<>();
    if (caller != null) {
      headers.put("X-Auth-Token", caller);
    }
    if (subject != null) {
      headers.put("X-Subject-Token", subject);
    }
    return send(method, TOKENS + parameters, null, headers);
  }

  Answer get(String path, String token) {
    return send("GET", path, null, Map.of("X-Auth-Token", token));
  }

  Answer send(String method, String path, @Nullable String body, Map<String, String> headers) {
    try {
      return cloud.send(method, path, body, headers);
    } catch (IOException failure) {
      throw new AssertionError(failure);
    }
  }

  /** The answer is that refusal, and nothing else. */
  static void refused(Answer answer, int status, String message, String title) {
    ObjectNode expected = Json.object();
    expected.putObject("error").put("code", status).put("message", message).put("title", title);
    assertThat(answer.json()).isEqualTo(expected);
    assertThat(answer.status()).isEqualTo(status);
  }
}
