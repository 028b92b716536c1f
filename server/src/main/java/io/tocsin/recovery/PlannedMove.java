package io.tocsin.recovery;

import io.tocsin.compute.Server;
import io.tocsin.compute.ServerId;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What will happen to one instance of a failed host, decided from what it was when the host died.
 * Later attempts keep it: an instance that a failed attempt left in {@code error} is still one that
 * was running (weakness W3).
 *
 * @param wasLocked locked by its owner: then it stays locked and we take no lock of our own
 * @param priority what its owner says of it; the higher ones go first
 * @param vcpus 0 when not known, as {@code ramMebibytes}
 * @param leftBecause why it is not moved; null when it is
 * @param projectId whose it is; null in plans of releases that did not ask
 */
record PlannedMove(
    ServerId instance,
    String name,
    String vmState,
    @Nullable String taskState,
    int powerState,
    boolean wasLocked,
    boolean isHaEnabled,
    int priority,
    int vcpus,
    int ramMebibytes,
    @Nullable String leftBecause,
    @Nullable String projectId) {

  /** Nova's number for a machine that is shut down. */
  static final int POWER_SHUTDOWN = 4;

  /** The only states Nova evacuates from. */
  private static final Set<String> EVACUABLE = Set.of("active", "stopped", "error");

  /** How the owner shall find the instance (recovery-engine spec §3.5). */
  enum EndState {
    RUNNING,
    STOPPED,
    /** Stopped, and in error as it was. */
    ERROR
  }

  boolean isToMove() {
    return leftBecause == null;
  }

  /** Nova refuses to evacuate from this state; setting it to {@code error} makes it accept. */
  boolean needsReset() {
    return taskState != null || !EVACUABLE.contains(vmState);
  }

  /**
   * An instance that is as this move has left it so far, as it was before.
   *
   * @param isOver the move was given up, so a lock that is on is its owner's
   */
  Server before(Server now, boolean isOver) {
    return now.vmState().equals("soft-delete")
        ? now
        : new Server(
            now.id(),
            now.name(),
            now.projectId(),
            now.host(),
            vmState,
            now.taskState(),
            powerState,
            isOver ? now.isLocked() : wasLocked,
            now.metadata(),
            now.fault(),
            now.size(),
            now.isDeleted());
  }

  EndState endState() {
    return switch (vmState) {
      case "active" -> EndState.RUNNING;
      case "error" -> EndState.ERROR;
      case "resized" -> powerState == POWER_SHUTDOWN ? EndState.STOPPED : EndState.RUNNING;
      default -> EndState.STOPPED;
    };
  }
}
