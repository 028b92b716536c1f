package io.tocsin.simulator;

import io.tocsin.http.Handler;
import io.tocsin.http.Headers;
import io.tocsin.http.Json;
import io.tocsin.http.Request;
import io.tocsin.http.Response;
import io.tocsin.simulator.Faults.Misfortune;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Nova's API under {@code /compute}: counts each call, lets the faults that were ordered happen to
 * it, waits as long as calls take here, and acts.
 */
final class NovaApi implements Handler {
  private static final String ROOT = "/compute";
  private static final String VERSION_ROOT = "/v2.1";

  private final Region region;
  private final Passage passage;
  private final Tokens tokens;
  private final ComputeActions actions;
  private final ServicesApi services;
  private final ServerJson serverJson;
  private final ServerLists lists;
  private final MigrationsApi migrations;

  NovaApi(Region region, Passage passage, Tokens tokens) {
    this.region = region;
    this.passage = passage;
    this.tokens = tokens;
    this.actions = new ComputeActions(region);
    this.services = new ServicesApi(region);
    this.serverJson = new ServerJson(region);
    this.lists = new ServerLists(region, serverJson);
    this.migrations = new MigrationsApi(region);
  }

  @Override
  public Response handle(Request request) {
    Response answer = answer(request);
    return answer
        .with("x-compute-request-id", request.requestId())
        .with("x-openstack-request-id", request.requestId());
  }

  private Response answer(Request request) {
    String path = request.rawPath().substring(ROOT.length());
    if (path.isEmpty() || path.equals("/")) {
      return Json.response(200, VersionsJson.all(request.baseUrl()));
    }
    if (path.equals(VERSION_ROOT) || path.equals(VERSION_ROOT + "/")) {
      return Json.response(200, VersionsJson.one(request.baseUrl()));
    }
    Microversion version = Microversion.MIN;
    boolean demandsTokens = region.alone(() -> region.behaviour().demandsTokens());
    if (demandsTokens && region.alone(() -> caller(request)).isEmpty()) {
      // The filter in front of Nova says this, in Keystone's words and without Nova's versions.
      return IdentityApi.challenge(request);
    }
    try {
      version = Microversion.of(request.headers());
      if (!path.startsWith(VERSION_ROOT + "/")) {
        throw NovaError.notFound("The resource could not be found.");
      }
      NovaCall call = NovaCall.parse(request, path.substring(VERSION_ROOT.length()), version);
      if (demandsTokens && !isAdministrator(request)) {
        throw NovaError.of(
            403, "Policy doesn't allow %s to be performed.".formatted(call.policy()));
      }
      return versioned(perform(call), version);
    } catch (NovaError error) {
      return versioned(error(error), version);
    }
  }

  private Optional<Token> caller(Request request) {
    return tokens.find(request.headers().first("X-Auth-Token").orElse(null));
  }

  /** The servers belong to projects that nobody of the cast is in: all calls are for admins. */
  private boolean isAdministrator(Request request) {
    return region.alone(() -> caller(request)).filter(token -> token.hasRole("admin")).isPresent();
  }

  private static Response versioned(Response answer, Microversion version) {
    return answer
        .with("OpenStack-API-Version", "compute " + version)
        .with("X-OpenStack-Nova-API-Version", version.toString())
        .with("Vary", "OpenStack-API-Version, X-OpenStack-Nova-API-Version");
  }

  private Response perform(NovaCall it) {
    Misfortune misfortune = region.alone(() -> receive(it));
    return passage.through(misfortune, () -> act(it), NovaApi::refusal);
  }

  private static Response refusal(InjectedFault fault) {
    NovaError error = NovaError.of(fault.status(), fault.text());
    return fault.status() == 500
        ? error(error)
        : error(error).with("Retry-After", fault.retryAfterSeconds());
  }

  private Misfortune receive(NovaCall it) {
    region.calls().received(it.kind());
    @Nullable UUID server = it.serverId().orElse(null);
    if (it.kind() == Call.EVACUATE && server != null) {
      actions.countEvacuate(server);
    }
    return region.faults().draw(it.kind(), server, hostOf(it));
  }

  /** The host a call is about, for faults that strike one host only. */
  private @Nullable String hostOf(NovaCall it) {
    return switch (it.resource()) {
      case SERVICES, SERVERS, SERVERS_DETAIL -> it.request().query().last("host").orElse(null);
      case SERVICE ->
          ServerLists.uuid(it.id())
              .flatMap(region.state()::findHostOfService)
              .map(SimulatedHost::name)
              .orElse(null);
      case SERVER, SERVER_DELETE, SERVER_ACTION, MIGRATIONS ->
          it.serverId()
              .flatMap(region.state()::findServer)
              .map(server -> server.state().host())
              .orElse(null);
      case AGGREGATES, AGGREGATE_ACTION, HYPERVISORS -> null;
    };
  }

  /** Nova's own answer; its refusals are answers like others, so that a cut can follow them. */
  private Response act(NovaCall it) {
    try {
      return switch (it.resource()) {
        case SERVICES -> answer(() -> services.list(it.request().query(), it.version()));
        case SERVICE -> updateService(it);
        case SERVERS -> json(region.alone(() -> lists.list(it.request(), it.version(), false)));
        case SERVERS_DETAIL ->
            json(region.alone(() -> lists.list(it.request(), it.version(), true)));
        case SERVER -> json(region.alone(() -> show(it)));
        case SERVER_DELETE -> {
          region.change(() -> actions.delete(it.requireServerId()));
          yield Response.empty(204);
        }
        case SERVER_ACTION -> serverAction(it);
        case AGGREGATES -> answer(services::listAggregates);
        case AGGREGATE_ACTION -> answer(() -> services.addHost(it.id(), it.document()));
        case HYPERVISORS -> answer(services::listHypervisors);
        case MIGRATIONS -> answer(() -> migrations.list(it.request().query(), it.version()));
      };
    } catch (NovaError refused) {
      return error(refused);
    }
  }

  private Response answer(Supplier<ObjectNode> document) {
    return Json.response(200, region.alone(document));
  }

  private static Response json(byte[] body) {
    return new Response(200, Headers.of("Content-Type", "application/json"), body);
  }

  private byte[] show(NovaCall it) {
    byte[] server =
        serverJson.detail(
            actions.require(it.requireServerId()), it.version(), it.request().baseUrl());
    byte[] start = "{\"server\":".getBytes(StandardCharsets.UTF_8);
    byte[] body = new byte[start.length + server.length + 1];
    System.arraycopy(start, 0, body, 0, start.length);
    System.arraycopy(server, 0, body, start.length, server.length);
    body[body.length - 1] = '}';
    return body;
  }

  private Response updateService(NovaCall it) {
    if (!it.version().isAtLeast(53)) {
      throw NovaError.notFound("The simulated cloud changes services from 2.53 on.");
    }
    ServicesApi.Updated updated =
        region.alone(() -> services.update(it.id(), it.document(), it.version()));
    if (updated.waitedInVain()) {
      passage.pause(region.alone(() -> region.behaviour().rpcTimeout()));
    }
    return Json.response(200, updated.document());
  }

  private Response serverAction(NovaCall it) {
    JsonNode argument = it.document().properties().iterator().next().getValue();
    UUID id = it.requireServerId();
    Runnable action =
        switch (it.kind()) {
          case LOCK -> () -> actions.lock(id);
          case UNLOCK -> () -> actions.unlock(id);
          case STOP -> () -> actions.stop(id);
          case START -> () -> actions.start(id);
          case RESET_STATE -> {
            String state = newState(argument);
            yield () -> actions.resetState(id, state);
          }
          case EVACUATE -> {
            @Nullable String host = targetHost(argument, it.version());
            yield () -> actions.evacuate(id, host);
          }
          case LIST_SERVICES,
              UPDATE_SERVICE,
              LIST_SERVERS,
              SHOW_SERVER,
              DELETE_SERVER,
              LIST_AGGREGATES,
              ADD_HOST_TO_AGGREGATE,
              LIST_HYPERVISORS,
              LIST_MIGRATIONS,
              LOG_ON,
              VALIDATE_TOKEN,
              REVOKE_TOKEN,
              SHOW_IDENTITY ->
              throw new IllegalStateException(it.kind() + " is no action");
        };
    region.change(action);
    // Evacuate answers 200 although it has only begun; Nova keeps that for its old clients.
    return Response.empty(it.kind() == Call.EVACUATE ? 200 : 202);
  }

  private static String newState(JsonNode argument) {
    JsonNode state = argument.path("state");
    if (!state.isString() || !Set.of("active", "error").contains(state.stringValue())) {
      throw NovaError.badRequest(
          "Invalid input for field/attribute state. Value: "
              + state
              + ". It is not one of ['active', 'error']");
    }
    return state.stringValue();
  }

  private static @Nullable String targetHost(JsonNode argument, Microversion version) {
    if (!argument.isObject()) {
      throw NovaError.badRequest(
          "Invalid input for field/attribute evacuate. Value: " + argument + ".");
    }
    Set<String> known = Set.of("host", "adminPass", "force", "onSharedStorage");
    for (String name : argument.propertyNames()) {
      boolean isGone =
          (name.equals("onSharedStorage") && version.isAtLeast(14))
              || (name.equals("force") && (!version.isAtLeast(29) || version.isAtLeast(68)));
      if (!known.contains(name) || isGone) {
        throw NovaError.badRequest(
            "Invalid input for field/attribute evacuate. Value: "
                + argument
                + ". Additional properties are not allowed ('"
                + name
                + "' was unexpected)");
      }
    }
    JsonNode host = argument.path("host");
    return host.isString() ? host.stringValue() : null;
  }

  private static Response error(NovaError error) {
    ObjectNode json = Json.object();
    ObjectNode body = json.putObject(NovaError.keyOf(error.status()));
    body.put("code", error.status());
    body.put("message", error.text());
    return Json.response(error.status(), json);
  }
}
