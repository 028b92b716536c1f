package io.tocsin.simulation;

import io.tocsin.failover.FailureType;
import java.time.Duration;
import java.util.Map;

/** What the world does to hosts, nodes, the cloud and the database. Nodes are counted from 1. */
sealed interface Happening {
  /** In the place of a node: the one that runs a recovery at that moment, if one does. */
  int HOLDER = 0;

  /** The power goes: nova-compute and all guests are dead. Nobody reports it by that. */
  record HostDies(String host) implements Happening {}

  /** Only nova-compute dies; the guests run on. */
  record ServiceDies(String host) implements Happening {}

  /** The power comes back, and the service may take instances again. */
  record HostReturns(String host) implements Happening {}

  /**
   * So many monitors report the same; each tries on until it is told yes or no.
   *
   * @param clockError by how much the monitors' clocks are wrong
   */
  record Report(
      FailureType type, String host, Map<String, String> payload, int monitors, Duration clockError)
      implements Happening {
    /** By monitors whose clocks are right. */
    Report(FailureType type, String host, Map<String, String> payload, int monitors) {
      this(type, host, payload, monitors, Duration.ZERO);
    }
  }

  /**
   * An instance is put into a state by hand, under the nose of everybody.
   *
   * @param change as {@code PATCH /simulator/instances/ID} takes it
   */
  record InstanceBecomes(String instance, String change) implements Happening {}

  /** Nobody is told: an owner deletes an instance, whatever is being done with it. */
  record OwnerDeletes(String instance) implements Happening {}

  /**
   * The cloud misbehaves in this way, until all its faults end.
   *
   * @param order a fault as docs/simulator.md describes it
   */
  record CloudFault(String order) implements Happening {}

  /** The cloud is well again. */
  record CloudHeals() implements Happening {}

  /** Requests to the cloud and its answers get lost on the way with that probability. */
  record CloudUnreachable(double probability, Duration duration) implements Happening {}

  /** As with kill -9. */
  record NodeDies(int node) implements Happening {}

  /** It is started again, as another process. */
  record NodeStarts(int node) implements Happening {}

  /** It is told to stop, and hands over what it was doing. */
  record NodeStops(int node) implements Happening {}

  /** None of its threads gets a turn for so long, as when its machine is suspended. */
  record NodeFreezes(int node, Duration duration) implements Happening {}

  /** Its heart does not beat for so long; everything else goes on. */
  record HeartStops(int node, Duration duration) implements Happening {}

  /** It cannot reach the database for so long. */
  record DatabaseCut(int node, Duration duration) implements Happening {}

  /**
   * For so long each of its commits may fail, be stored without its knowing, or be the last thing
   * it does.
   */
  record CommitsFail(int node, double lost, double unknown, double fatal, Duration duration)
      implements Happening {}

  /** Its wall clock is wrong by so much from now on. */
  record ClockJumps(int node, Duration error) implements Happening {}

  /**
   * What an operator does. A scope is a host's name, {@code segment} or {@code region}; a recovery
   * is the last one of its host.
   */
  sealed interface ByOperator extends Happening {
    record Pauses(String scope, Duration duration) implements ByOperator {}

    record Resumes(String scope) implements ByOperator {}

    record Cancels(String host) implements ByOperator {}

    record Retries(String host) implements ByOperator {}

    record Approves(String scope) implements ByOperator {}

    record EnablesSegment(boolean isEnabled) implements ByOperator {}
  }
}
