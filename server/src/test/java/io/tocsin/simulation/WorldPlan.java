package io.tocsin.simulation;

import io.tocsin.compute.CloudSettings;
import io.tocsin.failover.RecoveryMethod;
import io.tocsin.recovery.RecoverySettings;
import io.tocsin.simulator.Behaviour;
import io.tocsin.simulator.RegionSpec;
import io.tocsin.simulator.Span;
import java.time.Duration;
import java.util.List;

/**
 * A world before it begins: who is in it, and what will happen to them.
 *
 * @param seed what everything else grows from: whose turn it is, how long each call takes
 * @param nodes how many are started at the beginning
 * @param travel how long the way to the cloud and to the database takes
 * @param events in the order of their moments
 * @param healsAtEnd whether all faults end after the last event, and dead nodes start again
 */
record WorldPlan(
    long seed,
    int nodes,
    RegionSpec region,
    Enrolment enrolment,
    Behaviour behaviour,
    CloudSettings cloud,
    RecoverySettings recovery,
    Travel travel,
    List<Event> events,
    boolean healsAtEnd) {
  WorldPlan {
    events = List.copyOf(events);
  }

  /**
   * How the one segment, which has all hosts, is set up.
   *
   * @param reserved names of the hosts that are spares; the cloud puts nothing there by itself
   */
  record Enrolment(RecoveryMethod method, List<String> reserved) {
    static final Enrolment PLAIN = new Enrolment(RecoveryMethod.AUTO, List.of());
  }

  /** One way. */
  record Travel(Span toCloud, Span toDatabase) {}

  /** Something happens so long after the beginning. */
  record Event(Duration at, Happening what) {}
}
