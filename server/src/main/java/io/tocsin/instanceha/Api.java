package io.tocsin.instanceha;

import io.tocsin.http.Accept;
import io.tocsin.http.Headers;
import io.tocsin.http.Json;
import io.tocsin.http.MalformedJsonException;
import io.tocsin.http.Request;
import io.tocsin.http.Response;
import io.tocsin.http.Routes;
import io.tocsin.identity.Authenticator;
import io.tocsin.identity.Caller;
import io.tocsin.identity.Identification;
import io.tocsin.identity.Policy;
import io.tocsin.identity.Verdict;
import io.tocsin.instanceha.RouteTable.Target;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.NullNode;

/**
 * Takes a request under the mount through the checks in the order of Instance HA spec §4.5: size
 * (the listener's), caller, route, microversion, content type, method, JSON, project, body, policy;
 * then the operation does its work. The document that describes the API is there for everybody, so
 * that clients need not ask for it twice.
 */
final class Api {
  private static final Logger log = LoggerFactory.getLogger(Api.class);
  private static final String JSON_SUFFIX = ".json";
  private static final List<String> OFFERS = List.of(MediaTypes.JSON, MediaTypes.MASAKARI_JSON);

  private final Routes<Target> routes;
  private final Authenticator authenticator;
  private final Policy policy;

  Api(Routes<Target> routes, Authenticator authenticator, Policy policy) {
    this.routes = routes;
    this.authenticator = authenticator;
    this.policy = policy;
  }

  /** What is settled about a request once its route is known. */
  private record Terms(Caller caller, Microversion version, Map<String, String> places) {}

  Response answer(Request request) {
    if (request.method().equals("OPTIONS")) {
      return Response.empty(200);
    }
    return answerKnown(request).with(InstanceHa.REQUEST_ID, request.requestId());
  }

  private Response answerKnown(Request request) {
    if (isDiscovery(request)) {
      return answerRouted(request, Caller.UNKNOWN);
    }
    Authenticator.Presented presented =
        new Authenticator.Presented(
            header(request, "X-Auth-Token"),
            header(request, "X-Service-Token"),
            request.method(),
            request.rawPath());
    return switch (authenticator.identify(presented)) {
      case Identification.Known(Caller caller) -> answerRouted(request, caller);
      case Identification.Rejected(String challenge) -> Faults.unauthorized(challenge);
      case Identification.Unavailable _ -> Faults.noKeystone(request);
    };
  }

  private static boolean isDiscovery(Request request) {
    String path = request.rawPath();
    return request.method().equals("GET")
        && (path.equals(InstanceHa.MOUNT) || path.equals(InstanceHa.MOUNT + "/"));
  }

  /** Two fields of one name are one with a comma, and no token has a comma. */
  private static @Nullable String header(Request request, String name) {
    List<String> values = request.headers().all(name);
    return values.isEmpty() ? null : String.join(",", values);
  }

  private Response answerRouted(Request request, Caller caller) {
    return switch (routes.match(request.method(), withoutSuffix(request.rawPath()))) {
      case Routes.Match.Matched(Target target, Map<String, String> places) ->
          answerVersioned(request, caller, target, places);
      case Routes.Match.OtherMethods<Target> _, Routes.Match.Unknown<Target> _ ->
          Page.NOT_FOUND.response(request.headers());
    };
  }

  private Response answerVersioned(
      Request request, Caller caller, Target target, Map<String, String> places) {
    Microversion version;
    try {
      version = Microversion.asked(request.headers());
    } catch (FaultException e) {
      return Faults.response(e.fault());
    }
    return run(request, new Terms(caller, version, places), target)
        .with(Microversion.HEADER, Microversion.SERVICE + " " + version)
        .with("Vary", Microversion.HEADER);
  }

  /** What is neither a fault nor a refusal passes on to the listener, which logs it. */
  private Response run(Request request, Terms terms, Target target) {
    try {
      if (!MediaTypes.isAcceptedBody(request.headers())) {
        throw new Fault(415, "Unsupported Content-Type").asException();
      }
      Operation operation = target.operation();
      if (operation == null) {
        throw notAllowed(request.method(), target.action());
      }
      Call call = new Call(request, terms.caller(), terms.version(), terms.places(), body(request));
      requireOwnProject(call);
      requireBody(call, operation);
      requirePolicy(call, operation);
      return response(request, operation.work().run(call));
    } catch (RuntimeException failure) {
      return Faults.response(Faults.of(failure).orElseThrow(() -> failure));
    }
  }

  /** A caller without a project may name any: the API's objects belong to none. */
  private static void requireOwnProject(Call call) {
    String asked = call.path().get(RouteTable.PROJECT_PLACE);
    String own = call.caller().projectId();
    if (asked != null && own != null && !asked.equals(own)) {
      throw Fault.badRequest(
              "Malformed request URL: URL's project_id '%s' doesn't match Context's project_id '%s'"
                  .formatted(asked, own))
          .asException();
    }
  }

  private static void requireBody(Call call, Operation operation) {
    Rule rule = operation.body().at(call.version());
    if (rule != null) {
      BodyCheck.require(rule, call.body());
    }
  }

  private void requirePolicy(Call call, Operation operation) {
    String rule = operation.policy();
    if (rule == null) {
      return;
    }
    Verdict verdict = policy.check(rule, call.caller(), call.caller().target());
    if (!verdict.isAllowed()) {
      log.atDebug()
          .addKeyValue("rule", rule)
          .addKeyValue("user", call.caller().userId())
          .addKeyValue("because", verdict.because())
          .log("the policy does not allow a request");
      throw new Fault(403, "Policy doesn't allow %s to be performed.".formatted(rule))
          .asException();
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
            : Accept.best(request.headers(), OFFERS).orElse(MediaTypes.JSON);
    return new Response(reply.status(), Headers.of("Content-Type", type), reply.document().bytes());
  }

  private static FaultException notAllowed(String method, Action action) {
    return new Fault(
            405,
            "The request method: '%s' with action: '%s' is not allowed on this resource"
                .formatted(method, action.wire()))
        .asException();
  }

  static String withoutSuffix(String path) {
    return hasSuffix(path) ? path.substring(0, path.length() - JSON_SUFFIX.length()) : path;
  }

  private static boolean hasSuffix(String path) {
    return path.endsWith(JSON_SUFFIX) && !path.endsWith("/" + JSON_SUFFIX);
  }
}
