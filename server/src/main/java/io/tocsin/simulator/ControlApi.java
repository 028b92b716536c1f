package io.tocsin.simulator;

import io.tocsin.http.Handler;
import io.tocsin.http.Json;
import io.tocsin.http.MalformedJsonException;
import io.tocsin.http.Request;
import io.tocsin.http.Response;
import io.tocsin.http.Routes;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Supplier;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** The calls under {@code /simulator} that no cloud has; docs/simulator.md lists them. */
final class ControlApi implements Handler {
  private enum Resource {
    REGION,
    HOSTS,
    HOST,
    HOST_FAIL,
    HOST_RECOVER,
    INSTANCES,
    INSTANCE,
    INSTANCE_CHANGE,
    CALLS,
    CALLS_RESET,
    SETTINGS,
    SETTINGS_CHANGE,
    FAULTS,
    FAULT_ADD,
    FAULTS_CLEAR,
    FAULT_REMOVE
  }

  private static final String ROOT = SimulatedCloud.CONTROL_PATH;

  private static final Routes<Resource> ROUTES =
      Routes.of(
          List.of(
              new Routes.Route<>("GET", ROOT, Resource.REGION),
              new Routes.Route<>("GET", ROOT + "/hosts", Resource.HOSTS),
              new Routes.Route<>("GET", ROOT + "/hosts/{name}", Resource.HOST),
              new Routes.Route<>("POST", ROOT + "/hosts/{name}/fail", Resource.HOST_FAIL),
              new Routes.Route<>("POST", ROOT + "/hosts/{name}/recover", Resource.HOST_RECOVER),
              new Routes.Route<>("GET", ROOT + "/instances", Resource.INSTANCES),
              new Routes.Route<>("GET", ROOT + "/instances/{id}", Resource.INSTANCE),
              new Routes.Route<>("PATCH", ROOT + "/instances/{id}", Resource.INSTANCE_CHANGE),
              new Routes.Route<>("GET", ROOT + "/calls", Resource.CALLS),
              new Routes.Route<>("DELETE", ROOT + "/calls", Resource.CALLS_RESET),
              new Routes.Route<>("GET", ROOT + "/settings", Resource.SETTINGS),
              new Routes.Route<>("PATCH", ROOT + "/settings", Resource.SETTINGS_CHANGE),
              new Routes.Route<>("GET", ROOT + "/faults", Resource.FAULTS),
              new Routes.Route<>("POST", ROOT + "/faults", Resource.FAULT_ADD),
              new Routes.Route<>("DELETE", ROOT + "/faults", Resource.FAULTS_CLEAR),
              new Routes.Route<>("DELETE", ROOT + "/faults/{id}", Resource.FAULT_REMOVE)));

  private final Region region;
  private final Hosts hosts;
  private final HostMonitor monitor;
  private final IdentityControl identity;

  ControlApi(Region region, Hosts hosts, HostMonitor monitor, IdentityControl identity) {
    this.region = region;
    this.hosts = hosts;
    this.monitor = monitor;
    this.identity = identity;
  }

  @Override
  public Response handle(Request request) {
    try {
      return request.rawPath().startsWith(IdentityControl.ROOT)
          ? identity.handle(request, _ -> unknownCall())
          : route(request);
    } catch (NoSuchElementException unknown) {
      return error(404, String.valueOf(unknown.getMessage()));
    } catch (IllegalArgumentException | MalformedJsonException wrong) {
      return error(400, String.valueOf(wrong.getMessage()));
    }
  }

  private Response route(Request request) {
    return switch (ROUTES.match(request.method(), request.rawPath())) {
      case Routes.Match.Unknown<Resource>() -> unknownCall();
      case Routes.Match.OtherMethods<Resource> others -> otherMethods(others.methods());
      case Routes.Match.Matched<Resource> matched -> answer(request, matched);
    };
  }

  private static Response unknownCall() {
    return error(404, "No such control call");
  }

  static Response otherMethods(Set<String> methods) {
    return error(405, "This path knows only other methods")
        .with("Allow", String.join(", ", methods));
  }

  private static Response error(int status, String text) {
    return Json.response(status, Json.object().put("error", text));
  }

  private Response answer(Request request, Routes.Match.Matched<Resource> matched) {
    return switch (matched.target()) {
      case REGION -> shown(this::summary);
      case HOSTS -> shown(this::listHosts);
      case HOST -> shown(() -> host(hosts.require(matched.parameter("name"))));
      case HOST_FAIL -> fail(request, matched.parameter("name"));
      case HOST_RECOVER -> {
        boolean enable = request.query().last("enable").orElse("false").equals("true");
        yield shown(() -> host(hosts.recover(matched.parameter("name"), enable)));
      }
      case INSTANCES -> shown(() -> listInstances(request));
      case INSTANCE ->
          shown(() -> ControlJson.instance(region, requireInstance(matched.parameter("id"))));
      case INSTANCE_CHANGE -> {
        InstanceChange change = InstanceChange.parse(object(request));
        yield shown(() -> change(requireInstance(matched.parameter("id")), change));
      }
      case CALLS -> shown(this::calls);
      case CALLS_RESET ->
          shown(() -> {
            region.calls().reset();
            return calls();
          });
      case SETTINGS -> shown(this::settings);
      case SETTINGS_CHANGE -> {
        Map<String, Object> changes = values(object(request));
        yield shown(() -> {
          region.change(region.behaviour().changed(changes));
          return settings();
        });
      }
      case FAULTS -> shown(this::listFaults);
      case FAULT_ADD -> {
        JsonNode order = object(request);
        yield Json.response(201, region.alone(() -> addFault(order)));
      }
      case FAULTS_CLEAR ->
          shown(() -> {
            region.faults().clear();
            return listFaults();
          });
      case FAULT_REMOVE -> shown(() -> removeFault(matched.parameter("id")));
    };
  }

  private Response shown(Supplier<ObjectNode> document) {
    return Json.response(200, region.alone(document));
  }

  private static JsonNode object(Request request) {
    JsonNode body = Json.parse(request.body());
    if (!body.isObject()) {
      throw new IllegalArgumentException("The body is a JSON object");
    }
    return body;
  }

  private static Map<String, Object> values(JsonNode object) {
    Map<String, Object> values = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> property : object.properties()) {
      JsonNode value = property.getValue();
      Object plain = value.isString() ? value.stringValue() : value;
      if (value.isInt()) {
        plain = value.intValue();
      } else if (value.isBoolean()) {
        plain = value.booleanValue();
      }
      values.put(property.getKey(), plain);
    }
    return values;
  }

  private Response fail(Request request, String name) {
    boolean isReported = !request.query().last("report").orElse("true").equals("false");
    Hosts.Guests guests =
        request.query().last("guests").orElse("die").equals("run-on")
            ? Hosts.Guests.RUN_ON
            : Hosts.Guests.DIE;
    Response answer = shown(() -> host(hosts.fail(name, guests, isReported)));
    monitor.lookRound();
    return answer;
  }

  private ObjectNode host(SimulatedHost host) {
    return ControlJson.host(region, host);
  }

  private ObjectNode summary() {
    return ControlJson.summary(region);
  }

  private ObjectNode listHosts() {
    ObjectNode json = Json.object();
    ArrayNode all = json.putArray("hosts");
    region.state().hosts().forEach(host -> all.add(host(host)));
    return json;
  }

  private ObjectNode listInstances(Request request) {
    Optional<String> host = request.query().last("host");
    ObjectNode json = Json.object();
    ArrayNode all = json.putArray("instances");
    host.map(h -> region.state().serversOn(h))
        .orElseGet(region.state()::servers)
        .descendingMap()
        .values()
        .forEach(server -> all.add(ControlJson.instance(region, server)));
    return json;
  }

  private SimulatedServer requireInstance(String id) {
    return ServerLists.uuid(id)
        .flatMap((UUID uuid) -> region.state().findServer(uuid))
        .orElseThrow(() -> new NoSuchElementException("There is no instance " + id));
  }

  private ObjectNode change(SimulatedServer server, InstanceChange change) {
    SimulatedServer idle = new Progress(region).abandoned(server, region.now());
    SimulatedServer changed = change.applyTo(idle, region.now());
    if (region.state().findHost(changed.state().host()).isEmpty()) {
      throw new NoSuchElementException("There is no host " + changed.state().host());
    }
    region.state().put(changed);
    return ControlJson.instance(region, changed);
  }

  private ObjectNode calls() {
    return ControlJson.calls(region.calls());
  }

  private ObjectNode settings() {
    ObjectNode json = Json.object();
    region.behaviour().toMap().forEach(json::putPOJO);
    return json;
  }

  private ObjectNode listFaults() {
    ObjectNode json = Json.object();
    ArrayNode all = json.putArray("faults");
    region.faults().all().forEach(fault -> all.add(FaultJson.write(fault)));
    return json;
  }

  private ObjectNode addFault(JsonNode order) {
    if (region.faults().all().size() >= Faults.MAX) {
      throw new IllegalArgumentException("There are " + Faults.MAX + " faults; clear some first");
    }
    InjectedFault fault = FaultJson.read(order, region.faults().nextId());
    String host = fault.host();
    if (host != null) {
      hosts.require(host);
    }
    region.faults().put(fault);
    return FaultJson.write(fault);
  }

  private ObjectNode removeFault(String id) {
    boolean isGone = id.matches("\\d{1,9}") && region.faults().remove(Integer.parseInt(id));
    if (!isGone) {
      throw new NoSuchElementException("There is no fault " + id);
    }
    return listFaults();
  }
}
