package io.tocsin.simulator;

import io.tocsin.simulator.SimulatedServer.Evacuations;
import io.tocsin.simulator.SimulatedServer.Fault;
import io.tocsin.simulator.Work.Step;
import java.time.Duration;
import java.time.Instant;

/**
 * Moves a server on when a step of its work has ended, in the order in which Nova writes things
 * down. For an evacuation that is: task states while the host is still the old one, then the end
 * state while the host is still the old one, then the host, last of all.
 */
final class Progress {
  private final Region region;
  private final RegionState state;

  Progress(Region region) {
    this.region = region;
    this.state = region.state();
  }

  /** The step ends at the moment it was due, however late that is noticed. */
  void advance(SimulatedServer server) {
    Work work = server.work();
    if (work == null || isWorkerDead(work)) {
      // Power on takes it up again; until then the server keeps its task state, as in Nova.
      return;
    }
    Instant at = work.due();
    switch (work.step()) {
      case SCHEDULE -> fail(server, Scheduler.NO_VALID_HOST, at);
      case REBUILD -> prepared(server, work, at);
      case SPAWN -> spawned(server, work, at);
      case STOP_AGAIN ->
          state.put(
              server
                  .with(server.state().in("stopped", null, 4), at)
                  .runningOn(null)
                  .with(work.next(Step.MOVE_IN, at.plus(region.behaviour().hostUpdateDelay()))));
      case MOVE_IN -> moveIn(server, work, at);
      case STOP ->
          state.put(
              server.with(server.state().in("stopped", null, 4), at).runningOn(null).withoutWork());
      case START ->
          state.put(
              server
                  .with(server.state().in("active", null, 1), at)
                  .runningOn(work.worker())
                  .withoutWork());
    }
  }

  private boolean isWorkerDead(Work work) {
    return work.worker() != null
        && !state.findHost(work.worker()).map(SimulatedHost::isAlive).orElse(false);
  }

  private static Instant later(Instant one, Instant other) {
    return one.isAfter(other) ? one : other;
  }

  private void prepared(SimulatedServer server, Work work, Instant at) {
    if (work.mishap() != null && work.mishap().ending() == Work.Ending.HANGS) {
      state.put(server.withoutWork());
      return;
    }
    Instant spawned = work.arrives().minus(region.behaviour().hostUpdateDelay());
    state.put(
        server
            .with(server.state().withTask("rebuild_spawning"), at)
            .with(work.next(Step.SPAWN, later(at, spawned))));
  }

  private void spawned(SimulatedServer server, Work work, Instant at) {
    if (work.mishap() != null) {
      switch (work.mishap().ending()) {
        case FAILS -> fail(server, work.mishap().text(), at);
        case BOUNCES -> state.put(server.with(server.state().withTask(null), at).withoutWork());
        case HANGS -> throw new IllegalStateException("a lost message gets no guest started");
      }
      return;
    }
    SimulatedServer running = server.runningOn(work.worker());
    Duration delay = region.behaviour().hostUpdateDelay();
    state.put(
        work.before().equals("stopped")
            ? running
                .with(server.state().in("active", "powering-off", 1), at)
                .with(
                    work.next(
                        Step.STOP_AGAIN, at.plus(region.sample(region.behaviour().stopTime()))))
            : running
                .with(server.state().in("active", null, 1), at)
                .with(work.next(Step.MOVE_IN, at.plus(delay))));
  }

  /** The last thing Nova writes: the server's host. */
  void moveIn(SimulatedServer server, Work work, Instant at) {
    String target = work.worker();
    if (target == null) {
      throw new IllegalStateException("nobody moves in without a host");
    }
    state.findHost(server.state().host()).ifPresent(h -> state.put(h.withOneMoreEvacuated()));
    Evacuations so = server.evacuations();
    state.put(
        server
            .with(server.state().on(target), at)
            .with(
                new Evacuations(so.received(), so.accepted(), so.arrived() + 1, so.whileRunning()))
            .withoutWork());
  }

  private void fail(SimulatedServer server, String message, Instant at) {
    state.put(server.with(server.state().failed(new Fault(500, message, at)), at).withoutWork());
  }
}
