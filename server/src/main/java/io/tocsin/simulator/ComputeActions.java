package io.tocsin.simulator;

import io.tocsin.simulator.SimulatedServer.Evacuations;
import io.tocsin.simulator.SimulatedServer.Lock;
import io.tocsin.simulator.Work.Step;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What an administrator may do to a server, with Nova's checks in Nova's order and words. Owners'
 * locks do not hinder an administrator. Called inside {@link Region#alone}.
 */
final class ComputeActions {
  private static final Set<String> EVACUABLE = Set.of("active", "stopped", "error");
  private static final Set<String> STOPPABLE = Set.of("active", "error", "rescued");

  /** The part of an evacuation that goes by before the new host starts the guest. */
  private static final int PREPARATION_PERCENT = 40;

  private final Region region;
  private final RegionState state;
  private final Scheduler scheduler;
  private final Progress progress;

  ComputeActions(Region region) {
    this.region = region;
    this.state = region.state();
    this.scheduler = new Scheduler(region);
    this.progress = new Progress(region);
  }

  /** A server that is not deleted. */
  SimulatedServer require(UUID id) {
    return state
        .findServer(id)
        .filter(server -> !server.state().isDeleted())
        .orElseThrow(() -> NovaError.notFound("Instance " + id + " could not be found."));
  }

  /** A call came; whether it will be carried out is another matter. */
  void countEvacuate(UUID id) {
    state
        .findServer(id)
        .ifPresent(server -> {
          Evacuations so = server.evacuations();
          state.put(
              server.with(
                  new Evacuations(
                      so.received() + 1, so.accepted(), so.arrived(), so.whileRunning())));
        });
  }

  void evacuate(UUID id, @Nullable String target) {
    if (target != null && state.findHost(target).isEmpty()) {
      throw NovaError.notFound("Compute host " + target + " not found.");
    }
    SimulatedServer server = require(id);
    String source = server.state().host();
    if (source.equals(target)) {
      throw NovaError.badRequest("The target host can't be the same one.");
    }
    requireVmState(server, EVACUABLE, "evacuate");
    if (region.behaviour().refusesSecondEvacuate()) {
      requireNoTask(server, "evacuate");
    }
    if (state.findHost(source).map(region::looksUp).orElse(false)) {
      throw NovaError.badRequest("Compute service of " + source + " is still in use.");
    }
    Instant now = region.now();
    Work work =
        scheduler
            .choose(server, target)
            .map(host -> rebuild(server, host, now))
            .orElseGet(() -> searchInVain(server, now));
    Evacuations so = server.evacuations();
    boolean isRunning = server.runsOn() != null;
    Evacuations counted =
        new Evacuations(
            so.received(),
            so.accepted() + 1,
            so.arrived(),
            isRunning ? so.whileRunning() + 1 : so.whileRunning());
    Migration begun = Migration.accepted(state.nextMigration(), source, target, now);
    SimulatedServer rebuilding =
        progress
            .abandoned(server, now)
            .with(server.state().withTask("rebuilding"), now)
            .with(work)
            .with(counted)
            .with(begun);
    state.put(progress.claimed(rebuilding, work, now));
  }

  private Work rebuild(SimulatedServer server, SimulatedHost target, Instant now) {
    Duration takes = region.sample(region.behaviour().evacuationTime());
    Work.Mishap mishap =
        region.faults().drawMishap(server.id(), server.state().host()).orElse(null);
    Instant prepared = now.plus(takes.multipliedBy(PREPARATION_PERCENT).dividedBy(100));
    return new Work(
        Step.REBUILD, prepared, now.plus(takes), target.name(), mishap, server.state().vmState());
  }

  /** Nova has said yes already when its scheduler finds out. */
  private Work searchInVain(SimulatedServer server, Instant now) {
    Duration takes = region.sample(region.behaviour().evacuationTime()).dividedBy(10);
    Instant ends = now.plus(takes);
    return new Work(Step.SCHEDULE, ends, ends, null, null, server.state().vmState());
  }

  void lock(UUID id) {
    SimulatedServer server = require(id);
    state.put(server.with(server.state().lockedBy(Lock.ADMIN), region.now()));
  }

  void unlock(UUID id) {
    SimulatedServer server = require(id);
    state.put(server.with(server.state().lockedBy(null), region.now()));
  }

  void stop(UUID id) {
    SimulatedServer server = settled(require(id));
    requireVmState(server, STOPPABLE, "stop");
    requireNoTask(server, "stop");
    begin(server, Step.STOP, "powering-off", region.behaviour().stopTime());
  }

  void start(UUID id) {
    SimulatedServer server = settled(require(id));
    requireVmState(server, Set.of("stopped"), "start");
    requireNoTask(server, "start");
    begin(server, Step.START, "powering-on", region.behaviour().bootTime());
  }

  /** Whatever was going on gives up when it finds its task state gone. */
  void resetState(UUID id, String vmState) {
    SimulatedServer server = settled(require(id));
    Instant now = region.now();
    state.put(
        progress
            .abandoned(server, now)
            .with(server.state().in(vmState, null, server.state().powerState()), now));
  }

  void delete(UUID id) {
    SimulatedServer server = require(id);
    Instant now = region.now();
    state.put(progress.abandoned(server, now).with(server.state().deleted(), now).runningOn(null));
  }

  private void begin(SimulatedServer server, Step step, String task, Span time) {
    Instant now = region.now();
    Instant ends = now.plus(region.sample(time));
    Work work = new Work(step, ends, ends, server.state().host(), null, server.state().vmState());
    state.put(server.with(server.state().withTask(task), now).with(work));
  }

  /** A rebuilt server whose host is about to be written has it written first. */
  private SimulatedServer settled(SimulatedServer server) {
    Work work = server.work();
    if (work == null || work.step() != Step.MOVE_IN || progress.isWorkerDead(work)) {
      return server;
    }
    progress.moveIn(server, work, region.now());
    return require(server.id());
  }

  private static void requireVmState(SimulatedServer server, Set<String> states, String action) {
    if (!states.contains(server.state().vmState())) {
      throw inState(server, action, "vm_state", server.state().vmState());
    }
  }

  private static void requireNoTask(SimulatedServer server, String action) {
    if (server.state().taskState() != null) {
      throw inState(server, action, "task_state", server.state().taskState());
    }
  }

  private static NovaError inState(
      SimulatedServer server, String action, String attribute, String value) {
    return NovaError.conflict(
        "Cannot '%s' instance %s while it is in %s %s"
            .formatted(action, server.id(), attribute, value));
  }
}
