package io.tocsin.accounts;

import io.tocsin.feed.Lives;
import io.tocsin.http.Headers;
import io.tocsin.http.Response;
import io.tocsin.http.Routes;
import io.tocsin.http.Routes.Route;
import io.tocsin.identity.Directory;
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
  private static final String ANY_USER = "/users/{" + Place.ANY_USER + "}";
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

  /** Accounts, and who is in them (Astra spec §1.5). */
  RouteTable directory(Directory directory, Lives lives) {
    AccountResource accounts = new AccountResource(directory, lives);
    List<String> one = Sibling.ACCOUNT.offers();
    add(
        "GET",
        AccountApi.MOUNT,
        Operation.beside(Rights.EXIST, Sibling.ACCOUNT.listOffers(), accounts::list));
    add("POST", AccountApi.MOUNT, Operation.beside(Rights.ADMINISTER, one, accounts::create));
    add("GET", ACCOUNT, Operation.beside(Rights.KNOW, one, accounts::show));
    add("PUT", ACCOUNT, Operation.beside(Rights.ADMINISTER, List.of(), accounts::change));
    users(new UserResource(directory));
    groups(new GroupResource(directory));
    roleBindings(new RoleBindingResource(directory));
    tokens(new TokenResource(directory));
    return this;
  }

  private void users(UserResource users) {
    String path = CORE + "/users";
    know(path, path + ONE, Sibling.USER, users::list, users::show);
    add("POST", path, administer(Sibling.USER, users::create));
    add("PUT", path + ONE, administer(users::change));
  }

  private void groups(GroupResource groups) {
    String path = CORE + "/groups";
    String members = path + "/{" + Place.ANY_GROUP + "}/users";
    know(path, path + ONE, Sibling.GROUP, groups::list, groups::show);
    add("POST", path, administer(Sibling.GROUP, groups::create));
    add(
        "GET",
        members,
        Operation.beside(Rights.KNOW, Sibling.USER.listOffers(), groups::listMembers));
    add("POST", members, administer(Sibling.USER, groups::addMember));
    add("DELETE", members + ONE, administer(groups::removeMember));
  }

  private void roleBindings(RoleBindingResource bindings) {
    String path = CORE + "/roleBindings";
    know(path, path + ONE, Sibling.ROLE_BINDING, bindings::list, bindings::show);
    add("POST", path, administer(Sibling.ROLE_BINDING, bindings::create));
    add("PUT", path + ONE, administer(bindings::change));
    add("DELETE", path + ONE, administer(bindings::delete));
    add(
        "GET",
        CORE + ANY_USER + "/roleBindings",
        Operation.beside(Rights.KNOW, Sibling.ROLE_BINDING.listOffers(), bindings::listOfUser));
  }

  /** Everybody has tokens, so whose they are is for the resource to look at. */
  private void tokens(TokenResource tokens) {
    String path = CORE + ANY_USER + "/tokens";
    know(path, path + ONE, Sibling.TOKEN, tokens::list, tokens::show);
    add("POST", path, Operation.beside(Rights.KNOW, Sibling.TOKEN.offers(), tokens::create));
    add("PUT", path + ONE, Operation.beside(Rights.KNOW, List.of(), tokens::change));
    add("DELETE", path + ONE, Operation.beside(Rights.KNOW, List.of(), tokens::delete));
  }

  private void know(
      String all, String one, Sibling sibling, Operation.Work list, Operation.Work show) {
    add("GET", all, Operation.beside(Rights.KNOW, sibling.listOffers(), list));
    add("GET", one, Operation.beside(Rights.KNOW, sibling.offers(), show));
  }

  private static Operation administer(Sibling sibling, Operation.Work work) {
    return Operation.beside(Rights.ADMINISTER, sibling.offers(), work);
  }

  /** Something that answers without a body. */
  private static Operation administer(Operation.Work work) {
    return Operation.beside(Rights.ADMINISTER, List.of(), work);
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
