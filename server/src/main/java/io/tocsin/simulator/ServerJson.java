package io.tocsin.simulator;

import io.tocsin.http.Json;
import io.tocsin.simulator.SimulatedServer.Fault;
import io.tocsin.simulator.SimulatedServer.State;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * Servers as Nova shows them. What was written once is kept until the server changes: lists are
 * read far more often than servers change. Used inside {@link Region#alone} only.
 */
final class ServerJson {
  /** A size of server. */
  record Flavor(String name, int vcpus, int ramMebibytes, int diskGibibytes) {}

  static final List<Flavor> FLAVORS =
      List.of(
          new Flavor("m1.small", 1, 2048, 20),
          new Flavor("m1.medium", 2, 4096, 40),
          new Flavor("m1.large", 4, 8192, 80));

  private static final DateTimeFormatter MICROS =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSSSS").withZone(ZoneOffset.UTC);

  private static final Set<String> REBUILDING =
      Set.of("rebuilding", "rebuild_block_device_mapping", "rebuild_spawning");

  /** What a text was made from, and the text. */
  @SuppressWarnings("ArrayRecordComponent") // never handed out for writing
  private record Written(
      SimulatedServer server,
      Microversion version,
      String baseUrl,
      String hostStatus,
      byte[] text) {}

  private final Region region;
  private static final int MAX_WRITTEN = 20_000;

  private final Map<Long, Written> written = new HashMap<>();

  ServerJson(Region region) {
    this.region = region;
  }

  /** MiB that a server takes. */
  static long memory(SimulatedServer server) {
    return FLAVORS.get(server.birth().flavor()).ramMebibytes();
  }

  /** The whole server in UTF-8. */
  byte[] detail(SimulatedServer server, Microversion version, String baseUrl) {
    String hostStatus = hostStatus(server);
    Written last = written.get(server.birth().sequence());
    if (last != null
        && last.server().equals(server)
        && last.version().equals(version)
        && last.hostStatus().equals(hostStatus)
        && last.baseUrl().equals(baseUrl)) {
      return last.text();
    }
    byte[] text = Json.bytes(document(server, version, baseUrl, hostStatus));
    if (written.size() >= MAX_WRITTEN) {
      written.clear();
    }
    written.put(server.birth().sequence(), new Written(server, version, baseUrl, hostStatus, text));
    return text;
  }

  /** Id, name and links. */
  byte[] brief(SimulatedServer server, String baseUrl) {
    ObjectNode json = Json.object();
    json.put("id", server.id().toString());
    json.put("name", server.birth().name());
    links(json, server, baseUrl);
    return Json.bytes(json);
  }

  private String hostStatus(SimulatedServer server) {
    SimulatedHost host = region.state().findHost(server.state().host()).orElse(null);
    if (host == null) {
      return "";
    }
    if (host.forcedDownAt() != null) {
      return "DOWN";
    }
    if (!host.isEnabled()) {
      return "MAINTENANCE";
    }
    return region.looksUp(host) ? "UP" : "UNKNOWN";
  }

  private ObjectNode document(
      SimulatedServer server, Microversion version, String baseUrl, String hostStatus) {
    State state = server.state();
    String status = status(state);
    ObjectNode json = Json.object();
    json.put("id", server.id().toString());
    json.put("name", server.birth().name());
    json.put("status", status);
    json.put("tenant_id", hex(server.birth().project()));
    json.put("user_id", hex(server.birth().user()));
    ObjectNode metadata = json.putObject("metadata");
    state.metadata().forEach(metadata::put);
    String hostHash = Integer.toHexString(state.host().hashCode());
    json.put("hostId", ("0".repeat(56) + hostHash).substring(hostHash.length()));
    json.put("image", "");
    flavor(json, server, version, baseUrl);
    json.put("created", second(server.birth().at()));
    json.put("updated", second(server.updated()));
    addresses(json, server);
    json.put("accessIPv4", "");
    json.put("accessIPv6", "");
    links(json, server, baseUrl);
    json.put("OS-DCF:diskConfig", "MANUAL");
    if (status.equals("ACTIVE")) {
      json.put("progress", 0);
    }
    json.put("OS-EXT-AZ:availability_zone", "nova");
    json.put("config_drive", "");
    json.putNull("key_name");
    json.put("OS-SRV-USG:launched_at", micros(server.birth().at()));
    json.put("OS-SRV-USG:terminated_at", state.isDeleted() ? micros(server.updated()) : null);
    extended(json, server, version);
    if (state.fault() != null && Set.of("ERROR", "DELETED").contains(status)) {
      fault(json.putObject("fault"), state.fault());
    }
    if (version.isAtLeast(16)) {
      json.put("host_status", hostStatus);
    }
    return json;
  }

  private static void extended(ObjectNode json, SimulatedServer server, Microversion version) {
    State state = server.state();
    json.put("OS-EXT-SRV-ATTR:host", state.host());
    json.put("OS-EXT-SRV-ATTR:hypervisor_hostname", state.host() + ".sim.example");
    json.put("OS-EXT-SRV-ATTR:instance_name", "instance-%08x".formatted(server.birth().sequence()));
    if (version.isAtLeast(3)) {
      json.put("OS-EXT-SRV-ATTR:hostname", server.birth().name());
      json.put("OS-EXT-SRV-ATTR:root_device_name", "/dev/vda");
      json.put("OS-EXT-SRV-ATTR:launch_index", 0);
      json.put("OS-EXT-SRV-ATTR:reservation_id", "r-%08x".formatted(server.birth().sequence()));
      json.put("OS-EXT-SRV-ATTR:kernel_id", "");
      json.put("OS-EXT-SRV-ATTR:ramdisk_id", "");
      json.putNull("OS-EXT-SRV-ATTR:user_data");
    }
    json.put("OS-EXT-STS:task_state", state.taskState());
    json.put("OS-EXT-STS:vm_state", state.vmState());
    json.put("OS-EXT-STS:power_state", state.powerState());
    json.putArray("os-extended-volumes:volumes_attached");
    json.putArray("security_groups").addObject().put("name", "default");
    if (version.isAtLeast(9)) {
      json.put("locked", state.lock() != null);
    }
    if (version.isAtLeast(19)) {
      json.putNull("description");
    }
    if (version.isAtLeast(26)) {
      json.putArray("tags");
    }
    if (version.isAtLeast(63)) {
      json.putNull("trusted_image_certificates");
    }
    if (version.isAtLeast(73)) {
      json.putNull("locked_reason");
    }
  }

  private static void flavor(
      ObjectNode json, SimulatedServer server, Microversion version, String baseUrl) {
    int number = server.birth().flavor();
    Flavor flavor = FLAVORS.get(number);
    ObjectNode shown = json.putObject("flavor");
    if (version.isAtLeast(47)) {
      shown.put("vcpus", flavor.vcpus());
      shown.put("ram", flavor.ramMebibytes());
      shown.put("disk", flavor.diskGibibytes());
      shown.put("ephemeral", 0);
      shown.put("swap", 0);
      shown.put("original_name", flavor.name());
      shown.putObject("extra_specs");
    } else {
      String id = String.valueOf(number + 1);
      shown.put("id", id);
      ObjectNode link = shown.putArray("links").addObject();
      link.put("rel", "bookmark");
      link.put("href", baseUrl + "/compute/flavors/" + id);
    }
  }

  private static void addresses(ObjectNode json, SimulatedServer server) {
    long number = server.birth().sequence();
    ObjectNode address = json.putObject("addresses").putArray("private").addObject();
    address.put("version", 4);
    address.put(
        "addr", "10.%d.%d.%d".formatted((number >> 16) & 255, (number >> 8) & 255, number & 255));
    address.put("OS-EXT-IPS:type", "fixed");
    address.put(
        "OS-EXT-IPS-MAC:mac_addr",
        "fa:16:3e:%02x:%02x:%02x"
            .formatted((number >> 16) & 255, (number >> 8) & 255, number & 255));
  }

  private static void links(ObjectNode json, SimulatedServer server, String baseUrl) {
    var links = json.putArray("links");
    ObjectNode self = links.addObject();
    self.put("rel", "self");
    self.put("href", baseUrl + "/compute/v2.1/servers/" + server.id());
    ObjectNode bookmark = links.addObject();
    bookmark.put("rel", "bookmark");
    bookmark.put("href", baseUrl + "/compute/servers/" + server.id());
  }

  private static void fault(ObjectNode json, Fault fault) {
    json.put("code", fault.code());
    json.put("created", second(fault.at()));
    json.put("message", fault.message());
  }

  /** The word for users that stands for vm_state and task_state. */
  static String status(State state) {
    boolean canRebuild = Set.of("active", "stopped", "error").contains(state.vmState());
    @Nullable String task = state.taskState();
    if (canRebuild && task != null && REBUILDING.contains(task)) {
      return "REBUILD";
    }
    return switch (state.vmState()) {
      case "active" -> task != null && task.startsWith("reboot") ? "REBOOT" : "ACTIVE";
      case "stopped" -> "SHUTOFF";
      case "resized" -> "VERIFY_RESIZE";
      case "rescued" -> "RESCUE";
      case "building" -> "BUILD";
      case "soft-delete" -> "SOFT_DELETED";
      case "paused" -> "PAUSED";
      case "suspended" -> "SUSPENDED";
      case "error" -> "ERROR";
      case "deleted" -> "DELETED";
      case "shelved" -> "SHELVED";
      case "shelved_offloaded" -> "SHELVED_OFFLOADED";
      default -> "UNKNOWN";
    };
  }

  static String hex(UUID id) {
    return id.toString().replace("-", "");
  }

  static String second(Instant at) {
    return at.truncatedTo(ChronoUnit.SECONDS).toString();
  }

  /** UTC without saying so, as Nova's services have it. */
  static String micros(Instant at) {
    return MICROS.format(at);
  }
}
