package io.tocsin.simulator;

import io.tocsin.http.Json;
import io.tocsin.http.MalformedJsonException;
import io.tocsin.http.Request;
import io.tocsin.http.Routes;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * A call to Nova that is understood so far as to know what it is about.
 *
 * @param id the id in its path; empty where there is none
 * @param body null where there is none
 */
record NovaCall(
    Request request,
    Resource resource,
    String id,
    Microversion version,
    Call kind,
    @Nullable JsonNode body) {

  enum Resource {
    SERVICES,
    SERVICE,
    SERVERS,
    SERVERS_DETAIL,
    SERVER,
    SERVER_DELETE,
    SERVER_ACTION,
    AGGREGATES,
    AGGREGATE_ACTION,
    HYPERVISORS,
    MIGRATIONS
  }

  private static final Routes<Resource> ROUTES =
      Routes.of(
          List.of(
              new Routes.Route<>("GET", "/os-services", Resource.SERVICES),
              new Routes.Route<>("PUT", "/os-services/{id}", Resource.SERVICE),
              new Routes.Route<>("GET", "/servers", Resource.SERVERS),
              new Routes.Route<>("GET", "/servers/detail", Resource.SERVERS_DETAIL),
              new Routes.Route<>("GET", "/servers/{id}", Resource.SERVER),
              new Routes.Route<>("DELETE", "/servers/{id}", Resource.SERVER_DELETE),
              new Routes.Route<>("POST", "/servers/{id}/action", Resource.SERVER_ACTION),
              new Routes.Route<>("GET", "/os-aggregates", Resource.AGGREGATES),
              new Routes.Route<>("POST", "/os-aggregates/{id}/action", Resource.AGGREGATE_ACTION),
              new Routes.Route<>("GET", "/os-hypervisors/detail", Resource.HYPERVISORS),
              new Routes.Route<>("GET", "/os-migrations", Resource.MIGRATIONS)));

  private static final Map<String, Call> ACTIONS =
      Map.of(
          "lock", Call.LOCK,
          "unlock", Call.UNLOCK,
          "evacuate", Call.EVACUATE,
          "os-stop", Call.STOP,
          "os-start", Call.START,
          "os-resetState", Call.RESET_STATE);

  /** Older clients put the project's id after the version. */
  private static final Pattern PROJECT =
      Pattern.compile("/(?:[0-9a-f]{32}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})(/.*|$)");

  /**
   * @param path what follows the version: {@code /servers/detail}
   * @throws NovaError what Nova says to what it cannot understand
   */
  static NovaCall parse(Request request, String path, Microversion version) {
    Matcher project = PROJECT.matcher(path);
    String rest = project.matches() ? project.group(1) : path;
    return switch (ROUTES.match(request.method(), rest)) {
      case Routes.Match.Unknown<Resource>() ->
          throw NovaError.notFound("The resource could not be found.");
      case Routes.Match.OtherMethods<Resource> _ ->
          throw NovaError.of(405, "The method is not allowed for this resource.");
      case Routes.Match.Matched<Resource>(Resource resource, Map<String, String> parameters) -> {
        @Nullable JsonNode body = request.body().length == 0 ? null : parse(request.body());
        String id = parameters.getOrDefault("id", "");
        yield new NovaCall(request, resource, id, version, kind(resource, body), body);
      }
    };
  }

  private static JsonNode parse(byte[] body) {
    try {
      return Json.parse(body);
    } catch (MalformedJsonException _) {
      throw NovaError.badRequest("Malformed request body");
    }
  }

  private static Call kind(Resource resource, @Nullable JsonNode body) {
    return switch (resource) {
      case SERVICES -> Call.LIST_SERVICES;
      case SERVICE -> Call.UPDATE_SERVICE;
      case SERVERS, SERVERS_DETAIL -> Call.LIST_SERVERS;
      case SERVER -> Call.SHOW_SERVER;
      case SERVER_DELETE -> Call.DELETE_SERVER;
      case SERVER_ACTION -> action(body);
      case AGGREGATES -> Call.LIST_AGGREGATES;
      case AGGREGATE_ACTION -> Call.ADD_HOST_TO_AGGREGATE;
      case HYPERVISORS -> Call.LIST_HYPERVISORS;
      case MIGRATIONS -> Call.LIST_MIGRATIONS;
    };
  }

  private static Call action(@Nullable JsonNode body) {
    if (body == null || !body.isObject() || body.size() != 1) {
      throw NovaError.badRequest("Malformed request body");
    }
    String name = body.propertyNames().iterator().next();
    Call call = ACTIONS.get(name);
    if (call == null) {
      throw NovaError.badRequest("There is no such action: " + name);
    }
    return call;
  }

  /** What Nova calls the permission for it. */
  String policy() {
    String rule =
        switch (kind) {
          case LIST_SERVICES -> "os-services:list";
          case UPDATE_SERVICE -> "os-services:update";
          case LIST_SERVERS -> "servers:detail:get_all_tenants";
          case SHOW_SERVER -> "servers:show";
          case DELETE_SERVER -> "servers:delete";
          case LOCK -> "os-lock-server:lock";
          case UNLOCK -> "os-lock-server:unlock";
          case EVACUATE -> "os-evacuate";
          case STOP -> "servers:stop";
          case START -> "servers:start";
          case RESET_STATE -> "os-admin-actions:reset_state";
          case LIST_AGGREGATES -> "os-aggregates:index";
          case ADD_HOST_TO_AGGREGATE -> "os-aggregates:add_host";
          case LIST_HYPERVISORS -> "os-hypervisors:list-detail";
          case LIST_MIGRATIONS -> "os-migrations:index";
          case LOG_ON, VALIDATE_TOKEN, REVOKE_TOKEN, SHOW_IDENTITY ->
              throw new IllegalStateException(kind + " is no call to Nova");
        };
    return "os_compute_api:" + rule;
  }

  /** The server it is about; empty where it is about none, or its id is no id. */
  Optional<UUID> serverId() {
    return switch (resource) {
      case SERVER, SERVER_DELETE, SERVER_ACTION -> ServerLists.uuid(id);
      case MIGRATIONS -> request.query().last("instance_uuid").flatMap(ServerLists::uuid);
      case SERVICES, SERVICE, SERVERS, SERVERS_DETAIL, AGGREGATES, AGGREGATE_ACTION, HYPERVISORS ->
          Optional.empty();
    };
  }

  /**
   * The server it is about.
   *
   * @throws NovaError its id is no id
   */
  UUID requireServerId() {
    return serverId()
        .orElseThrow(() -> NovaError.notFound("Instance " + id + " could not be found."));
  }

  /**
   * Its body.
   *
   * @throws NovaError it has none
   */
  JsonNode document() {
    if (body == null) {
      throw NovaError.badRequest("Malformed request body");
    }
    return body;
  }
}
