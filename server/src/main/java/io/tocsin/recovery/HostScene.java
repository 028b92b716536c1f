package io.tocsin.recovery;

import io.tocsin.clock.Clock;
import io.tocsin.compute.Cloud;

/** What all moves of one host recovery share. */
record HostScene(
    Lease lease,
    Cloud cloud,
    Watch watch,
    Step step,
    News news,
    String sourceHost,
    RecoverySettings.Waits waits,
    Clock clock) {

  long recovery() {
    return lease.claim().recovery();
  }
}
