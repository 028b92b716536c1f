package io.tocsin.recovery;

import io.tocsin.failover.Host;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What a recovery of a host would do if the host were reported dead now.
 *
 * @param instances in the order in which they would be moved
 * @param spares the reserved hosts it would use, in order; empty where its method uses none
 * @param expected how long it would take, from how long evacuations have been taking here
 */
public record HostPlan(
    Host host,
    List<GateCheck> gates,
    List<Instance> instances,
    List<String> spares,
    Duration expected) {

  /**
   * What a gate says now.
   *
   * @param verdict {@code open}, {@code closed} or {@code off}
   */
  public record GateCheck(Gate gate, String verdict, String reason) {}

  /**
   * What would happen to one instance.
   *
   * @param isMoved false: it is left where it is
   * @param endState how its owner would find it: {@code running}, {@code stopped} or {@code error}
   * @param obstacle why it is left, or why moving it will probably not work; null otherwise
   */
  public record Instance(
      UUID id,
      String name,
      @Nullable String projectId,
      String vmState,
      @Nullable String taskState,
      boolean isLocked,
      boolean isHaEnabled,
      int priority,
      int vcpus,
      int ramMebibytes,
      boolean isMoved,
      String endState,
      @Nullable String obstacle) {}
}
