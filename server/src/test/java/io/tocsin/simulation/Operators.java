package io.tocsin.simulation;

import io.tocsin.failover.FailureNotifications;
import io.tocsin.failover.Hosts;
import io.tocsin.failover.RefusedException;
import io.tocsin.failover.SegmentChange;
import io.tocsin.failover.Segments;
import io.tocsin.feed.Feed;
import io.tocsin.identity.UserId;
import io.tocsin.recovery.Aim;
import io.tocsin.recovery.Interventions;
import io.tocsin.recovery.OperationRefusedException;
import io.tocsin.recovery.Operator;
import io.tocsin.recovery.Pauses;
import io.tocsin.recovery.Surroundings;
import io.tocsin.simulation.WorldLog.Kind;
import io.tocsin.store.Database;
import java.util.List;
import java.util.Set;
import java.util.random.RandomGenerator;

/** Operators, who use the product's own handles; nothing befalls them or their way to it. */
final class Operators {
  /** The one segment of a world. */
  static final String SEGMENT = "demo";

  private static final Operator GRETA = new Operator(UserId.SYSTEM, "greta");
  private static final String WHY = "as planned";

  private final World world;
  private final Interventions interventions;
  private final Pauses pauses;
  private final Segments segments;

  Operators(World world, RandomGenerator random) {
    this.world = world;
    Database database = world.database().database();
    this.segments = new Segments(database);
    Surroundings around =
        new Surroundings(
            database,
            segments,
            new Hosts(database, _ -> true),
            new FailureNotifications(database),
            new Feed(random),
            world::wakeNodes);
    this.interventions = new Interventions(around);
    this.pauses = new Pauses(around);
  }

  /** On the thread of the world. */
  void act(Happening.ByOperator order) {
    NodeDatabase.enter(new Outsider(world, "operator"));
    try {
      act(order, "operator");
    } catch (OperationRefusedException | RefusedException e) {
      say("operator", "is refused: " + e.getMessage());
    } finally {
      NodeDatabase.enter(new Outsider(world, "world"));
    }
  }

  private void act(Happening.ByOperator order, String who) {
    switch (order) {
      case Happening.ByOperator.Pauses(String scope, var duration) -> {
        say(who, "pauses " + scope + " for " + duration);
        var _ = pauses.pause(GRETA, aim(scope), WHY, duration);
      }
      case Happening.ByOperator.Resumes(String scope) -> {
        say(who, "resumes " + scope);
        var _ = pauses.resumeAll(GRETA, aim(scope), WHY);
      }
      case Happening.ByOperator.Cancels(String host) -> {
        say(who, "cancels the recovery of " + host);
        interventions.cancel(GRETA, recovery(host), WHY);
      }
      case Happening.ByOperator.Retries(String host) -> {
        say(who, "has the recovery of " + host + " tried again");
        interventions.retry(GRETA, recovery(host), WHY, Set.of());
      }
      case Happening.ByOperator.Approves(String scope) -> {
        say(who, "approves what is held of " + scope);
        var _ = interventions.approve(GRETA, aim(scope), null, WHY);
      }
      case Happening.ByOperator.EnablesSegment(boolean isEnabled) -> {
        say(who, (isEnabled ? "enables" : "disables") + " the segment");
        String segment = segments.find(SEGMENT).orElseThrow().id().toString();
        var _ = segments.update(segment, new SegmentChange(null, null, null, isEnabled, null));
      }
    }
  }

  private static Aim aim(String scope) {
    return switch (scope) {
      case "region" -> Aim.REGION;
      case "segment" -> new Aim(Aim.Kind.SEGMENT, SEGMENT);
      default -> new Aim(Aim.Kind.HOST, scope);
    };
  }

  /** What is no id names no recovery, and is refused as that. */
  private String recovery(String host) {
    List<String> ids =
        world
            .database()
            .query(
                """
                select n.uuid from failure_notification n join host h on h.id = n.host_id
                 where h.name = ? order by n.id desc limit 1\
                """,
                host);
    return ids.isEmpty() ? "none" : ids.getFirst();
  }

  private void say(String who, String what) {
    world.log(Kind.WORLD, who, what);
  }
}
