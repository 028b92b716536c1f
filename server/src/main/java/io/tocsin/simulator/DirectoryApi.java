package io.tocsin.simulator;

import io.tocsin.http.Json;
import io.tocsin.http.Request;
import io.tocsin.http.Response;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What Keystone lists: users, projects, roles, the domain, and what of it somebody may enter.
 * Called inside {@link Region#alone}.
 */
final class DirectoryApi {
  private final Tokens tokens;

  DirectoryApi(Tokens tokens) {
    this.tokens = tokens;
  }

  /** Where the caller may go. */
  Response projectsOf(Token caller, Request request) {
    return list(
        request, "projects", projects(Cast.projectsOf(caller.user()), IdentityApi.url(request)));
  }

  /** As {@link #projectsOf}. */
  Response domainsOf(Token caller, Request request) {
    boolean hasAny = !Cast.rolesAbove(caller.user()).isEmpty();
    return list(
        request,
        "domains",
        hasAny ? List.of(IdentityJson.domain(IdentityApi.url(request))) : List.of());
  }

  /** As {@link #projectsOf}. */
  Response systemOf(Token caller, Request request) {
    ObjectNode json = Json.object();
    ArrayNode system = json.putArray("system");
    if (!Cast.rolesAbove(caller.user()).isEmpty()) {
      system.addObject().put("all", true);
    }
    IdentityJson.self(json, IdentityApi.url(request) + "/v3/auth/system");
    return Json.response(200, json);
  }

  Response projects(Request request) {
    return list(request, "projects", projects(Cast.PROJECTS, IdentityApi.url(request)));
  }

  Response project(String id, Request request) {
    return one(
        "project",
        id,
        Cast.projectWithId(id)
            .map(project -> IdentityJson.project(project, IdentityApi.url(request))));
  }

  Response users(Request request) {
    return list(
        request,
        "users",
        Cast.USERS.stream().map(it -> user(it, IdentityApi.url(request))).toList());
  }

  Response user(String id, Request request) {
    return one("user", id, Cast.userWithId(id).map(it -> user(it, IdentityApi.url(request))));
  }

  Response domains(Request request) {
    return list(request, "domains", List.of(IdentityJson.domain(IdentityApi.url(request))));
  }

  Response domain(String id, Request request) {
    Optional<String> known = Optional.of(id).filter(Cast.DOMAIN_ID::equals);
    return one("domain", id, known.map(_ -> IdentityJson.domain(IdentityApi.url(request))));
  }

  Response roles(Request request) {
    return list(
        request,
        "roles",
        Cast.ROLES.stream()
            .map(role -> IdentityJson.role(role, IdentityApi.url(request)))
            .toList());
  }

  private static List<ObjectNode> projects(List<Cast.Project> projects, String url) {
    return projects.stream().map(project -> IdentityJson.project(project, url)).toList();
  }

  private ObjectNode user(Cast.User user, String url) {
    return IdentityJson.user(user, tokens.isEnabled(user), url);
  }

  /** Those of the asked name, where one was asked for. */
  private static Response list(Request request, String name, List<ObjectNode> members) {
    Optional<String> wanted = request.query().last("name");
    List<ObjectNode> fitting =
        members.stream()
            .filter(
                member -> wanted.isEmpty() || member.path("name").asString("").equals(wanted.get()))
            .toList();
    String self = request.baseUrl() + request.rawPath();
    return Json.response(
        200,
        IdentityJson.collection(
            name, fitting, wanted.map(it -> self + "?name=" + it).orElse(self)));
  }

  private static Response one(String kind, String id, Optional<ObjectNode> found) {
    ObjectNode json = Json.object();
    json.set(
        kind,
        found.orElseThrow(
            () -> KeystoneError.notFound("Could not find %s: %s.".formatted(kind, id))));
    return Json.response(200, json);
  }
}
