package io.tocsin.simulation;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * P4: when a node falls silent, its recoveries go on elsewhere, a poll after their leases have
 * ended at the latest, if there is a node that can.
 */
final class Takeovers {
  /** For a claim that was under way, and for what else a node has to do. */
  private static final Duration MARGIN = Duration.ofSeconds(2);

  /** A node that may run fewer may have no room for what another one left. */
  private static final int ROOM_FOR_ALL = 16;

  private final World world;
  private final Map<String, Long> abandonedSince = new HashMap<>();

  /** Since then there has been a node that can take over. */
  private long wellSince;

  Takeovers(World world) {
    this.world = world;
  }

  void look() {
    long now = world.loop().nowNanos();
    boolean isSomebodyWell = world.nodes().stream().anyMatch(SimulatedNode::isWell);
    if (!isSomebodyWell || world.plan().recovery().limits().recoveries() < ROOM_FOR_ALL) {
      abandonedSince.clear();
      wellSince = now;
      return;
    }
    List<String> abandoned =
        world
            .database()
            .query(
                """
                select format('recovery %s, epoch %s', id, epoch) from recovery
                 where state = 'running' and lease_until < cast(? as timestamptz)\
                """,
                world.clock().now().toString());
    abandonedSince.keySet().retainAll(abandoned);
    Duration allowed = world.plan().recovery().leasing().poll().plus(MARGIN);
    for (String recovery : abandoned) {
      Duration since = Duration.ofNanos(now - abandonedSince.computeIfAbsent(recovery, _ -> now));
      if (since.compareTo(allowed) > 0) {
        world.broken(Promise.P4, recovery + " has been held by nobody for " + since);
      }
    }
    lookForDeadHolders(now);
  }

  private void lookForDeadHolders(long now) {
    if (!world.hasDeadNodes()) {
      return;
    }
    Duration allowed =
        world
            .plan()
            .recovery()
            .leasing()
            .duration()
            .plus(world.plan().recovery().leasing().poll())
            .plus(MARGIN);
    for (String holder :
        world
            .database()
            .query("select distinct lease_owner from recovery where lease_until > sim.now()")) {
      SimulatedNode node = world.nodeOf(holder);
      if (node != null
          && node.isDead()
          && now - Math.max(wellSince, node.deadSinceNanos()) > allowed.toNanos()) {
        world.broken(Promise.P4, node.name() + " is dead and still holds a recovery");
      }
    }
  }
}
