package io.tocsin.recovery;

import static org.assertj.core.api.Assertions.assertThat;

import io.tocsin.failover.FailureNotification;
import io.tocsin.failover.FailureStatus;
import io.tocsin.simulator.RegionSpec;
import io.tocsin.store.EveryPostgres;
import io.tocsin.store.PostgresVersion;

/** The engine's SQL runs on every PostgreSQL we support, take-over included. */
class RecoveryOnEveryPostgresTest {
  @EveryPostgres
  void recoversAHostAlthoughTheFirstNodeDies(PostgresVersion version) {
    try (Rehearsal rehearsal = new Rehearsal(new RegionSpec(3, 30), version)) {
      DoomedNode first = new DoomedNode(60);
      rehearsal.startNode(first.around(rehearsal.cloud()), first, Rehearsal.SETTINGS);
      FailureNotification report = rehearsal.failHost("host-02");
      rehearsal.startNode();
      FailureNotification end = rehearsal.awaitEnd(report);
      assertThat(end.status()).as(end.message()).isEqualTo(FailureStatus.FINISHED);
      assertThat(rehearsal.vmoves(report))
          .hasSize(10)
          .allMatch(vmove -> vmove.status() == VmoveStatus.SUCCEEDED);
      assertThat(rehearsal.steps(report)).isNotEmpty();
    }
  }
}
