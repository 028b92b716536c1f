package io.tocsin.simulator;

/**
 * How large a simulated region is and how its servers are mixed. The same values give the same
 * names, ids and states everywhere.
 *
 * @param hosts how many compute hosts, 1 to {@value #MAX_HOSTS}
 * @param instances how many servers, spread evenly over the hosts, 0 to {@value #MAX_INSTANCES}
 * @param seed what ids, projects and the order of states grow from
 * @param states mixed for people to look at, or plain for tests and benchmarks
 */
public record RegionSpec(int hosts, int instances, long seed, States states) {
  static final int MAX_HOSTS = 10_000;
  static final int MAX_INSTANCES = 200_000;

  /** Which states the servers start in. */
  public enum States {
    /** Mostly active, some of every other kind; see docs/simulator.md. */
    MIXED,
    /** All active, none locked, all {@code HA_Enabled: True}, all recoverable. */
    ALL_ACTIVE
  }

  public RegionSpec {
    if (hosts < 1 || hosts > MAX_HOSTS) {
      throw new IllegalArgumentException("a region has 1 to " + MAX_HOSTS + " hosts");
    }
    if (instances < 0 || instances > MAX_INSTANCES) {
      throw new IllegalArgumentException("a region has 0 to " + MAX_INSTANCES + " instances");
    }
  }

  /** A region of mixed states with the usual seed. */
  public RegionSpec(int hosts, int instances) {
    this(hosts, instances, 1, States.MIXED);
  }

  /** 20 hosts, 200 instances. */
  public static RegionSpec standard() {
    return new RegionSpec(20, 200);
  }

  /** A region in which every server is active and can be recovered. */
  public static RegionSpec allActive(int hosts, int instances) {
    return new RegionSpec(hosts, instances, 1, States.ALL_ACTIVE);
  }
}
