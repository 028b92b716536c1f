package io.tocsin.simulation;

import java.time.Duration;
import java.util.List;

/**
 * P4: when a node falls silent, its recoveries go on elsewhere, a poll after their leases have
 * ended at the latest, if there is a node that can.
 */
final class Takeovers {
  /** For a claim that was under way, and for what else a node has to do. */
  private static final Duration MARGIN = Duration.ofSeconds(2);

  private final World world;
  private long wellSinceNanos = -1;

  Takeovers(World world) {
    this.world = world;
  }

  void look() {
    long now = world.loop().nowNanos();
    boolean isSomebodyWell = world.nodes().stream().anyMatch(SimulatedNode::isWell);
    if (!isSomebodyWell) {
      wellSinceNanos = -1;
      return;
    }
    if (wellSinceNanos < 0) {
      wellSinceNanos = now;
    }
    Duration allowed = world.plan().recovery().leasing().poll().plus(MARGIN);
    if (now - wellSinceNanos <= allowed.toNanos()) {
      return;
    }
    List<String> abandoned =
        world
            .database()
            .query(
                """
                select format('recovery %%s is held by nobody since %%s', id, lease_until)
                  from recovery
                 where state = 'running' and lease_until < '%s'::timestamptz\
                """
                    .formatted(world.clock().now().minus(allowed)));
    if (!abandoned.isEmpty()) {
      world.broken(Promise.P4, abandoned.toString());
    }
  }
}
