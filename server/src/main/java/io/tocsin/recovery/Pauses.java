package io.tocsin.recovery;

import io.tocsin.failover.Host;
import io.tocsin.failover.Segment;
import io.tocsin.feed.Publication;
import io.tocsin.store.Database;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/**
 * Operators pause recoveries of the region, a segment or a host, and have them go on. Several
 * pauses may be in force for the same; each ends by itself when its time is over. What is refused
 * is an {@link OperationRefusedException}. Thread-safe.
 */
public final class Pauses {
  /** A pause that its operator forgot must not go on for ever. */
  public static final Duration LONGEST = Duration.ofDays(7);

  private final Surroundings around;

  public Pauses(Surroundings around) {
    this.around = around;
  }

  /** From now on no recovery there begins or goes on with another instance. */
  public RecoveryPause pause(Operator by, Aim aim, String reason, Duration duration) {
    Target target = around.targets().require(aim);
    RecoveryPause made =
        around
            .database()
            .inTransaction(tx -> {
              RecoveryPause pause = PauseStore.insert(tx, target, reason, by.text(), duration);
              Map<String, String> details =
                  Map.of("pause", pause.id().toString(), "until", pause.expiresAt().toString());
              ActionStore.insert(tx, new Deed(by, Deed.Kind.PAUSE, reason, target, details));
              around.feed().publish(tx, List.of(OperationsNews.paused(target, pause)));
              return pause;
            });
    // Those that wait look again whether they may, and say in the list for what they wait.
    around.wake().run();
    return made;
  }

  /** Ends one pause. Refused when it is not in force. */
  public RecoveryPause resume(Operator by, UUID id, String why) {
    RecoveryPause before = require(id);
    Target target = target(before);
    RecoveryPause ended =
        around
            .database()
            .inTransaction(tx -> {
              RecoveryPause pause =
                  PauseStore.resume(tx, id, by.text())
                      .orElseThrow(() -> conflict("The pause is over already."));
              OperationStore.hurryPaused(tx);
              around.feed().publish(tx, List.of(end(tx, by, why, target, pause)));
              return pause;
            });
    around.wake().run();
    return ended;
  }

  /**
   * Ends all pauses of exactly that scope: those of its hosts are none of a segment's.
   *
   * @return those that were in force; none when there were none
   */
  public List<RecoveryPause> resumeAll(Operator by, Aim aim, String why) {
    Target target = around.targets().require(aim);
    List<RecoveryPause> ended =
        around
            .database()
            .inTransaction(tx -> {
              List<RecoveryPause> pauses = PauseStore.resumeAll(tx, target, by.text());
              OperationStore.hurryPaused(tx);
              around
                  .feed()
                  .publish(tx, pauses.stream().map(it -> end(tx, by, why, target, it)).toList());
              return pauses;
            });
    around.wake().run();
    return ended;
  }

  private static Publication end(
      Handle tx, Operator by, String why, Target target, RecoveryPause pause) {
    Instant now = pause.resumedAt() == null ? pause.createdAt() : pause.resumedAt();
    Deed deed = new Deed(by, Deed.Kind.RESUME, why, target, Map.of("pause", pause.id().toString()));
    ActionStore.insert(tx, deed);
    return OperationsNews.resumed(target, pause, deed, now);
  }

  public RecoveryPause require(UUID id) {
    return around
        .database()
        .read(handle -> PauseStore.find(handle, id))
        .orElseThrow(() ->
            new OperationRefusedException(
                new OperationRefusal.NotFound(
                    "There is no pause with the id '%s'.".formatted(id))));
  }

  /**
   * The newest first.
   *
   * @param isAll whether those that are over are wanted too
   * @param before only those made before that one; null for the newest
   */
  public List<RecoveryPause> list(boolean isAll, @Nullable UUID before, int limit) {
    Database database = around.database();
    return database.read(handle -> {
      long number =
          before == null
              ? Long.MAX_VALUE
              : PauseStore.number(handle, before).orElseThrow(() -> unknown("before"));
      return PauseStore.list(handle, isAll, number, limit);
    });
  }

  /**
   * What the segment or host of a pause is called now; empty for the region, and when it is gone.
   */
  public Optional<String> targetName(RecoveryPause pause) {
    if (pause.hostNumber() != null) {
      return around.hosts().find(pause.hostNumber()).map(Host::name);
    }
    UUID segment = pause.segment();
    return segment == null
        ? Optional.empty()
        : around.segments().find(segment.toString()).map(Segment::name);
  }

  /** Also of a segment that is gone: its pauses can be ended still. */
  private Target target(RecoveryPause pause) {
    if (pause.hostNumber() != null) {
      return around.hosts().find(pause.hostNumber()).map(Targets::of).orElse(Target.REGION);
    }
    UUID segment = pause.segment();
    return segment == null
        ? Target.REGION
        : Target.ofSegment(segment, targetName(pause).orElse(segment.toString()));
  }

  static OperationRefusedException unknown(String parameter) {
    return new OperationRefusedException(
        new OperationRefusal.Unknown(parameter, "names nothing that is there"));
  }

  private static OperationRefusedException conflict(String text) {
    return new OperationRefusedException(new OperationRefusal.Conflict(text));
  }
}
