package io.tocsin.operator;

import io.tocsin.failover.Host;
import io.tocsin.http.Response;
import io.tocsin.recovery.HostPlan;
import io.tocsin.recovery.HostPlans;
import io.tocsin.recovery.HostReturns;
import io.tocsin.store.Columns;
import java.util.Set;

/** Hosts: what would happen to them, and how they come back. */
final class HostResource {
  private final HostReturns returns;
  private final HostPlans plans;

  HostResource(HostReturns returns, HostPlans plans) {
    this.returns = returns;
    this.plans = plans;
  }

  Response plan(Call call) {
    return json(plans.plan(call.place(RouteTable.HOST))).answer(200);
  }

  private static Document json(HostPlan plan) {
    Host host = plan.host();
    return new Document()
        .put("host", host.name())
        .put("segment", host.segment().name())
        .put("method", Columns.lower(host.segment().recoveryMethod()))
        .putAll(
            "gates",
            plan.gates(),
            it ->
                new Document()
                    .put("gate", it.gate().text())
                    .put("verdict", it.verdict())
                    .put("reason", it.reason()))
        .putAll("instances", plan.instances(), HostResource::json)
        .putAll("reservedHosts", plan.spares())
        .put("expectedSeconds", plan.expected().toSeconds());
  }

  private static Document json(HostPlan.Instance it) {
    return new Document()
        .put("instance", it.id())
        .put("name", it.name())
        .put("project", it.projectId())
        .put("vmState", it.vmState())
        .put("taskState", it.taskState())
        .put("isLocked", it.isLocked())
        .put("isHAEnabled", it.isHaEnabled())
        .put("priority", it.priority())
        .put("vcpus", it.vcpus())
        .put("ramMebibytes", it.ramMebibytes())
        .put("isMoved", it.isMoved())
        .put("endState", it.endState())
        .put("obstacle", it.obstacle());
  }

  Response bringBack(Call call) {
    Form form = Form.of(call.request(), Set.of("why", "reserved"));
    String why = form.why("why");
    Boolean isReserved = form.findFlag("reserved");
    form.done();
    Host host =
        returns.bringBack(
            call.operator(),
            call.place(RouteTable.HOST),
            why,
            isReserved,
            call.request().requestId());
    return json(host).answer(200);
  }

  private static Document json(Host host) {
    return new Document()
        .put("id", host.id())
        .put("name", host.name())
        .put("segment", host.segment().id())
        .put("segmentName", host.segment().name())
        .put("isReserved", host.isReserved())
        .put("isOnMaintenance", host.isOnMaintenance());
  }
}
