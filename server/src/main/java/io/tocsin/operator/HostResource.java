package io.tocsin.operator;

import io.tocsin.failover.Host;
import io.tocsin.http.Response;
import io.tocsin.recovery.HostReturns;
import java.util.Set;

/** Hosts: put back into service. */
final class HostResource {
  private final HostReturns returns;

  HostResource(HostReturns returns) {
    this.returns = returns;
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
