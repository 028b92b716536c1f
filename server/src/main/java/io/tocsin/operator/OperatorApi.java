package io.tocsin.operator;

import io.tocsin.http.Accept;
import io.tocsin.http.Headers;
import io.tocsin.http.Mounts;
import io.tocsin.http.Query;
import io.tocsin.http.Request;
import io.tocsin.http.Response;
import io.tocsin.http.Routes;
import io.tocsin.http.Routes.Match;
import io.tocsin.identity.Bearers;
import io.tocsin.recovery.ActionLog;
import io.tocsin.recovery.Explanations;
import io.tocsin.recovery.HostPlans;
import io.tocsin.recovery.HostReturns;
import io.tocsin.recovery.Interventions;
import io.tocsin.recovery.Pauses;
import io.tocsin.recovery.Purge;
import io.tocsin.recovery.Rulebook;
import io.tocsin.store.Suggestion;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The operators' API: what recoveries do and why, and the handles to intervene. For the members of
 * the operators' account; viewers read, members and those above them change. Thread-safe.
 */
public final class OperatorApi {
  static final String MOUNT = "/operator";
  static final String JSON = "application/json";

  private final Routes<Operation> routes;
  private final Access access;

  /** What the API is about. */
  public record Services(
      Bearers bearers,
      Explanations explanations,
      Interventions interventions,
      Pauses pauses,
      HostReturns hostReturns,
      HostPlans hostPlans,
      Rulebook rulebook,
      Purge purge,
      ActionLog actions) {}

  public OperatorApi(Services services) {
    access = new Access(services.bearers());
    routes = new RouteTable(services).routes();
  }

  /** The given mounts and this API: {@code /operator}. */
  public Mounts on(Mounts others) {
    return others.with(MOUNT, this::handle, new Problems());
  }

  Routes<Operation> routes() {
    return routes;
  }

  private Response handle(Request request) {
    try {
      return answer(request);
    } catch (RuntimeException failure) {
      return Problems.response(
          Problems.of(failure).orElseThrow(() -> failure), request.requestId());
    }
  }

  /** In this order: who calls, path and method, their role, Accept, query; then the work. */
  private Response answer(Request request) {
    Caller caller = access.enter(request);
    String method = request.method().equals("HEAD") ? "GET" : request.method();
    return switch (routes.match(method, request.rawPath())) {
      case Match.Matched(Operation operation, Map<String, String> places) ->
          answer(request, caller, operation, places);
      case Match.OtherMethods<Operation> others ->
          Problems.response(
                  Problem.METHOD_NOT_ALLOWED.because("Nothing is done there by that method."),
                  request.requestId())
              .with("Allow", allowed(others.methods()));
      case Match.Unknown<Operation> _ ->
          throw Problem.NOT_FOUND.because("This API has no such path.");
    };
  }

  private static Response answer(
      Request request, Caller caller, Operation operation, Map<String, String> places) {
    if (!caller.role().includes(operation.role())) {
      throw Problem.NOT_PERMITTED.because(
          "This takes the role %s in the operators' account.".formatted(operation.role().wire()));
    }
    requireJsonIsWanted(request.headers());
    Map<String, String> parameters = parameters(request.query(), operation.parameters());
    return operation.work().run(new Call(request, caller, places, parameters));
  }

  private static void requireJsonIsWanted(Headers headers) {
    boolean isSilent = headers.all("Accept").stream().allMatch(String::isBlank);
    if (!isSilent && Accept.best(headers, List.of(JSON)).isEmpty()) {
      throw Problem.NOT_ACCEPTABLE.because("Answers are application/json.");
    }
  }

  private static Map<String, String> parameters(Query query, Set<String> known) {
    Map<String, String> parameters = new LinkedHashMap<>();
    List<Reason> reasons = new ArrayList<>();
    for (Query.Parameter it : query.parameters()) {
      if (!known.contains(it.name())) {
        reasons.add(new Reason(it.name(), unknown(it.name(), known)));
      } else if (parameters.put(it.name(), it.value()) != null) {
        reasons.add(new Reason(it.name(), "must stand there once"));
      }
    }
    if (!reasons.isEmpty()) {
      throw Problem.INVALID_PARAMETERS.because("The query is not as it must be.", reasons);
    }
    return parameters;
  }

  private static String unknown(String name, Set<String> known) {
    return known.isEmpty()
        ? "is not known here; there are no parameters"
        : "is not known here; do you mean '%s'?".formatted(Suggestion.nearest(name, known));
  }

  private static String allowed(Set<String> methods) {
    return String.join(", ", methods).replace("GET", "GET, HEAD");
  }
}
