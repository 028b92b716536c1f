package io.tocsin.simulator;

import io.tocsin.http.Json;
import io.tocsin.simulator.SimulatedHost.Report;
import io.tocsin.simulator.SimulatedServer.Evacuations;
import io.tocsin.simulator.SimulatedServer.State;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.databind.node.ObjectNode;

/** What the control calls show. Used inside {@link Region#alone}. */
final class ControlJson {
  private ControlJson() {}

  static ObjectNode summary(Region region) {
    ObjectNode json = Json.object();
    json.put("hosts", region.spec().hosts());
    json.put("instances", region.state().servers().size());
    json.put("seed", region.spec().seed());
    json.put("states", region.spec().states().name().toLowerCase(Locale.ROOT).replace('_', '-'));
    Map<String, Integer> byState = new TreeMap<>();
    int evacuating = 0;
    for (SimulatedServer server : region.state().servers().values()) {
      byState.merge(server.state().vmState(), 1, Integer::sum);
      Work work = server.work();
      if (work != null && work.step().isEvacuation()) {
        evacuating++;
      }
    }
    ObjectNode states = json.putObject("instances_by_state");
    byState.forEach(states::put);
    json.put("evacuations_running", evacuating);
    json.put("hosts_alive", region.state().hosts().stream().filter(SimulatedHost::isAlive).count());
    json.put("hosts_up", region.state().hosts().stream().filter(region::looksUp).count());
    json.put("faults", region.faults().all().size());
    json.put("calls", region.calls().total());
    return json;
  }

  static ObjectNode host(Region region, SimulatedHost host) {
    ObjectNode json = Json.object();
    json.put("name", host.name());
    json.put("hypervisor", host.hypervisor());
    json.put("service_id", host.serviceId().toString());
    json.put("alive", host.isAlive());
    json.put("state", region.looksUp(host) ? "up" : "down");
    json.put("status", host.isEnabled() ? "enabled" : "disabled");
    json.put("disabled_reason", host.disabledReason());
    json.put("forced_down", host.forcedDownAt() != null);
    json.put("last_heartbeat", region.lastHeartbeat(host).toString());
    json.put("instances", region.state().serversOn(host.name()).size());
    Report report = host.report();
    if (report == null) {
      json.putNull("report");
    } else {
      ObjectNode shown = json.putObject("report");
      shown.put("noticed_at", report.noticedAt().toString());
      shown.put("attempts", report.attempts());
      shown.put("outcome", report.outcome() == null ? "to be sent" : report.outcome());
    }
    return json;
  }

  static ObjectNode instance(Region region, SimulatedServer server) {
    State state = server.state();
    ObjectNode json = Json.object();
    json.put("id", server.id().toString());
    json.put("name", server.birth().name());
    json.put("project_id", ServerJson.hex(server.birth().project()));
    json.put("host", state.host());
    json.put("vm_state", state.vmState());
    json.put("task_state", state.taskState());
    json.put("power_state", state.powerState());
    json.put("ha_enabled", state.metadata().get("HA_Enabled"));
    json.put(
        "locked_by", state.lock() == null ? null : state.lock().name().toLowerCase(Locale.ROOT));
    json.put("recoverable", server.birth().isRecoverable());
    json.put("deleted", state.isDeleted());
    json.put("fault", state.fault() == null ? null : state.fault().message());
    json.put("runs_on", server.runsOn());
    Work work = server.work();
    json.put("on_its_way_to", work == null || !work.step().isEvacuation() ? null : work.worker());
    Evacuations so = server.evacuations();
    ObjectNode evacuations = json.putObject("evacuations");
    evacuations.put("received", so.received());
    evacuations.put("accepted", so.accepted());
    evacuations.put("arrived", so.arrived());
    evacuations.put("while_running", so.whileRunning());
    return json;
  }

  static ObjectNode calls(CallCounts calls) {
    ObjectNode json = Json.object();
    json.put("total", calls.total());
    ObjectNode byKind = json.putObject("by_kind");
    calls.byKind().forEach((call, count) -> byKind.put(call.text(), count));
    json.put("in_flight", calls.inFlight());
    json.put("max_in_flight", calls.maxInFlight());
    return json;
  }
}
