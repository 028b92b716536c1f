package io.tocsin.compute;

import io.tocsin.openstack.CallFailedException;
import io.tocsin.openstack.CallFailure;
import tools.jackson.databind.JsonNode;

/** Reads a row of {@code GET /os-hypervisors/detail}. */
final class HypervisorJson {
  private HypervisorJson() {}

  static Hypervisor read(JsonNode hypervisor, int httpStatus) {
    String host = hypervisor.path("service").path("host").asString("");
    if (host.isEmpty()) {
      throw new CallFailedException(
          new CallFailure.Unreadable(httpStatus, "a hypervisor lacks its service's host"), null);
    }
    JsonNode free = hypervisor.path("free_ram_mb");
    return new Hypervisor(
        host,
        hypervisor.path("state").asString("").equals("up")
            && hypervisor.path("status").asString("").equals("enabled"),
        free.isIntegralNumber() ? free.longValue() : null);
  }
}
