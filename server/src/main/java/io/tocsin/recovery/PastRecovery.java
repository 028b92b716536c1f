package io.tocsin.recovery;

import java.util.List;

/**
 * What another server's recovery did.
 *
 * @param steps of every attempt, in order; one that comes again belongs to a later attempt
 * @param vmoves at most one for an instance
 */
public record PastRecovery(List<RecordedStep> steps, List<Vmove> vmoves) {
  public static final PastRecovery NOTHING = new PastRecovery(List.of(), List.of());

  public PastRecovery {
    steps = List.copyOf(steps);
    vmoves = List.copyOf(vmoves);
  }
}
