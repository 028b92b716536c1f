package io.tocsin.simulator;

import io.tocsin.http.Json;
import io.tocsin.http.Query;
import java.time.Instant;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * {@code os-services}, {@code os-aggregates} and {@code os-hypervisors}. Called inside {@link
 * Region#alone}.
 */
final class ServicesApi {
  private static final int MAX_REASON_LENGTH = 255;

  private final Region region;

  ServicesApi(Region region) {
    this.region = region;
  }

  ObjectNode list(Query query, Microversion version) {
    String host = query.last("host").orElse("");
    String binary = query.last("binary").orElse("");
    ObjectNode json = Json.object();
    ArrayNode services = json.putArray("services");
    if (!binary.isEmpty() && !binary.equals("nova-compute")) {
      return json;
    }
    for (SimulatedHost each : region.state().hosts()) {
      if (host.isEmpty() || host.equals(each.name())) {
        services.add(service(each, version));
      }
    }
    return json;
  }

  private ObjectNode service(SimulatedHost host, Microversion version) {
    ObjectNode json = Json.object();
    if (version.isAtLeast(53)) {
      json.put("id", host.serviceId().toString());
    } else {
      json.put("id", host.number());
    }
    json.put("binary", "nova-compute");
    json.put("host", host.name());
    json.put("zone", host.zone());
    json.put("status", host.isEnabled() ? "enabled" : "disabled");
    json.put("state", region.looksUp(host) ? "up" : "down");
    json.put("updated_at", ServerJson.micros(region.lastHeartbeat(host)));
    json.put("disabled_reason", host.disabledReason());
    if (version.isAtLeast(11)) {
      json.put("forced_down", host.forcedDownAt() != null);
    }
    return json;
  }

  /** The service after the change, and whether Nova would have waited for a dead host. */
  record Updated(ObjectNode document, boolean waitedInVain) {}

  Updated update(String id, JsonNode body, Microversion version) {
    UUID serviceId =
        ServerLists.uuid(id).orElseThrow(() -> NovaError.badRequest("Invalid uuid " + id));
    checkKeys(body);
    SimulatedHost host =
        region
            .state()
            .findHostOfService(serviceId)
            .orElseThrow(() -> NovaError.notFound("Service " + id + " could not be found."));
    SimulatedHost changed = forced(host, body.get("forced_down"));
    changed = withStatus(changed, body.get("status"), body.get("disabled_reason"));
    region.state().put(changed);
    // Nova tells the host that it takes servers or not, unless it knows that nobody listens there.
    boolean isTold =
        changed.isEnabled() != host.isEnabled()
            && changed.forcedDownAt() == null
            && region.looksUp(changed);
    ObjectNode json = Json.object();
    json.set("service", service(changed, version));
    return new Updated(json, isTold && !changed.isAlive());
  }

  private static void checkKeys(JsonNode body) {
    if (!body.isObject() || body.isEmpty()) {
      throw NovaError.badRequest(
          "Invalid input for field/attribute body. Value: "
              + body
              + ". At least one of 'status' and 'forced_down' is required");
    }
    for (String name : body.propertyNames()) {
      if (!Set.of("status", "disabled_reason", "forced_down").contains(name)) {
        throw NovaError.badRequest(
            "Additional properties are not allowed ('" + name + "' was unexpected)");
      }
    }
    JsonNode status = body.get("status");
    if (body.has("disabled_reason")
        && (status == null || !status.isString() || !status.stringValue().equals("disabled"))) {
      throw NovaError.badRequest(
          "Specifying 'disabled_reason' requires that 'status' is set to 'disabled'.");
    }
  }

  private SimulatedHost forced(SimulatedHost host, @Nullable JsonNode forcedDown) {
    if (forcedDown == null) {
      return host;
    }
    if (!forcedDown.isBoolean()) {
      throw invalid("forced_down", forcedDown);
    }
    if (!forcedDown.booleanValue() && host.forcedDownAt() != null && host.evacuated() > 0) {
      throw NovaError.badRequest(
          "Unable to force up host "
              + host.name()
              + " as `done` evacuation migration records remain associated with the host. "
              + "Ensure the compute service has been restarted, allowing these records to move to "
              + "`completed` before retrying this request.");
    }
    if (!forcedDown.booleanValue()) {
      return host.withForcedDown(null);
    }
    Instant since = host.forcedDownAt();
    return host.withForcedDown(since == null ? region.now() : since);
  }

  private static SimulatedHost withStatus(
      SimulatedHost host, @Nullable JsonNode status, @Nullable JsonNode reason) {
    if (status == null) {
      return host;
    }
    if (!status.isString() || !Set.of("enabled", "disabled").contains(status.stringValue())) {
      throw invalid("status", status);
    }
    if (status.stringValue().equals("enabled")) {
      return host.withStatus(true, null);
    }
    if (reason == null) {
      return host.withStatus(false, null);
    }
    if (!reason.isString()
        || reason.stringValue().isEmpty()
        || reason.stringValue().length() > MAX_REASON_LENGTH) {
      throw invalid("disabled_reason", reason);
    }
    return host.withStatus(false, reason.stringValue());
  }

  private static NovaError invalid(String field, JsonNode value) {
    return NovaError.badRequest(
        "Invalid input for field/attribute " + field + ". Value: " + value + ".");
  }

  ObjectNode listAggregates() {
    ObjectNode json = Json.object();
    ArrayNode aggregates = json.putArray("aggregates");
    region.state().aggregates().forEach(each -> aggregates.add(aggregate(each)));
    return json;
  }

  ObjectNode addHost(String id, JsonNode body) {
    JsonNode host = body.path("add_host").path("host");
    if (!host.isString()) {
      throw NovaError.badRequest("There is no such action: " + body);
    }
    Aggregate aggregate =
        region
            .state()
            .findAggregate(id.matches("\\d{1,9}") ? Integer.parseInt(id) : -1)
            .orElseThrow(() -> NovaError.notFound("Aggregate " + id + " could not be found."));
    String name = host.stringValue();
    if (region.state().findHost(name).isEmpty()) {
      throw NovaError.notFound("Compute host " + name + " could not be found.");
    }
    if (aggregate.hosts().contains(name)) {
      throw NovaError.conflict(
          "Cannot add host to aggregate "
              + id
              + ". Reason: Aggregate "
              + id
              + " already has host "
              + name
              + ".");
    }
    Aggregate changed = aggregate.withHost(name);
    region.state().put(changed);
    ObjectNode json = Json.object();
    json.set("aggregate", aggregate(changed));
    return json;
  }

  private static ObjectNode aggregate(Aggregate aggregate) {
    ObjectNode json = Json.object();
    json.put("id", aggregate.id());
    json.put("uuid", aggregate.uuid().toString());
    json.put("name", aggregate.name());
    json.putNull("availability_zone");
    ArrayNode hosts = json.putArray("hosts");
    aggregate.hosts().forEach(hosts::add);
    json.putObject("metadata");
    json.put("created_at", ServerJson.micros(aggregate.created()));
    json.putNull("updated_at");
    json.putNull("deleted_at");
    json.put("deleted", false);
    return json;
  }

  ObjectNode listHypervisors() {
    ObjectNode json = Json.object();
    ArrayNode hypervisors = json.putArray("hypervisors");
    for (SimulatedHost host : region.state().hosts()) {
      ObjectNode each = hypervisors.addObject();
      each.put("id", host.serviceId().toString());
      each.put("hypervisor_hostname", host.hypervisor());
      each.put("state", region.looksUp(host) ? "up" : "down");
      each.put("status", host.isEnabled() ? "enabled" : "disabled");
      each.put("hypervisor_type", "simulated");
      int memory = region.behaviour().hostMemoryMebibytes();
      long used = Scheduler.memoryUsed(region, host);
      each.put("memory_mb", memory);
      each.put("memory_mb_used", used);
      each.put("free_ram_mb", memory - used);
      each.put("running_vms", region.state().serversOn(host.name()).size());
      ObjectNode service = each.putObject("service");
      service.put("id", host.serviceId().toString());
      service.put("host", host.name());
      service.put("disabled_reason", host.disabledReason());
    }
    return json;
  }
}
