package io.tocsin.instanceha;

import io.tocsin.http.Headers;
import io.tocsin.http.Json;
import io.tocsin.http.MalformedJsonException;
import io.tocsin.http.Request;
import io.tocsin.http.Response;
import io.tocsin.http.Routes;
import io.tocsin.instanceha.RouteTable.Target;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.NullNode;

/**
 * Takes a request under the mount through the checks in the order of Instance HA spec §4.5: size
 * (the listener's), caller, route, microversion, content type, method, JSON; then the operation
 * checks the body and does its work. With {@code auth: none} every caller is an administrator, so
 * the checks of token, project and policy have nothing to ask yet.
 */
final class Api {
  private static final String JSON_SUFFIX = ".json";
  private static final List<String> OFFERS = List.of(MediaTypes.JSON, MediaTypes.MASAKARI_JSON);

  private final Routes<Target> routes;

  Api(Routes<Target> routes) {
    this.routes = routes;
  }

  Response answer(Request request) {
    if (request.method().equals("OPTIONS")) {
      return Response.empty(200);
    }
    return answerRouted(request).with(InstanceHa.REQUEST_ID, request.requestId());
  }

  private Response answerRouted(Request request) {
    return switch (routes.match(request.method(), withoutSuffix(request.rawPath()))) {
      case Routes.Match.Matched(Target target, Map<String, String> places) ->
          answerVersioned(request, target, places);
      case Routes.Match.OtherMethods<Target> _, Routes.Match.Unknown<Target> _ ->
          Page.NOT_FOUND.response(request.headers());
    };
  }

  private static Response answerVersioned(
      Request request, Target target, Map<String, String> places) {
    Microversion version;
    try {
      version = Microversion.asked(request.headers());
    } catch (FaultException e) {
      return Faults.response(e.fault());
    }
    return run(request, version, target, places)
        .with(Microversion.HEADER, Microversion.SERVICE + " " + version)
        .with("Vary", Microversion.HEADER);
  }

  /** What is neither a fault nor a refusal passes on to the listener, which logs it. */
  private static Response run(
      Request request, Microversion version, Target target, Map<String, String> places) {
    try {
      if (!MediaTypes.isAcceptedBody(request.headers())) {
        throw new Fault(415, "Unsupported Content-Type").asException();
      }
      Operation operation = target.operation();
      if (operation == null) {
        throw notAllowed(request.method(), target.action());
      }
      Reply reply = operation.run(new Call(request, version, places, body(request)));
      return response(request, reply);
    } catch (RuntimeException failure) {
      return Faults.response(Faults.of(failure).orElseThrow(() -> failure));
    }
  }

  private static JsonNode body(Request request) {
    boolean isLookedAt = request.method().equals("POST") || request.method().equals("PUT");
    if (!isLookedAt || request.body().length == 0) {
      return NullNode.getInstance();
    }
    try {
      return Json.parse(request.body());
    } catch (MalformedJsonException _) {
      throw Fault.badRequest("Malformed request body").asException();
    }
  }

  private static Response response(Request request, Reply reply) {
    String type =
        hasSuffix(request.rawPath())
            ? MediaTypes.JSON
            : MediaTypes.best(request.headers(), OFFERS).orElse(MediaTypes.JSON);
    return new Response(reply.status(), Headers.of("Content-Type", type), reply.document().bytes());
  }

  private static FaultException notAllowed(String method, Action action) {
    return new Fault(
            405,
            "The request method: '%s' with action: '%s' is not allowed on this resource"
                .formatted(method, action.wire()))
        .asException();
  }

  private static String withoutSuffix(String path) {
    return hasSuffix(path) ? path.substring(0, path.length() - JSON_SUFFIX.length()) : path;
  }

  private static boolean hasSuffix(String path) {
    return path.endsWith(JSON_SUFFIX) && !path.endsWith("/" + JSON_SUFFIX);
  }
}
