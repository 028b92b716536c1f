package io.tocsin.instanceha;

import io.tocsin.http.Routes;
import io.tocsin.http.Routes.Route;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The routes of the API as data (Instance HA spec §1): what the original's router makes of each
 * noun, leftovers included, in both URL forms, with and without a project.
 */
final class RouteTable {
  /** In front of every path a second time. */
  private static final String PROJECT = "/{project:[0-9a-f-]+}";

  /** What that place is called. */
  static final String PROJECT_PLACE = "project";

  /**
   * Where a route leads.
   *
   * @param operation null where the route exists but nothing is done there: 405
   */
  record Target(Action action, @Nullable Operation operation) {}

  private final List<Route<Target>> routes = new ArrayList<>();

  /** A noun's routes: {@code /hosts}, {@code /hosts/{host}} and what the router adds to them. */
  RouteTable noun(String collection, String place, Resource resource) {
    String member = collection + "/{" + place + "}";
    add("GET", collection, Action.INDEX, resource);
    add("POST", collection, Action.CREATE, resource);
    add("GET", collection + "/new", Action.NEW, resource);
    add("GET", member, Action.SHOW, resource);
    add("PUT", member, Action.UPDATE, resource);
    add("DELETE", member, Action.DELETE, resource);
    add("GET", member + "/edit", Action.EDIT, resource);
    return this;
  }

  /** The same and {@code POST /segments/{segment}/action}. */
  RouteTable nounWithAction(String collection, String place, Resource resource) {
    noun(collection, place, resource);
    add("POST", collection + "/{" + place + "}/action", Action.ACTION, resource);
    return this;
  }

  /** The bare mount; it has no form with a project. */
  RouteTable root(Operation.Work work) {
    Target target = new Target(Action.SHOW, Operation.open(work));
    routes.add(new Route<>("GET", InstanceHa.MOUNT, target));
    routes.add(new Route<>("GET", InstanceHa.MOUNT + "/", target));
    return this;
  }

  Routes<Target> routes() {
    return Routes.of(routes);
  }

  private void add(String method, String path, Action action, Resource resource) {
    Target target = new Target(action, resource.operations().get(action));
    routes.add(new Route<>(method, InstanceHa.MOUNT + path, target));
    routes.add(new Route<>(method, InstanceHa.MOUNT + PROJECT + path, target));
  }
}
