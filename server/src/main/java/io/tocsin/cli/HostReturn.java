package io.tocsin.cli;

import io.tocsin.app.Demo;
import java.net.URI;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/**
 * How a host that died comes back: its power at the simulated cloud, where Nova gives it work
 * again, and then at Tocsin, which left it on maintenance and refuses reports of it until that is
 * cleared.
 *
 * @param tocsin has what the demo asks of callers
 */
record HostReturn(ApiClient tocsin, Demo.Started demo) {

  /** One line for a shell. */
  String line(String host) {
    String powerOn =
        "curl -X POST '%s/simulator/hosts/%s/recover?enable=true'"
            .formatted(demo.simulator(), host);
    return find(host)
        .map(enrolled ->
            "%s && %scurl -X PUT %s%s -H 'Content-Type: application/json' -d '%s'"
                .formatted(
                    powerOn,
                    logOn(),
                    address(enrolled),
                    demo.keystone() == null ? "" : DemoSession.SHELL_HEADER,
                    "{\"host\": {\"on_maintenance\": false}}"))
        .orElse(powerOn);
  }

  /** False also for a host that Tocsin does not know. */
  boolean isOnMaintenance(String host) {
    return find(host).filter(it -> it.path("on_maintenance").asBoolean(false)).isPresent();
  }

  private String logOn() {
    URI keystone = demo.keystone();
    return keystone == null ? "" : DemoSession.shellLine(keystone) + " && ";
  }

  private String address(JsonNode host) {
    return "%s/v1/segments/%s/hosts/%s"
        .formatted(
            demo.api(), host.path("failover_segment_id").asString(), host.path("uuid").asString());
  }

  /** A demo has few segments and they fit one page, as do their hosts. */
  private Optional<JsonNode> find(String host) {
    for (JsonNode segment : tocsin.read("/v1/segments").path("segments")) {
      String hosts = "/v1/segments/%s/hosts".formatted(segment.path("uuid").asString());
      for (JsonNode enrolled : tocsin.read(hosts).path("hosts")) {
        if (enrolled.path("name").asString().equals(host)) {
          return Optional.of(enrolled);
        }
      }
    }
    return Optional.empty();
  }
}
