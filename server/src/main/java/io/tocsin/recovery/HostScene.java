package io.tocsin.recovery;

import io.tocsin.clock.Clock;
import io.tocsin.compute.Cloud;
import java.util.Optional;

/**
 * What all moves of one host recovery share.
 *
 * @param target the only host to send instances to; empty: the cloud's scheduler chooses
 */
record HostScene(
    Lease lease,
    Cloud cloud,
    Watch watch,
    Step step,
    News news,
    String sourceHost,
    Optional<String> target,
    RecoverySettings.Waits waits,
    Clock clock) {

  HostScene to(Optional<String> newTarget) {
    return new HostScene(lease, cloud, watch, step, news, sourceHost, newTarget, waits, clock);
  }

  long recovery() {
    return lease.claim().recovery();
  }
}
