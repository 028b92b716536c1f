package io.tocsin.recovery;

import java.time.Duration;

/**
 * How recoveries run. Names of Masakari's options are given where one has the same meaning
 * (recovery-engine spec §13).
 */
public record RecoverySettings(
    Leasing leasing,
    Limits limits,
    Waits waits,
    HostRules host,
    InstanceRules instance,
    Safety safety) {
  /** Everything at its default. */
  public static final RecoverySettings DEFAULT =
      new RecoverySettings(
          Leasing.DEFAULT,
          Limits.DEFAULT,
          Waits.DEFAULT,
          HostRules.DEFAULT,
          InstanceRules.DEFAULT,
          Safety.DEFAULT);

  /** These settings with other rules of safety. */
  public RecoverySettings with(Safety other) {
    return new RecoverySettings(leasing, limits, waits, host, instance, other);
  }

  /** These settings with another way of holding recoveries. */
  public RecoverySettings with(Leasing other) {
    return new RecoverySettings(other, limits, waits, host, instance, safety);
  }

  /** These settings with other limits. */
  public RecoverySettings with(Limits other) {
    return new RecoverySettings(leasing, other, waits, host, instance, safety);
  }

  /** These settings with other rules for hosts. */
  public RecoverySettings with(HostRules other) {
    return new RecoverySettings(leasing, limits, waits, other, instance, safety);
  }

  /** These settings with other waits. */
  public RecoverySettings with(Waits other) {
    return new RecoverySettings(leasing, limits, other, host, instance, safety);
  }

  /**
   * How a node holds its recoveries.
   *
   * @param duration a node silent for so long loses its recoveries
   * @param heartbeat time between renewals; well under a third of {@code duration}
   * @param poll how often the queue is looked at when nobody calls; the safety net under {@code
   *     LISTEN/NOTIFY}
   */
  public record Leasing(Duration duration, Duration heartbeat, Duration poll) {
    /** A killed node's work goes on elsewhere within 10 s (promise P4): 6 s and one poll. */
    public static final Leasing DEFAULT =
        new Leasing(Duration.ofSeconds(6), Duration.ofMillis(1500), Duration.ofSeconds(1));

    public Leasing {
      if (heartbeat.multipliedBy(3).compareTo(duration) > 0) {
        throw new IllegalArgumentException("three heartbeats must fit into a lease");
      }
    }
  }

  /**
   * What one node does at once, and how often it tries.
   *
   * @param recoveries recoveries running on a node
   * @param evacuations instances of all its recoveries being rebuilt at the same moment; the width
   *     of a recovery
   * @param attempts how often a recovery that moved not everything is run (Masakari: 2)
   */
  public record Limits(int recoveries, int evacuations, int attempts) {
    public static final Limits DEFAULT = new Limits(64, 100, 2);
  }

  /**
   * How long things may take.
   *
   * @param serviceDown until a service that was forced down or disabled is seen so ({@code
   *     wait_period_after_service_update}, there a fixed sleep)
   * @param evacuation of one instance ({@code wait_period_after_evacuation}, there 90 s)
   * @param settle how long an instance without a task on its old host may be a moment before the
   *     end of its evacuation
   * @param powerOff until a stopped instance is stopped ({@code wait_period_after_power_off})
   * @param powerOn until a started instance is active ({@code wait_period_after_power_on})
   * @param retry between the end of the first failed attempt and the next; twice as long after each
   *     further one, up to ten minutes
   * @param outage longest pause between two attempts while the cloud cannot be reached; such
   *     attempts do not count
   * @param expiry after so long a recovery fails for good ({@code notifications_expired_interval}),
   *     counted from arrival on our clock
   */
  public record Waits(
      Duration serviceDown,
      Duration evacuation,
      Duration settle,
      Duration powerOff,
      Duration powerOn,
      Duration retry,
      Duration outage,
      Duration expiry) {
    public static final Waits DEFAULT =
        new Waits(
            Duration.ofSeconds(180),
            Duration.ofSeconds(300),
            Duration.ofSeconds(3),
            Duration.ofSeconds(180),
            Duration.ofSeconds(60),
            Duration.ofSeconds(30),
            Duration.ofSeconds(60),
            Duration.ofDays(1));
  }

  /**
   * Which instances of a dead host are moved.
   *
   * @param evacuateAll also those without the metadata key ({@code evacuate_all_instances})
   * @param haEnabledKey {@code ha_enabled_instance_metadata_key}
   * @param ignoreInError leave instances in error where they are ({@code
   *     ignore_instances_in_error_state})
   * @param priorityKey metadata key of a whole number; of instances that are alike, the higher goes
   *     first
   * @param addsSparesToAggregates {@code add_reserved_host_to_aggregate}
   * @param disableReason shown on the disabled service ({@code service_disable_reason})
   */
  public record HostRules(
      boolean evacuateAll,
      String haEnabledKey,
      boolean ignoreInError,
      String priorityKey,
      boolean addsSparesToAggregates,
      String disableReason) {
    public static final HostRules DEFAULT =
        new HostRules(
            true, "HA_Enabled", false, "HA_Priority", false, "Tocsin detected host failed.");
  }

  /**
   * What must hold before a host's instances are touched.
   *
   * @param rules of each segment, where it does not differ
   * @param region the storm brake over all segments
   * @param lookAgain between two looks at a gate that is closed; longer than the interval of the
   *     cloud's heartbeats, or a living host may be taken for a silent one
   * @param heartbeats the longest that the cloud's compute services keep silent while they live
   *     (Nova's {@code report_interval}); before a host has been silent for that long nothing is
   *     done about it. Zero: a report is believed at once, unless a heartbeat has come since
   */
  public record Safety(
      SafetyRules rules, SafetyRules.Brake region, Duration lookAgain, Duration heartbeats) {
    public static final Safety DEFAULT =
        new Safety(
            SafetyRules.DEFAULT,
            SafetyRules.Brake.OF_THE_REGION,
            Duration.ofSeconds(15),
            Duration.ZERO);
  }

  /**
   * What is done about single instances and processes.
   *
   * @param processAll also instances without the metadata key ({@code process_all_instances})
   * @param haEnabledKey {@code ha_enabled_instance_metadata_key}
   * @param disableReason shown on the service of a host whose {@code nova-compute} stopped
   */
  public record InstanceRules(boolean processAll, String haEnabledKey, String disableReason) {
    public static final InstanceRules DEFAULT =
        new InstanceRules(false, "HA_Enabled", "Tocsin detected process failed.");
  }
}
