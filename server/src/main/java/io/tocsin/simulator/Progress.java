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
      case SCHEDULE -> fail(ended(server, Migration.Status.ERROR, at), Scheduler.NO_VALID_HOST, at);
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

  /** Whoever does it has died: it is not gone on with. */
  boolean isWorkerDead(Work work) {
    return work.worker() != null
        && !state.findHost(work.worker()).map(SimulatedHost::isAlive).orElse(false);
  }

  /** A host that hears of an evacuation to it makes room and writes down that it did. */
  SimulatedServer claimed(SimulatedServer server, Work work, Instant at) {
    String target = work.worker();
    if (target == null || isLost(work) || isWorkerDead(work)) {
      return server;
    }
    return server
        .lastMigration()
        .filter(migration -> migration.status() == Migration.Status.ACCEPTED)
        .map(migration -> server.withLast(migration.claimedBy(target, at)))
        .orElse(server);
  }

  /**
   * The server without what the cloud was doing with it. Whoever did it finds out and writes it
   * down; a dead host, or one that never heard of it, leaves it unfinished for ever, as in Nova.
   */
  SimulatedServer abandoned(SimulatedServer server, Instant at) {
    Work work = server.work();
    if (work == null || !work.step().isEvacuation() || isLost(work) || isWorkerDead(work)) {
      return server.withoutWork();
    }
    return ended(server, Migration.Status.FAILED, at).withoutWork();
  }

  private static SimulatedServer ended(
      SimulatedServer server, Migration.Status status, Instant at) {
    return server
        .lastMigration()
        .map(migration -> server.withLast(migration.ended(status, at)))
        .orElse(server);
  }

  private static boolean isLost(Work work) {
    return work.mishap() != null && work.mishap().ending() == Work.Ending.HANGS;
  }

  private static Instant later(Instant one, Instant other) {
    return one.isAfter(other) ? one : other;
  }

  private void prepared(SimulatedServer server, Work work, Instant at) {
    if (isLost(work)) {
      state.put(server.withoutWork());
      return;
    }
    Instant spawned = work.arrives().minus(region.behaviour().hostUpdateDelay());
    state.put(
        claimed(server, work, at)
            .with(server.state().withTask("rebuild_spawning"), at)
            .with(work.next(Step.SPAWN, later(at, spawned))));
  }

  private void spawned(SimulatedServer server, Work work, Instant at) {
    if (work.mishap() != null) {
      switch (work.mishap().ending()) {
        case FAILS -> fail(ended(server, Migration.Status.FAILED, at), work.mishap().text(), at);
        case BOUNCES ->
            state.put(
                ended(server, Migration.Status.FAILED, at)
                    .with(server.state().withTask(null), at)
                    .withoutWork());
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
        ended(server, Migration.Status.DONE, at)
            .with(server.state().on(target), at)
            .with(
                new Evacuations(so.received(), so.accepted(), so.arrived() + 1, so.whileRunning()))
            .withoutWork());
  }

  private void fail(SimulatedServer server, String message, Instant at) {
    state.put(server.with(server.state().failed(new Fault(500, message, at)), at).withoutWork());
  }
}
