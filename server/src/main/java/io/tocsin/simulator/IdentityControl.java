package io.tocsin.simulator;

import io.tocsin.http.Handler;
import io.tocsin.http.Json;
import io.tocsin.http.Request;
import io.tocsin.http.Response;
import io.tocsin.http.Routes;
import java.util.List;
import java.util.NoSuchElementException;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What can be done to the simulated Keystone behind its back, under {@code /simulator/identity}.
 * Throws what {@link ControlApi} words.
 */
final class IdentityControl {
  static final String ROOT = SimulatedCloud.CONTROL_PATH + "/identity";

  private enum Resource {
    SHOW,
    REVOKE,
    USER_REVOKE,
    USER_EXPIRE,
    USER_DISABLE,
    USER_ENABLE
  }

  private static final String USER = ROOT + "/users/{name}/";

  private static final Routes<Resource> ROUTES =
      Routes.of(
          List.of(
              new Routes.Route<>("GET", ROOT, Resource.SHOW),
              new Routes.Route<>("POST", ROOT + "/revoke", Resource.REVOKE),
              new Routes.Route<>("POST", USER + "revoke", Resource.USER_REVOKE),
              new Routes.Route<>("POST", USER + "expire", Resource.USER_EXPIRE),
              new Routes.Route<>("POST", USER + "disable", Resource.USER_DISABLE),
              new Routes.Route<>("POST", USER + "enable", Resource.USER_ENABLE)));

  private final Region region;
  private final Tokens tokens;

  IdentityControl(Region region, Tokens tokens) {
    this.region = region;
    this.tokens = tokens;
  }

  /**
   * Answers such a call.
   *
   * @param unknown answers what there is not
   */
  Response handle(Request request, Handler unknown) {
    return switch (ROUTES.match(request.method(), request.rawPath())) {
      case Routes.Match.Unknown<Resource>() -> unknown.handle(request);
      case Routes.Match.OtherMethods<Resource> others -> ControlApi.otherMethods(others.methods());
      case Routes.Match.Matched<Resource> matched -> {
        region.change(() -> act(request, matched));
        yield Json.response(200, region.alone(this::show));
      }
    };
  }

  private void act(Request request, Routes.Match.Matched<Resource> matched) {
    switch (matched.target()) {
      case SHOW -> {}
      case REVOKE -> revoke(request);
      case USER_REVOKE -> {
        Cast.User user = user(matched);
        tokens.revoke(token -> token.user().equals(user));
      }
      case USER_EXPIRE -> {
        Cast.User user = user(matched);
        tokens.expire(token -> token.user().equals(user));
      }
      case USER_DISABLE -> tokens.disable(user(matched));
      case USER_ENABLE -> tokens.enable(user(matched));
    }
  }

  private void revoke(Request request) {
    String id = Json.parse(request.body()).path("token").asString("");
    if (id.isEmpty()) {
      throw new IllegalArgumentException("The body is {\"token\": \"…\"}");
    }
    tokens.revoke(
        tokens.find(id).orElseThrow(() -> new NoSuchElementException("There is no such token")));
  }

  private static Cast.User user(Routes.Match.Matched<Resource> matched) {
    String name = matched.parameter("name");
    return Cast.userNamed(name)
        .orElseThrow(() -> new NoSuchElementException("There is no user " + name));
  }

  private ObjectNode show() {
    ObjectNode json = Json.object();
    json.put("demand_tokens", region.behaviour().demandsTokens());
    json.put("token_life", Span.text(region.behaviour().tokenLife()));
    json.put("instance_ha_url", region.behaviour().instanceHaUrl());
    ArrayNode users = json.putArray("users");
    for (Cast.User user : Cast.USERS) {
      ObjectNode shown = users.addObject();
      shown.put("name", user.name());
      shown.put("id", user.id());
      shown.put("enabled", tokens.isEnabled(user));
      shown.put("tokens", tokens.countOf(user));
      ObjectNode projects = shown.putObject("roles_by_project");
      for (Cast.Project project : Cast.projectsOf(user)) {
        ArrayNode roles = projects.putArray(project.name());
        Cast.rolesIn(user, project).forEach(role -> roles.add(role.name()));
      }
    }
    ObjectNode credential = json.putArray("application_credentials").addObject();
    credential.put("id", Cast.CREDENTIAL.id());
    credential.put("name", Cast.CREDENTIAL.name());
    credential.put("user", Cast.CREDENTIAL.user().name());
    ObjectNode calls = json.putObject("calls");
    region
        .calls()
        .byKind()
        .forEach((call, count) -> {
          if (call.service() == Call.Service.KEYSTONE) {
            calls.put(call.text(), count);
          }
        });
    return json;
  }
}
