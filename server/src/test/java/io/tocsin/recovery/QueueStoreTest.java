package io.tocsin.recovery;

import static org.assertj.core.api.Assertions.assertThat;

import io.tocsin.failover.FailureType;
import io.tocsin.recovery.QueueStore.State;
import io.tocsin.recovery.QueueStore.Urgency;
import io.tocsin.simulator.RegionSpec;
import io.tocsin.store.EveryPostgres;
import io.tocsin.store.PostgresVersion;
import java.time.Duration;
import java.util.List;
import java.util.Map;

class QueueStoreTest {
  /** One recovery in each state, the dead host first; nobody runs them. */
  private static final List<String> STATES =
      List.of(
          "due_at = now() - interval '30 s'",
          "due_at = now() + interval '1 h', held_by = 'storm'",
          "due_at = now() + interval '1 h', attempt = 1",
          "state = 'running', lease_owner = gen_random_uuid(), lease_until = now() + interval '1 h'",
          "state = 'running', lease_owner = gen_random_uuid(), lease_until = now() - interval '9 s'",
          "state = 'running', lease_owner = gen_random_uuid(), lease_until = '-infinity'",
          "segment_uuid = gen_random_uuid()",
          "state = 'done', created_at = now() - interval '9 days'");

  @EveryPostgres
  void tellsWhereEachRecoveryStandsAndWhoWaitsLongest(PostgresVersion version) {
    try (Rehearsal rehearsal = new Rehearsal(RegionSpec.allActive(8, 8), version)) {
      assertThat(look(rehearsal)).isEqualTo(QueueStore.Seen.NOTHING);
      for (int i = 0; i < STATES.size(); i++) {
        String change = STATES.get(i);
        long recovery =
            rehearsal
                .report(
                    i == 0 ? FailureType.COMPUTE_HOST : FailureType.PROCESS,
                    "host-0" + (i + 1),
                    Rehearsal.HOST_STOPPED)
                .number();
        rehearsal
            .testDatabase
            .database()
            .inTransaction(
                tx -> tx.execute("update recovery set " + change + " where id = ?", recovery));
      }

      rehearsal
          .testDatabase
          .database()
          .inTransaction(tx ->
              tx.execute(
                  """
                  insert into pause (scope, segment_uuid, reason, paused_by, expires_at)
                  select 'segment', segment_uuid, 'moving racks', 'ada', now() + interval '1 h'
                  from recovery where host_id = (select id from host where name = 'host-07')
                  """));

      QueueStore.Seen seen = look(rehearsal);

      assertThat(seen.open())
          .isEqualTo(
              Map.of(
                  State.DUE, 1,
                  State.HELD, 1,
                  State.PAUSED, 1,
                  State.POSTPONED, 1,
                  State.RUNNING, 1,
                  State.ABANDONED, 2));
      assertThat(seen.longestWait().get(Urgency.HOST))
          .isBetween(Duration.ofSeconds(30), Duration.ofMinutes(5));
      assertThat(seen.longestWait().get(Urgency.OTHER))
          .isBetween(Duration.ofSeconds(9), Duration.ofSeconds(29));
      assertThat(seen.oldest()).isBetween(Duration.ZERO, Duration.ofMinutes(5));
    }
  }

  private static QueueStore.Seen look(Rehearsal rehearsal) {
    return rehearsal
        .testDatabase
        .database()
        .inTransaction(tx -> QueueStore.look(tx, Duration.ofSeconds(5)));
  }
}
