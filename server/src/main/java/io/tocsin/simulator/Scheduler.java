package io.tocsin.simulator;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Finds a host for an evacuated server, by the same rule every time. */
final class Scheduler {
  static final String NO_VALID_HOST =
      "No valid host was found. There are not enough hosts available.";

  private final Region region;

  Scheduler(Region region) {
    this.region = region;
  }

  /**
   * The least loaded host that is enabled, looks up and has room; of equals the first by name.
   *
   * @param named the only host that will do; null: any but the server's own
   */
  Optional<SimulatedHost> choose(SimulatedServer server, @Nullable String named) {
    if (!server.birth().isRecoverable()) {
      return Optional.empty();
    }
    SimulatedHost best = null;
    int bestLoad = region.behaviour().hostCapacity();
    for (SimulatedHost host : region.state().hosts()) {
      if ((named != null && !named.equals(host.name()))
          || host.name().equals(server.state().host())
          || !host.isEnabled()) {
        continue;
      }
      int load = region.state().load(host.name());
      if (load < bestLoad && region.looksUp(host) && hasMemory(host, server)) {
        best = host;
        bestLoad = load;
      }
    }
    return Optional.ofNullable(best);
  }

  private boolean hasMemory(SimulatedHost host, SimulatedServer server) {
    return memoryUsed(region, host) + ServerJson.memory(server)
        <= region.behaviour().hostMemoryMebibytes();
  }

  /** MiB that the servers on a host take. */
  static long memoryUsed(Region region, SimulatedHost host) {
    return region.state().serversOn(host.name()).values().stream()
        .mapToLong(ServerJson::memory)
        .sum();
  }
}
