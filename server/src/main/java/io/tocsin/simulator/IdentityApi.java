package io.tocsin.simulator;

import io.tocsin.http.Handler;
import io.tocsin.http.Json;
import io.tocsin.http.Request;
import io.tocsin.http.Response;
import io.tocsin.http.Routes;
import io.tocsin.simulator.Faults.Misfortune;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * Keystone's API under {@code /identity}, version 3 alone. Documents, refusals and the texts in
 * them were compared with those of a Keystone 22.
 */
final class IdentityApi implements Handler {
  private static final String ROOT = SimulatedCloud.IDENTITY_PATH;
  private static final String NO_PAGE =
      """
      <!doctype html>
      <html lang=en>
      <title>404 Not Found</title>
      <h1>Not Found</h1>
      <p>The requested URL was not found on the server.</p>
      """;

  private enum Resource {
    LOG_ON(Call.LOG_ON),
    VALIDATE(Call.VALIDATE_TOKEN),
    REVOKE(Call.REVOKE_TOKEN),
    AUTH_PROJECTS(Call.SHOW_IDENTITY),
    AUTH_DOMAINS(Call.SHOW_IDENTITY),
    AUTH_SYSTEM(Call.SHOW_IDENTITY),
    AUTH_CATALOG(Call.SHOW_IDENTITY),
    PROJECTS("list_projects"),
    PROJECT("get_project"),
    USERS("list_users"),
    USER("get_user"),
    DOMAINS("list_domains"),
    DOMAIN("get_domain"),
    ROLES("list_roles");

    private final Call call;

    /** What only an administrator has; null where anybody may. */
    private final @Nullable String permission;

    Resource(Call call) {
      this.call = call;
      this.permission = null;
    }

    Resource(String permission) {
      this.call = Call.SHOW_IDENTITY;
      this.permission = permission;
    }
  }

  private static final Routes<Resource> ROUTES =
      Routes.of(
          List.of(
              new Routes.Route<>("POST", "/v3/auth/tokens", Resource.LOG_ON),
              new Routes.Route<>("GET", "/v3/auth/tokens", Resource.VALIDATE),
              new Routes.Route<>("HEAD", "/v3/auth/tokens", Resource.VALIDATE),
              new Routes.Route<>("DELETE", "/v3/auth/tokens", Resource.REVOKE),
              new Routes.Route<>("GET", "/v3/auth/projects", Resource.AUTH_PROJECTS),
              new Routes.Route<>("GET", "/v3/auth/domains", Resource.AUTH_DOMAINS),
              new Routes.Route<>("GET", "/v3/auth/system", Resource.AUTH_SYSTEM),
              new Routes.Route<>("GET", "/v3/auth/catalog", Resource.AUTH_CATALOG),
              new Routes.Route<>("GET", "/v3/projects", Resource.PROJECTS),
              new Routes.Route<>("GET", "/v3/projects/{id}", Resource.PROJECT),
              new Routes.Route<>("GET", "/v3/users", Resource.USERS),
              new Routes.Route<>("GET", "/v3/users/{id}", Resource.USER),
              new Routes.Route<>("GET", "/v3/domains", Resource.DOMAINS),
              new Routes.Route<>("GET", "/v3/domains/{id}", Resource.DOMAIN),
              new Routes.Route<>("GET", "/v3/roles", Resource.ROLES)));

  private final Region region;
  private final Passage passage;
  private final Tokens tokens;
  private final TokenApi tokenApi;
  private final DirectoryApi directory;

  IdentityApi(Region region, Passage passage, Tokens tokens) {
    this.region = region;
    this.passage = passage;
    this.tokens = tokens;
    this.tokenApi = new TokenApi(region, tokens);
    this.directory = new DirectoryApi(tokens);
  }

  @Override
  public Response handle(Request request) {
    return answer(request)
        .with("Vary", "X-Auth-Token")
        .with("x-openstack-request-id", request.requestId());
  }

  private Response answer(Request request) {
    String path = request.rawPath().substring(ROOT.length());
    String url = url(request);
    if (path.isEmpty() || path.equals("/")) {
      return perform(
          request,
          Call.SHOW_IDENTITY,
          () -> Json.response(300, IdentityJson.versions(url)).with("Location", url + "/v3/"));
    }
    if (path.equals("/v3") || path.equals("/v3/")) {
      return perform(
          request, Call.SHOW_IDENTITY, () -> Json.response(200, IdentityJson.version(url)));
    }
    return switch (ROUTES.match(request.method(), path)) {
      case Routes.Match.Unknown<Resource>() ->
          Response.text(404, "text/html; charset=utf-8", NO_PAGE);
      case Routes.Match.OtherMethods<Resource> others ->
          Json.response(
                  405,
                  Json.object().put("message", "The method is not allowed for the requested URL."))
              .with("Allow", String.join(", ", others.methods()));
      case Routes.Match.Matched<Resource> matched ->
          perform(request, matched.target().call, () -> act(request, matched));
    };
  }

  /** Where this service is, as the client sees it. */
  static String url(Request request) {
    return request.baseUrl() + ROOT;
  }

  @FunctionalInterface
  private interface Action {
    Response run();
  }

  private Response perform(Request request, Call call, Action action) {
    Misfortune misfortune =
        region.alone(() -> {
          region.calls().received(call);
          return region.faults().draw(call, null, null);
        });
    return passage.through(
        misfortune,
        () -> {
          try {
            return region.alone(action::run);
          } catch (KeystoneError refused) {
            return error(refused, request.baseUrl());
          }
        },
        fault -> refusal(fault, request.baseUrl()));
  }

  private static Response refusal(InjectedFault fault, String baseUrl) {
    Response answer = error(KeystoneError.of(fault.status(), fault.text()), baseUrl);
    return fault.status() == 500 ? answer : answer.with("Retry-After", fault.retryAfterSeconds());
  }

  private static Response error(KeystoneError error, String baseUrl) {
    Response answer = Json.response(error.status(), error.document());
    return error.status() == 401
        ? answer.with("WWW-Authenticate", "Keystone uri=\"%s/v3\"".formatted(baseUrl + ROOT))
        : answer;
  }

  /** What the filter in front of another service answers to who has no good token. */
  static Response challenge(Request request) {
    ObjectNode json = Json.object();
    json.putObject("error")
        .put("code", 401)
        .put("title", "Unauthorized")
        .put("message", "The request you have made requires authentication.");
    return Json.response(401, json)
        .with("WWW-Authenticate", "Keystone uri=\"%s\"".formatted(url(request)));
  }

  private Response act(Request request, Routes.Match.Matched<Resource> matched) {
    if (matched.target() == Resource.LOG_ON) {
      return tokenApi.logOn(request);
    }
    Token caller =
        tokens
            .find(request.headers().first("X-Auth-Token").orElse(null))
            .orElseThrow(KeystoneError::unauthorized);
    String permission = matched.target().permission;
    if (permission != null && !caller.hasRole("admin")) {
      throw KeystoneError.forbidden("identity:" + permission);
    }
    return switch (matched.target()) {
      case LOG_ON -> throw new IllegalStateException("logging on needs no token");
      case VALIDATE -> tokenApi.validate(request, caller);
      case REVOKE -> tokenApi.revoke(request, caller);
      case AUTH_PROJECTS -> directory.projectsOf(caller, request);
      case AUTH_DOMAINS -> directory.domainsOf(caller, request);
      case AUTH_SYSTEM -> directory.systemOf(caller, request);
      case AUTH_CATALOG -> catalog(request, caller);
      case PROJECTS -> directory.projects(request);
      case PROJECT -> directory.project(matched.parameter("id"), request);
      case USERS -> directory.users(request);
      case USER -> directory.user(matched.parameter("id"), request);
      case DOMAINS -> directory.domains(request);
      case DOMAIN -> directory.domain(matched.parameter("id"), request);
      case ROLES -> directory.roles(request);
    };
  }

  private Response catalog(Request request, Token caller) {
    if (!(caller.scope() instanceof Token.Scope.OfProject)) {
      throw KeystoneError.forbidden();
    }
    ObjectNode json = Json.object();
    json.set("catalog", tokenApi.catalog(caller, request));
    IdentityJson.self(json, url(request) + "/v3/auth/catalog");
    return Json.response(200, json);
  }
}
