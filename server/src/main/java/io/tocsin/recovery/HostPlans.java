package io.tocsin.recovery;

import io.tocsin.compute.CloudException;

/**
 * What would happen to a host, for operators who ask. What is refused is an {@link
 * OperationRefusedException}. Thread-safe.
 */
public final class HostPlans {
  private final Surroundings around;
  private final DryRun dryRun;

  public HostPlans(Surroundings around, DryRun dryRun) {
    this.around = around;
    this.dryRun = dryRun;
  }

  /**
   * What a recovery would do if that host were reported dead now.
   *
   * @param idOrName any text
   */
  public HostPlan plan(String idOrName) {
    String id = around.targets().host(idOrName).id().toString();
    try {
      return dryRun.plan(id);
    } catch (CloudException e) {
      throw new OperationRefusedException(OperationRefusal.of(e.failure()));
    }
  }
}
