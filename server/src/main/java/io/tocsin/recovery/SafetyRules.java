package io.tocsin.recovery;

import java.time.Duration;

/**
 * What the gates of a segment ask for.
 *
 * @param requiresFencing see {@link Gate#FENCED}
 * @param watchesHeartbeats see {@link Gate#ALIVE}
 * @param leastServicesUp percent of the other compute services that must be up, see {@link
 *     Gate#ISOLATION}; 0 does not ask
 * @param forcesDown whether the service is forced down; otherwise it is disabled, and the recovery
 *     waits until the cloud finds out by itself that the host is down
 * @param brake see {@link Gate#STORM}
 */
public record SafetyRules(
    boolean requiresFencing,
    boolean watchesHeartbeats,
    int leastServicesUp,
    boolean forcesDown,
    Brake brake) {
  public static final SafetyRules DEFAULT =
      new SafetyRules(true, true, 50, true, Brake.OF_A_SEGMENT);

  /**
   * How many hosts may fail at once before somebody has to have a look.
   *
   * @param hosts recoveries of hosts under way or begun within the window; 0: any number
   * @param percent the same as a share of the enrolled hosts, but never fewer than two hosts; 0:
   *     any share
   * @param window how long one counts after it has begun
   */
  public record Brake(int hosts, int percent, Duration window) {
    public static final Brake OF_A_SEGMENT = new Brake(5, 25, Duration.ofMinutes(10));
    public static final Brake OF_THE_REGION = new Brake(10, 20, Duration.ofMinutes(10));

    /** A pair of hosts may well share a power supply. */
    private static final int LEAST = 2;

    /** Hosts that may fail at once among so many. */
    int allowed(int enrolled) {
      int byShare =
          percent == 0
              ? Integer.MAX_VALUE
              : Math.max(LEAST, (int) ((long) percent * enrolled / 100));
      return Math.min(hosts == 0 ? Integer.MAX_VALUE : hosts, byShare);
    }

    boolean isOff() {
      return hosts == 0 && percent == 0;
    }
  }
}
