package io.tocsin.operator;

import io.tocsin.http.Routes;
import io.tocsin.http.Routes.Route;
import java.util.ArrayList;
import java.util.List;

/** The routes of the API as data. */
final class RouteTable {
  static final String VERSION = OperatorApi.MOUNT + "/v1";
  static final String RECOVERY = "recovery_id";
  static final String PAUSE = "pause_id";
  static final String HOST = "host";
  static final String SEGMENT = "segment";

  private static final String RECOVERIES = VERSION + "/recoveries";
  private static final String ONE_RECOVERY = RECOVERIES + "/{" + RECOVERY + "}";
  private static final String PAUSES = VERSION + "/pauses";
  private static final String ONE_PAUSE = PAUSES + "/{" + PAUSE + "}";
  private static final String ONE_HOST = VERSION + "/hosts/{" + HOST + "}";

  private static final String RULES = VERSION + "/segments/{" + SEGMENT + "}/rules";

  private final List<Route<Operation>> routes = new ArrayList<>();

  RouteTable(OperatorApi.Services services) {
    RecoveryResource recoveries =
        new RecoveryResource(services.explanations(), services.interventions());
    add("GET", VERSION + "/summary", Operation.read(recoveries::summarize));
    add(
        "GET",
        RECOVERIES,
        Operation.read(recoveries::list, "state", "status", "segment", "host", "limit", "after"));
    add("GET", ONE_RECOVERY, Operation.read(recoveries::show));
    add("POST", ONE_RECOVERY + "/cancel", Operation.change(recoveries::cancel));
    add("POST", ONE_RECOVERY + "/retry", Operation.change(recoveries::retry));
    add("POST", VERSION + "/approvals", Operation.change(recoveries::approve));

    PauseResource pauses = new PauseResource(services.pauses());
    add("GET", PAUSES, Operation.read(pauses::list, "all", "limit", "before"));
    add("POST", PAUSES, Operation.change(pauses::create));
    add("GET", ONE_PAUSE, Operation.read(pauses::show));
    add("POST", ONE_PAUSE + "/resume", Operation.change(pauses::resume));
    add("POST", VERSION + "/resumptions", Operation.change(pauses::resumeAll));

    HostResource hosts = new HostResource(services.hostReturns(), services.hostPlans());
    add("GET", ONE_HOST + "/plan", Operation.read(hosts::plan));
    add("POST", ONE_HOST + "/return", Operation.change(hosts::bringBack));

    RulesResource rules = new RulesResource(services.rulebook());
    add("GET", RULES, Operation.read(rules::show));
    add("PUT", RULES, Operation.change(rules::change));

    PurgeResource purges = new PurgeResource(services.purge());
    add("POST", VERSION + "/purge", Operation.change(purges::purge));

    ActionResource actions = new ActionResource(services.actions());
    add("GET", VERSION + "/actions", Operation.read(actions::list, "limit", "before"));
  }

  Routes<Operation> routes() {
    return Routes.of(routes);
  }

  private void add(String method, String path, Operation operation) {
    routes.add(new Route<>(method, path, operation));
  }
}
