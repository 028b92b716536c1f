package io.tocsin.simulator;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A server at one moment: what Nova's database says of it, and what is really so.
 *
 * @param birth what never changes
 * @param state what Nova knows
 * @param runsOn the host its guest really runs on; null when it runs nowhere
 * @param work what the cloud is doing with it; null when nothing
 * @param evacuations how often anybody tried to evacuate it
 * @param migrations what Nova wrote down about its last evacuations, the oldest first
 * @param updated when {@code state} last changed
 */
record SimulatedServer(
    Birth birth,
    State state,
    @Nullable String runsOn,
    @Nullable Work work,
    Evacuations evacuations,
    List<Migration> migrations,
    Instant updated) {
  /** What Nova would keep of a server is not bounded. */
  static final int MAX_MIGRATIONS = 10;

  SimulatedServer {
    // Regions were kept before there were any.
    migrations = migrations == null ? List.of() : List.copyOf(migrations);
  }

  /**
   * @param sequence grows with every server; lists show the newest first
   * @param isRecoverable false: the scheduler never finds a host for it
   */
  record Birth(
      UUID id,
      long sequence,
      String name,
      UUID project,
      UUID user,
      Instant at,
      int flavor,
      boolean isRecoverable) {}

  /**
   * @param host the service host, as far as Nova knows
   * @param taskState null when Nova is doing nothing with it
   * @param powerState Nova's number: 1 running, 3 paused, 4 shut down
   * @param lock null when unlocked
   */
  record State(
      String host,
      String vmState,
      @Nullable String taskState,
      int powerState,
      @Nullable Lock lock,
      Map<String, String> metadata,
      @Nullable Fault fault,
      boolean isDeleted) {
    State {
      metadata = Map.copyOf(metadata);
    }

    State in(String newVmState, @Nullable String newTaskState, int newPowerState) {
      return new State(
          host, newVmState, newTaskState, newPowerState, lock, metadata, fault, isDeleted);
    }

    State withTask(@Nullable String newTaskState) {
      return in(vmState, newTaskState, powerState);
    }

    State on(String newHost) {
      return new State(newHost, vmState, taskState, powerState, lock, metadata, fault, isDeleted);
    }

    State lockedBy(@Nullable Lock newLock) {
      return new State(host, vmState, taskState, powerState, newLock, metadata, fault, isDeleted);
    }

    State with(Map<String, String> newMetadata) {
      return new State(host, vmState, taskState, powerState, lock, newMetadata, fault, isDeleted);
    }

    State failed(Fault newFault) {
      return new State(host, "error", null, powerState, lock, metadata, newFault, isDeleted);
    }

    State deleted() {
      return new State(host, "deleted", null, 0, lock, metadata, fault, true);
    }
  }

  /** Who locked it; an administrator's calls pass either. */
  enum Lock {
    OWNER,
    ADMIN
  }

  /** Why it is in error, as Nova words it. */
  record Fault(int code, String message, Instant at) {}

  /**
   * @param received evacuate calls that reached the cloud, refused ones included
   * @param accepted those it began to carry out
   * @param arrived those that ended on another host
   * @param whileRunning accepted while its guest still ran: two copies of it would have written to
   *     the same disks
   */
  record Evacuations(int received, int accepted, int arrived, int whileRunning) {
    static final Evacuations NONE = new Evacuations(0, 0, 0, 0);
  }

  UUID id() {
    return birth.id();
  }

  SimulatedServer with(State newState, Instant at) {
    return new SimulatedServer(birth, newState, runsOn, work, evacuations, migrations, at);
  }

  SimulatedServer with(Work newWork) {
    return new SimulatedServer(birth, state, runsOn, newWork, evacuations, migrations, updated);
  }

  SimulatedServer withoutWork() {
    return new SimulatedServer(birth, state, runsOn, null, evacuations, migrations, updated);
  }

  SimulatedServer with(Evacuations counted) {
    return new SimulatedServer(birth, state, runsOn, work, counted, migrations, updated);
  }

  SimulatedServer runningOn(@Nullable String host) {
    return new SimulatedServer(birth, state, host, work, evacuations, migrations, updated);
  }

  private SimulatedServer with(List<Migration> written) {
    return new SimulatedServer(birth, state, runsOn, work, evacuations, written, updated);
  }

  /** A new evacuation is written down. */
  SimulatedServer with(Migration begun) {
    List<Migration> all = new ArrayList<>(migrations);
    all.add(begun);
    return with(all.subList(Math.max(0, all.size() - MAX_MIGRATIONS), all.size()));
  }

  /** What Nova wrote down about its last evacuation. */
  Optional<Migration> lastMigration() {
    return migrations.isEmpty() ? Optional.empty() : Optional.of(migrations.getLast());
  }

  /** The last evacuation as {@code changed} says. */
  SimulatedServer withLast(Migration changed) {
    List<Migration> all = new ArrayList<>(migrations);
    all.set(all.size() - 1, changed);
    return with(all);
  }
}
