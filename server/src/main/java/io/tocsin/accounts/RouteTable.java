package io.tocsin.accounts;

import io.tocsin.http.Headers;
import io.tocsin.http.Response;
import io.tocsin.http.Routes;
import io.tocsin.http.Routes.Route;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** The routes of the API as data (Astra spec §1). */
final class RouteTable {
  private static final String ACCOUNT = AccountApi.MOUNT + "/{" + Place.ACCOUNT + "}";
  private static final String CORE = ACCOUNT + "/core/v1";
  private static final String ONE = "/{" + Place.ID + "}";
  private static final String EVENTS = CORE + "/events";
  private static final String NOTIFICATIONS = CORE + "/notifications";
  private static final String UNREAD = "/users/{" + Place.USER + "}/unreadNotifications";
  private static final String GROUPS = "/groups/{" + Place.GROUP + "}";

  private final List<Route<Operation>> routes = new ArrayList<>();

  /** Events, notifications and unread marks, these also through a group. */
  RouteTable feed(FeedResource feed) {
    readable(EVENTS, Noun.EVENT, feed);
    readable(NOTIFICATIONS, Noun.NOTIFICATION, feed);
    for (String unread : List.of(CORE + UNREAD, CORE + GROUPS + UNREAD)) {
      readable(unread, Noun.UNREAD_NOTIFICATION, feed);
      add("DELETE", unread + ONE, Operation.act(feed::markRead));
    }
    return this;
  }

  /** Where events come in. */
  RouteTable publishing(Publishing publishing) {
    for (Noun noun : List.of(Noun.EVENT, Noun.NOTIFICATION)) {
      String path = noun == Noun.EVENT ? EVENTS : NOTIFICATIONS;
      add("POST", path, Operation.publish(noun, call -> publishing.publish(noun, call)));
    }
    return this;
  }

  /** What the original's toolkit asks to find out why something else was refused (§13.4). */
  RouteTable clouds() {
    byte[] nothing = "{\"items\":[],\"metadata\":{}}".getBytes(StandardCharsets.UTF_8);
    Response none = new Response(200, Headers.of("Content-Type", Noun.JSON), nothing);
    add(
        "GET",
        ACCOUNT + "/topology/v1/clouds",
        new Operation(Rights.READ, List.of(), new Operation.Parameters.Ignored(), _ -> none));
    return this;
  }

  Routes<Operation> routes() {
    return Routes.of(routes);
  }

  private void readable(String path, Noun noun, FeedResource feed) {
    add("GET", path, Operation.list(noun, call -> feed.list(noun, call)));
    add("GET", path + ONE, Operation.show(noun, call -> feed.show(noun, call)));
  }

  private void add(String method, String path, Operation operation) {
    routes.add(new Route<>(method, path, operation));
  }
}
