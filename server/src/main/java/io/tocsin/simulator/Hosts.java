package io.tocsin.simulator;

import io.tocsin.simulator.SimulatedHost.Report;
import java.time.Instant;
import java.util.List;
import java.util.NoSuchElementException;

/** What happens to hosts themselves: power off, power on. Called inside {@link Region#alone}. */
final class Hosts {
  /** What is left of a host's life when it dies. */
  enum Guests {
    /** The power is gone, and with it every guest. */
    DIE,
    /** Only nova-compute is gone: the guests run on, and moving them would double them. */
    RUN_ON
  }

  private final Region region;
  private final RegionState state;

  Hosts(Region region) {
    this.region = region;
    this.state = region.state();
  }

  SimulatedHost require(String name) {
    return state
        .findHost(name)
        .orElseThrow(() -> new NoSuchElementException("There is no host " + name));
  }

  /** Repeating it changes nothing, but guests that ran on may still be killed. */
  SimulatedHost fail(String name, Guests guests, boolean isReported) {
    SimulatedHost host = require(name);
    Instant now = region.now();
    boolean runOn = guests == Guests.RUN_ON && (host.isAlive() || host.guestsSurvived());
    if (host.isAlive() || host.guestsSurvived() != runOn) {
      Instant since = host.diedAt() == null ? now : host.diedAt();
      // A monitor of hosts does not see a process that died.
      Report report =
          isReported && !runOn
              ? new Report(now.plus(region.behaviour().detectionDelay()), 0, null)
              : host.report();
      state.put(host.dead(since, runOn, report));
    }
    if (!runOn) {
      for (SimulatedServer server : List.copyOf(state.servers().values())) {
        if (name.equals(server.runsOn())) {
          state.put(server.runningOn(null));
        }
      }
    }
    return require(name);
  }

  /**
   * Power on. Guests that died stay off, and Nova finds them stopped; what the host had begun goes
   * on. What an operator told Nova of the service stays as it is, unless {@code enable}: then it
   * takes servers again.
   */
  SimulatedHost recover(String name, boolean enable) {
    powerOn(require(name));
    if (enable) {
      state.put(require(name).withStatus(true, null).withForcedDown(null));
    }
    return require(name);
  }

  private void powerOn(SimulatedHost host) {
    if (host.isAlive()) {
      return;
    }
    String name = host.name();
    Instant now = region.now();
    state.put(host.alive());
    for (SimulatedServer server : List.copyOf(state.serversOn(name).values())) {
      boolean isDead = server.runsOn() == null && server.work() == null;
      if (isDead && server.state().vmState().equals("active")) {
        state.put(server.with(server.state().in("stopped", null, 4), now));
      }
    }
    for (SimulatedServer server : state.workOf(name)) {
      Work work = server.work();
      if (work != null && !work.due().isAfter(now)) {
        state.put(server.with(work.next(work.step(), now.plusMillis(1))));
      }
    }
  }
}
