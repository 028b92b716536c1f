package io.tocsin.recovery;

import io.tocsin.clock.Deadline;
import io.tocsin.clock.Durations;
import io.tocsin.compute.Cloud;
import io.tocsin.compute.CloudException;
import io.tocsin.compute.CloudFailure;
import io.tocsin.compute.Server;
import io.tocsin.compute.ServerId;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Predicate;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/**
 * Moves one instance off its dead host, once, whatever was done about it before.
 *
 * <p>The idea is to look first, act, and look again. The vmove is {@code ongoing} in the database
 * before the evacuate call goes out, so whoever takes over knows that one may have. Nova does not
 * refuse a second evacuation (bug 1978983), so none is sent on suspicion: Nova marks an instance as
 * rebuilding before it answers, hence a look tells whether a call without an answer was heard.
 *
 * <p>What the cloud shows, and what it means (facts in {@code compute/package-info.java}): the host
 * changes last, so an instance elsewhere is finished with; without a task on its old host it is
 * either a moment before the end, or was rolled back, or failed, or was never moved, and only
 * lasting tells the first from the rest.
 *
 * <p>Ends with the vmove in a final state, or throws {@link CloudException} when the cloud could
 * not be asked, leaving it open for the next attempt.
 */
final class InstanceMove {
  /** Evacuate calls sent for one instance in one attempt; each after a look that shows why. */
  private static final int MOST_CALLS = 4;

  /** How often a move that takes long is asked where it is going. */
  private static final Duration TARGET_CHECK = Duration.ofSeconds(10);

  private final HostScene scene;
  private final Cloud cloud;
  private final PlannedMove planned;
  private final ServerId id;
  private final Deadline deadline;
  private String refusal = "the cloud gave up without a reason.";
  private @Nullable String cloudRequest;

  InstanceMove(HostScene scene, PlannedMove planned) {
    this.scene = scene;
    this.cloud = scene.cloud();
    this.planned = planned;
    this.id = planned.instance();
    this.deadline = in(scene.waits().evacuation());
  }

  /**
   * Runs the move; the caller holds a place in the width and {@code roomAgain} gives it back as
   * soon as the cloud is no longer busy with the instance.
   *
   * @param now the instance as just seen
   * @param soFar what earlier holders and attempts did
   */
  void run(Server now, VmoveStore.Progress soFar, Runnable roomAgain) {
    if (now.isDeleted()) {
      leaveGone();
      return;
    }
    if (isElsewhere(now) && !soFar.wasStarted()) {
      unlock();
      leave(
          "It is on host '" + now.host() + "' already; somebody else moved it.",
          News::movedByAnother);
      return;
    }
    if (!isElsewhere(now)) {
      lock();
    }
    Sight sight = before(now, soFar);
    if (isToBeCalled(sight)) {
      begin();
      sight = evacuate(sight);
    }
    roomAgain.run();
    end(sight, soFar.wasStarted());
  }

  /** Calls until it moves, or a look shows that calling on is useless. */
  private Sight evacuate(Sight before) {
    Sight sight = before;
    boolean mustReset = planned.needsReset();
    for (int call = 1; call <= MOST_CALLS && isToBeCalled(sight); call++) {
      mustReset |= sight instanceof Sight.Stranded;
      Optional<CloudFailure> failure = call(mustReset);
      if (failure.isEmpty()) {
        sight = observe(null, true);
        if (sight instanceof Sight.NotMoving) {
          return sight;
        }
        continue;
      }
      refusal = failure.get().text();
      boolean wasRefused = isRefusal(failure.get());
      Server now = Watch.look(cloud, id);
      if (wasRefused && !isRebuilding(now) && !hasEnded(now)) {
        // Only a conflict, with somebody's task or a state Nova does not evacuate, can be cured.
        if (mustReset || !(failure.get() instanceof CloudFailure.Conflict)) {
          return new Sight.NotMoving(now);
        }
        mustReset = true;
      } else {
        sight = observe(now, false);
      }
    }
    return sight;
  }

  /** Empty when the cloud accepted it. */
  private Optional<CloudFailure> call(boolean resetFirst) {
    if (resetFirst) {
      cloud.resetState(id, Cloud.ResetTo.ERROR);
    }
    try {
      cloudRequest = cloud.evacuate(id, scene.target()).orElse(cloudRequest);
      return Optional.empty();
    } catch (CloudException e) {
      return Optional.of(e.failure());
    }
  }

  private static boolean isRefusal(CloudFailure failure) {
    return switch (failure) {
      case CloudFailure.Refused _, CloudFailure.NotFound _, CloudFailure.Conflict _ -> true;
      case CloudFailure.Unavailable _, CloudFailure.Unreachable _, CloudFailure.Unanswered _ ->
          false;
    };
  }

  /** What an earlier evacuation has come to, if there was one; ours or somebody else's. */
  private Sight before(Server now, VmoveStore.Progress soFar) {
    if (isElsewhere(now)) {
      return new Sight.Arrived(now);
    }
    if (soFar.wasGivenUp() && now.taskState() != null && !isTakenUp()) {
      return new Sight.Stranded();
    }
    return soFar.wasStarted() || isRebuilding(now) ? observe(now, false) : new Sight.NotMoving(now);
  }

  private static boolean isToBeCalled(Sight sight) {
    return switch (sight) {
      case Sight.NotMoving _, Sight.Stranded _ -> true;
      case Sight.Gone _, Sight.Arrived _, Sight.Halfway _, Sight.StillMoving _ -> false;
    };
  }

  /**
   * Waits until the cloud has come to an end with the instance, or the time is over.
   *
   * @param now the instance as just seen, if it was looked at
   * @param isAccepted the cloud said that it evacuates it: then error without a task is a failure,
   *     not the state from before
   */
  private Sight observe(@Nullable Server now, boolean isAccepted) {
    Optional<Server> seen =
        Optional.ofNullable(now).filter(s -> hasEnded(s) || s.taskState() == null);
    while (true) {
      if (seen.isEmpty()) {
        seen = await(s -> hasEnded(s) || s.taskState() == null, soonest(TARGET_CHECK));
      }
      if (seen.isEmpty() && isTargetDead()) {
        return new Sight.Stranded();
      }
      if (seen.isEmpty() && deadline.isOver()) {
        return new Sight.StillMoving();
      }
      if (seen.isPresent()) {
        Server last = lasting(seen.get(), isAccepted);
        if (last.isDeleted()) {
          return new Sight.Gone();
        }
        if (isElsewhere(last)) {
          return new Sight.Arrived(last);
        }
        if (last.taskState() == null) {
          // Nova writes the new host last: a host that took it on may run it already.
          Optional<String> halfway = cloud.findEvacuationHost(id);
          if (halfway.isEmpty()) {
            return new Sight.NotMoving(last);
          }
          if (isDead(halfway.get())) {
            return new Sight.Stranded();
          }
          if (deadline.isOver()) {
            return new Sight.Halfway(halfway.get());
          }
          seen = await(s -> hasEnded(s) || s.taskState() != null, soonest(TARGET_CHECK));
        } else {
          seen = Optional.empty();
        }
      }
    }
  }

  /** What becomes of an instance without a task within the moment that may precede its end. */
  private Server lasting(Server seen, boolean isAccepted) {
    boolean hasFailed = isAccepted && seen.vmState().equals("error");
    return hasEnded(seen) || hasFailed
        ? seen
        : await(s -> hasEnded(s) || s.taskState() != null, in(scene.waits().settle())).orElse(seen);
  }

  private Optional<Server> await(Predicate<Server> isSo, Deadline until) {
    return scene.watch().await(id, isSo, until);
  }

  private boolean hasEnded(Server server) {
    return server.isDeleted() || isElsewhere(server);
  }

  private Deadline soonest(Duration most) {
    return in(Durations.shorter(deadline.remaining(), most));
  }

  /** Whether any host began to build it; when none did in all that time, the order was lost. */
  private boolean isTakenUp() {
    try {
      return cloud.findEvacuationHost(id).filter(host -> !isDead(host)).isPresent();
    } catch (CloudException _) {
      return true;
    }
  }

  private boolean isTargetDead() {
    try {
      return cloud.findEvacuationTarget(id).filter(this::isDead).isPresent();
    } catch (CloudException _) {
      return false;
    }
  }

  /**
   * Only a host declared dead counts: one that merely looks down may still be building it. Not to
   * know is not to act.
   */
  private boolean isDead(String host) {
    try {
      return cloud
          .findComputeService(host)
          .filter(service -> service.isForcedDown() && !service.isUp())
          .isPresent();
    } catch (CloudException _) {
      return false;
    }
  }

  private void end(Sight sight, boolean wasStarted) {
    switch (sight) {
      case Sight.Gone() -> leaveGone();
      case Sight.Arrived(Server server) -> arrive(server, wasStarted);
      case Sight.NotMoving(Server server) -> {
        String fault = server.fault();
        fail("Failed to evacuate instance " + id + ": " + (fault == null ? refusal : fault));
      }
      case Sight.Halfway(String target) ->
          fail(
              "Failed reason: timeout. Host '%s' took it on and has not said how that ended: it may run there."
                  .formatted(target));
      case Sight.Stranded() ->
          fail("Failed to evacuate instance " + id + ": each host it was sent to died.");
      case Sight.StillMoving() -> fail("Failed reason: timeout. The cloud is still moving it.");
    }
  }

  /**
   * An instance in error has not been brought back, wherever it is (W7).
   *
   * @param wasStarted an earlier holder may have come as far as setting it to error again
   */
  private void arrive(Server server, boolean wasStarted) {
    boolean mayBeInError = wasStarted && planned.endState() == PlannedMove.EndState.ERROR;
    if (server.vmState().equals("error") && !mayBeInError) {
      String fault = server.fault();
      fail("It arrived in error: " + (fault == null ? "no reason is given." : fault));
      return;
    }
    String remark = bringToEndState(server);
    unlock();
    end(
        VmoveStatus.SUCCEEDED,
        server.host(),
        remark,
        (news, tx, recovery, move) -> news.moved(tx, recovery, move, remark == null));
  }

  /**
   * Answers what did not work: a good move stays good when the rest is refused (W8). When the cloud
   * cannot be asked, the move stays open instead.
   */
  private @Nullable String bringToEndState(Server server) {
    return switch (planned.endState()) {
      case RUNNING -> null;
      case STOPPED -> stop(server);
      case ERROR -> {
        String remark = server.vmState().equals("error") ? null : stop(server);
        cloud.resetState(id, Cloud.ResetTo.ERROR);
        yield remark;
      }
    };
  }

  private @Nullable String stop(Server server) {
    if (server.vmState().equals("stopped")) {
      return null;
    }
    if (server.taskState() == null) {
      String refused = callStop();
      if (refused != null) {
        return "Moved, but it could not be stopped again: " + refused;
      }
    }
    return await(s -> s.isDeleted() || isStopped(s), in(scene.waits().powerOff())).isPresent()
        ? null
        : "Moved, but it did not stop again in time.";
  }

  /**
   * Null when it is being stopped; otherwise what the cloud said. No answer from a cloud that can
   * be asked is no outage: it may go on giving none, and the instance has long arrived.
   */
  private @Nullable String callStop() {
    for (int call = 1; ; call++) {
      try {
        cloud.stop(id);
        return null;
      } catch (CloudException e) {
        Server now = Watch.look(cloud, id);
        if (now.taskState() != null || now.vmState().equals("stopped")) {
          return null;
        }
        boolean isUnanswered = e.failure() instanceof CloudFailure.Unanswered;
        if (!isUnanswered && Attempt.isOutage(e.failure())) {
          throw e;
        }
        if (!isUnanswered || call == MOST_CALLS) {
          return e.failure().text();
        }
      }
    }
  }

  private static boolean isStopped(Server server) {
    return server.vmState().equals("stopped") && server.taskState() == null;
  }

  /** Owners cannot touch it while it moves. Their own lock stays theirs. */
  private void lock() {
    if (!planned.wasLocked()) {
      cloud.lock(id);
    }
  }

  private void unlock() {
    if (planned.wasLocked()) {
      return;
    }
    try {
      cloud.unlock(id);
    } catch (CloudException e) {
      if (!(e.failure() instanceof CloudFailure.NotFound)) {
        throw e;
      }
    }
  }

  private void begin() {
    scene
        .lease()
        .write(tx -> {
          VmoveStore.start(tx, scene.recovery(), id);
          scene.step().say(tx, 0.5, "Evacuation of instance started: '" + id + "'");
          return id;
        });
  }

  /** Gives it up for this attempt; a lock that cannot be lifted now keeps the move open. */
  void fail(String reason) {
    unlock();
    // Another attempt may succeed; what it means for the owner, the recovery's end tells.
    end(VmoveStatus.FAILED, null, reason, (_, _, _, _) -> {});
  }

  private void leaveGone() {
    leave("Instance " + id + " no longer exists.", News::gone);
  }

  private void leave(String reason, Telling telling) {
    end(VmoveStatus.IGNORED, null, reason, telling);
  }

  /** What the owner is told about the move's end. */
  private interface Telling {
    void tell(News news, Handle tx, long recovery, PlannedMove move);
  }

  private void end(
      VmoveStatus status, @Nullable String destination, @Nullable String message, Telling telling) {
    scene
        .lease()
        .write(tx -> {
          VmoveStore.end(tx, scene.recovery(), id, status, destination, message, cloudRequest);
          telling.tell(scene.news(), tx, scene.recovery(), planned);
          return id;
        });
  }

  private boolean isElsewhere(Server server) {
    return server.host() != null && !scene.sourceHost().equals(server.host());
  }

  private static boolean isRebuilding(Server server) {
    String task = server.taskState();
    return task != null && task.startsWith("rebuild");
  }

  private Deadline in(Duration duration) {
    return Deadline.in(duration, scene.clock());
  }
}
