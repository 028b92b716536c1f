package io.tocsin.recovery;

import io.tocsin.clock.Deadline;
import io.tocsin.compute.Cloud;
import io.tocsin.compute.CloudException;
import io.tocsin.compute.CloudFailure;
import io.tocsin.compute.Server;
import io.tocsin.compute.ServerId;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Moves one instance off its dead host, once, whatever was done about it before.
 *
 * <p>The idea is to look first, act, and look again. The vmove is {@code ongoing} in the database
 * before the evacuate call goes out, so whoever takes over knows that one may have. Nova does not
 * refuse a second evacuation (bug 1978983), so none is sent on suspicion: Nova marks an instance as
 * rebuilding before it answers, hence a look tells whether a call without an answer was heard.
 *
 * <p>What the cloud shows, and what it means (facts in {@code compute/package-info.java}): the host
 * changes last, so an instance elsewhere is finished with; in error without a task it has failed;
 * without a task, on its old host and not in error it is either a moment before the end or was
 * rolled back without a word, and only lasting tells the two apart.
 *
 * <p>Ends with the vmove in a final state, or throws {@link CloudException} when the cloud could
 * not be reached, leaving it open for the next attempt.
 */
final class InstanceMove {
  private static final Logger log = LoggerFactory.getLogger(InstanceMove.class);

  /**
   * Evacuate calls sent for one instance in one attempt, when looking shows they were not heard.
   */
  private static final int MOST_CALLS = 4;

  /** First pause between two such calls; doubles. */
  private static final Duration PAUSE = Duration.ofMillis(500);

  /** So long an instance without a task on its old host may be a moment before its end. */
  private static final Duration ABOUT_TO_END = Duration.ofSeconds(5);

  private final HostScene scene;
  private final Cloud cloud;
  private final PlannedMove planned;
  private final ServerId id;

  InstanceMove(HostScene scene, PlannedMove planned) {
    this.scene = scene;
    this.cloud = scene.cloud();
    this.planned = planned;
    this.id = planned.instance();
  }

  /**
   * Runs the move; the caller holds a place in the width and {@code roomAgain} gives it back as
   * soon as the cloud is no longer busy with the instance.
   *
   * @param now the instance as just seen
   * @param wasStarted an evacuate call may have gone out earlier
   */
  void run(Server now, boolean wasStarted, Runnable roomAgain) {
    if (now.isDeleted()) {
      leave("Instance " + id + " no longer exists.");
    } else if (isElsewhere(now) && !wasStarted) {
      unlock();
      leave("It is on host '" + now.host() + "' already; somebody else moved it.");
    } else if (isElsewhere(now)) {
      roomAgain.run();
      judge(now, true);
    } else if (wasStarted && (now.taskState() != null || isEndingNow())) {
      awaitAndJudge(roomAgain);
    } else {
      lock();
      evacuate(roomAgain);
    }
  }

  /** Whether an evacuation begun by an earlier holder shows itself within the time it may take. */
  private boolean isEndingNow() {
    return scene
        .watch()
        .await(id, s -> s.taskState() != null || isOver(s), in(ABOUT_TO_END))
        .filter(s -> s.isDeleted() || isElsewhere(s) || s.taskState() != null)
        .isPresent();
  }

  private boolean isOver(Server server) {
    return server.isDeleted()
        || isElsewhere(server)
        || (server.taskState() == null && server.vmState().equals("error"));
  }

  private void evacuate(Runnable roomAgain) {
    boolean mustReset = planned.needsReset();
    Duration pause = PAUSE;
    for (int call = 1; ; call++) {
      if (mustReset) {
        cloud.resetState(id, Cloud.ResetTo.ERROR);
      }
      if (call == 1) {
        begin();
      }
      try {
        cloud.evacuate(id, Optional.empty());
        awaitAndJudge(roomAgain);
        return;
      } catch (CloudException e) {
        Server seen = look();
        if (isElsewhere(seen)
            || isRebuilding(seen)
            || seen.isDeleted()
            || (e.failure() instanceof CloudFailure.Unanswered && isEndingNow())) {
          awaitAndJudge(roomAgain);
          return;
        }
        if (isFinal(e.failure())) {
          fail(e.failure().text());
          return;
        }
        if (call == MOST_CALLS) {
          throw e;
        }
        // Somebody's task came between plan and call; resetting clears it, as the plan would have.
        mustReset = mustReset || e.failure() instanceof CloudFailure.Conflict;
      }
      scene.sleep(pause);
      pause = pause.multipliedBy(2);
    }
  }

  private static boolean isFinal(CloudFailure failure) {
    return switch (failure) {
      case CloudFailure.Refused _, CloudFailure.NotFound _ -> true;
      case CloudFailure.Conflict _,
          CloudFailure.Unavailable _,
          CloudFailure.Unreachable _,
          CloudFailure.Unanswered _ ->
          false;
    };
  }

  private void awaitAndJudge(Runnable roomAgain) {
    Optional<Server> settled =
        scene
            .watch()
            .await(id, s -> isOver(s) || s.taskState() == null, in(scene.waits().evacuation()));
    if (settled.isPresent() && !isOver(settled.get())) {
      settled =
          scene.watch().await(id, this::isOver, in(ABOUT_TO_END)).or(() -> Optional.of(look()));
    }
    roomAgain.run();
    if (settled.isEmpty()) {
      fail("Failed reason: timeout. The cloud was still moving it.");
    } else {
      judge(settled.get(), false);
    }
  }

  /**
   * The cloud is no longer busy with it. Only its service host tells whether it has moved (W1), and
   * an instance in error has not, wherever it is (W7).
   *
   * @param isLater an earlier holder may have come further than this
   */
  private void judge(Server server, boolean isLater) {
    boolean mayBeInError = isLater && planned.endState() == PlannedMove.EndState.ERROR;
    if (server.isDeleted()) {
      leave("Instance " + id + " was deleted while it was moved.");
    } else if (!isElsewhere(server) || (server.vmState().equals("error") && !mayBeInError)) {
      String fault = server.fault();
      fail(
          "Failed to evacuate instance "
              + id
              + ": "
              + (fault == null ? "the cloud gave up without a reason." : fault));
    } else {
      succeed(server, bringToEndState(server));
    }
  }

  /** Answers what did not work; a good move stays good when the rest fails (W8). */
  private @Nullable String bringToEndState(Server server) {
    try {
      return switch (planned.endState()) {
        case RUNNING -> null;
        case STOPPED -> stop(server);
        case ERROR -> {
          String remark = server.vmState().equals("error") ? null : stop(server);
          cloud.resetState(id, Cloud.ResetTo.ERROR);
          yield remark;
        }
      };
    } catch (CloudException e) {
      return "Moved, but not brought to its former state: " + e.failure().text();
    }
  }

  private @Nullable String stop(Server server) {
    if (server.vmState().equals("stopped")) {
      return null;
    }
    try {
      cloud.stop(id);
    } catch (CloudException e) {
      if (!look().vmState().equals("stopped")) {
        return "Moved, but it could not be stopped again: " + e.failure().text();
      }
    }
    return awaitStopped(scene.waits().powerOff()).isPresent()
        ? null
        : "Moved, but it did not stop again in time.";
  }

  private Optional<Server> awaitStopped(Duration within) {
    return scene
        .watch()
        .await(
            id,
            s -> s.isDeleted() || (s.vmState().equals("stopped") && s.taskState() == null),
            in(within));
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
      log.atWarn()
          .addKeyValue("recovery", scene.recovery())
          .addKeyValue("instance", id)
          .addKeyValue("reason", e.failure().text())
          .log("instance stays locked; unlock it by hand");
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

  private void succeed(Server server, @Nullable String remark) {
    unlock();
    end(VmoveStatus.SUCCEEDED, server.host(), remark);
  }

  private void fail(String reason) {
    unlock();
    end(VmoveStatus.FAILED, null, reason);
  }

  private void leave(String reason) {
    end(VmoveStatus.IGNORED, null, reason);
  }

  void end(VmoveStatus status, @Nullable String destination, @Nullable String message) {
    scene
        .lease()
        .write(tx -> {
          VmoveStore.end(tx, scene.recovery(), id, status, destination, message);
          return id;
        });
  }

  private Server look() {
    return cloud.findServer(id).orElseGet(() -> Server.gone(id));
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
