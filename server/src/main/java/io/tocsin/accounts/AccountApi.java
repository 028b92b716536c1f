package io.tocsin.accounts;

import io.tocsin.clock.Clock;
import io.tocsin.feed.EventLists;
import io.tocsin.feed.FeedSecret;
import io.tocsin.feed.Lives;
import io.tocsin.feed.Publisher;
import io.tocsin.feed.ReadMarks;
import io.tocsin.feed.Reader;
import io.tocsin.http.Headers;
import io.tocsin.http.Mounts;
import io.tocsin.http.Request;
import io.tocsin.http.Response;
import io.tocsin.http.Routes;
import io.tocsin.http.Routes.Match;
import io.tocsin.identity.AccountId;
import io.tocsin.identity.Bearers;
import io.tocsin.identity.Directory;
import io.tocsin.identity.Principal;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.random.RandomGenerator;

/** The account notification API, as Astra Control's clients know it. Thread-safe. */
public final class AccountApi {
  static final String MOUNT = "/accounts";

  /** Tells callers which user they are: the original has no other way than to know it. */
  static final String USER = "X-Tocsin-User";

  private final Routes<Operation> routes;
  private final Access access;
  private final ContinueTokens tokens;

  /** What the API is about. */
  public record Services(
      Bearers bearers,
      Directory directory,
      EventLists lists,
      ReadMarks marks,
      Publisher publisher,
      FeedSecret secret,
      Lives lives) {}

  /**
   * @param random makes correlation ids for events that come without
   */
  public AccountApi(
      Services services, AccountSettings settings, Clock clock, RandomGenerator random) {
    access = new Access(services.bearers(), services.directory());
    tokens = new ContinueTokens(services.secret().value());
    RouteTable table =
        new RouteTable()
            .clouds()
            .feed(new FeedResource(services.lists(), services.marks(), tokens, settings.maxLimit()))
            .directory(services.directory(), services.lives());
    if (settings.takesEvents()) {
      table.publishing(new Publishing(services.publisher(), clock, random));
    }
    routes = table.routes();
  }

  /** The given mounts and this API: {@code /accounts}. */
  public Mounts on(Mounts others) {
    return others.with(MOUNT, this::handle, new Problems());
  }

  Routes<Operation> routes() {
    return routes;
  }

  private Response handle(Request request) {
    Principal principal;
    try {
      principal = access.identify(request);
    } catch (RuntimeException failure) {
      return refusal(failure, request);
    }
    return answerOrRefuse(request, principal).with(USER, principal.user().toString());
  }

  private Response answerOrRefuse(Request request, Principal principal) {
    try {
      return answer(request, principal);
    } catch (RuntimeException failure) {
      return refusal(failure, request);
    }
  }

  private static Response refusal(RuntimeException failure, Request request) {
    return Problems.response(
        Problems.of(failure, method(request)).orElseThrow(() -> failure), request.requestId());
  }

  private Response answer(Request request, Principal principal) {
    return switch (routes.match(method(request), request.rawPath())) {
      case Match.Matched(Operation operation, Map<String, String> places) ->
          answer(request, principal, operation, places);
      case Match.OtherMethods<Operation> others ->
          Problems.response(Problem.UNSUPPORTED_METHOD.asException(), request.requestId())
              .with("Allow", allowed(others.methods()));
      case Match.Unknown<Operation> _ -> throw Problem.COLLECTION_NOT_FOUND.asException();
    };
  }

  /**
   * The order of checks from here on is that of Astra spec §8.6; the last of them, about the
   * resource itself, is the work's.
   */
  private Response answer(
      Request request, Principal principal, Operation operation, Map<String, String> places) {
    Entry entry = enter(principal, operation, places);
    Reader reader = entry.reader();
    String mediaType = mediaType(request.headers(), operation.offers());
    ListQuery query =
        switch (operation.parameters()) {
          case Operation.Parameters.OfList(Noun noun) ->
              ListQueryParser.parse(request.query(), noun, reader, tokens);
          case Operation.Parameters.None _ -> {
            ListQueryParser.requireNone(request.query());
            yield ListQuery.EVERYTHING;
          }
          case Operation.Parameters.Ignored _ -> ListQuery.EVERYTHING;
        };
    access.requireOwn(reader, places);
    return operation.work().run(new Call(request, entry, places, mediaType, query));
  }

  /** A client that is refused elsewhere asks the stub why, and looks for the name it knows. */
  private Entry enter(Principal principal, Operation operation, Map<String, String> places) {
    // The accounts themselves are in none of them: the operators' stands for it.
    String account = places.getOrDefault(Place.ACCOUNT, AccountId.OPERATORS.toString());
    try {
      return access.enter(principal, account, operation.rights());
    } catch (ProblemException refused) {
      throw switch (operation.parameters()) {
        case Operation.Parameters.Ignored _ ->
            refused
                .problem()
                .asException("x-pcloud-accountid", "is not an account that this token opens");
        case Operation.Parameters.None _, Operation.Parameters.OfList _ -> refused;
      };
    }
  }

  private static String mediaType(Headers headers, List<String> offers) {
    return offers.isEmpty() ? "" : MediaTypes.choose(headers, offers);
  }

  private static String method(Request request) {
    return request.method().equals("HEAD") ? "GET" : request.method();
  }

  private static String allowed(Set<String> methods) {
    return String.join(", ", methods).replace("GET", "GET, HEAD");
  }
}
