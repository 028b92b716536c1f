package io.tocsin.recovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tocsin.failover.FailureNotification;
import io.tocsin.failover.FailureStatus;
import io.tocsin.failover.FailureType;
import io.tocsin.simulator.RegionSpec;
import io.tocsin.store.CommitObserver;
import io.tocsin.store.Database;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Queue, leases and epochs: who may work on what. */
class RecoveriesTest {
  private final Rehearsal rehearsal = new Rehearsal(RegionSpec.allActive(6, 60));
  private final Database database = rehearsal.testDatabase.database();

  @AfterEach
  void close() {
    rehearsal.close();
  }

  private List<Claim> claim(NodeId node, int most) {
    return claim(node, Duration.ofSeconds(30), most);
  }

  private List<Claim> claim(NodeId node, Duration lease, int most) {
    return database.inTransaction(tx -> {
      RecoveryStore.Wish wish = new RecoveryStore.Wish(node, lease, Duration.ofDays(1));
      List<Claim> claims = new ArrayList<>(RecoveryStore.claim(tx, wish, 0, most));
      claims.addAll(RecoveryStore.claim(tx, wish, 1, most));
      return claims;
    });
  }

  private static NodeId node(int number) {
    return new NodeId(new UUID(0, number));
  }

  private FailureNotification noise(String host, int number) {
    return rehearsal.report(
        FailureType.VM,
        host,
        Map.of(
            "event", "LIFECYCLE",
            "vir_domain_event", "STOPPED_SHUTDOWN",
            "instance_uuid", new UUID(1, number).toString()));
  }

  private FailureNotification hostStopped(String host) {
    return rehearsal.report(FailureType.COMPUTE_HOST, host, Rehearsal.HOST_STOPPED);
  }

  @Test
  void claimsOneRecoveryPerHostTheMostUrgentFirst() {
    noise("host-01", 1);
    noise("host-01", 2);
    FailureNotification dead = hostStopped("host-01");
    FailureNotification other = noise("host-02", 3);
    assertThat(claim(node(1), 10))
        .extracting(Claim::recovery)
        .containsExactly(dead.number(), other.number());
    assertThat(claim(node(2), 10)).isEmpty();
  }

  @Test
  void givesNoRecoveryToTwoNodesAtOnce() throws Exception {
    for (int i = 0; i < 300; i++) {
      noise("host-0" + (1 + i % 6), i);
    }
    List<Claim> claims = new ArrayList<>();
    List<Callable<List<Claim>>> claimers = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      NodeId node = node(i);
      claimers.add(() -> claim(node, 3));
    }
    try (ExecutorService nodes = Executors.newVirtualThreadPerTaskExecutor()) {
      for (Future<List<Claim>> future : nodes.invokeAll(claimers)) {
        claims.addAll(future.get());
      }
    }
    assertThat(claims).extracting(Claim::host).doesNotHaveDuplicates();
    assertThat(claims).isNotEmpty();
  }

  @Test
  void keepsTheHostForARecoveryThatHasBegun() {
    FailureNotification dead = hostStopped("host-01");
    Claim first = claim(node(1), 1).getFirst();
    noise("host-01", 1);
    database.inTransaction(tx -> {
      RecoveryStore.again(tx, first, Duration.ofHours(1), false);
      return first;
    });
    assertThat(claim(node(2), 10)).isEmpty();
    database.inTransaction(
        tx -> tx.execute("update recovery set due_at = now() where id = ?", dead.number()));
    assertThat(claim(node(2), 10))
        .singleElement()
        .satisfies(claim -> assertThat(claim.attempt()).isEqualTo(2));
  }

  @Test
  void doesNotCountAnAttemptThatCouldNotAskTheCloud() {
    hostStopped("host-01");
    Claim first = claim(node(1), 1).getFirst();
    database.inTransaction(tx -> {
      RecoveryStore.again(tx, first, Duration.ZERO, true);
      return first;
    });
    Claim second = claim(node(1), 1).getFirst();
    assertThat(second.attempt()).isEqualTo(first.attempt());
    assertThat(second.outages()).isEqualTo(1);
    assertThat(second.epoch()).isGreaterThan(first.epoch());
  }

  @Test
  void shutsOutAHolderWhoseLeaseWasTaken() {
    hostStopped("host-01");
    Claim first = claim(node(1), Duration.ZERO, 1).getFirst();
    Lease stale =
        new Lease(
            first, Rehearsal.CLOCK.nanoTime(), Duration.ofHours(1), Rehearsal.CLOCK, database);
    Rehearsal.await(Duration.ofSeconds(5), () -> !claim(node(2), 1).isEmpty());
    assertThatThrownBy(() -> stale.write(_ -> "late")).isInstanceOf(LeaseLostException.class);
    assertThatThrownBy(stale::requireHeld).isInstanceOf(LeaseLostException.class);
  }

  @Test
  void doesNotRenewALeaseOfAnEarlierEpoch() {
    hostStopped("host-01");
    Claim claim = claim(node(1), 1).getFirst();
    assertThat(renew(claim, claim.epoch() - 1)).isEmpty();
    assertThat(renew(claim, claim.epoch()))
        .containsExactly(Map.entry(claim.recovery(), Order.GO_ON));
  }

  @Test
  void passesByWhatWasDueBeforeTheFloorAndNothingElse() {
    FailureNotification old = hostStopped("host-01");
    rehearsal.execute(
        "update recovery set due_at = now() - interval '2 hours' where id = " + old.number());
    Instant floor = database.read(RecoveryStore::floor);
    hostStopped("host-02");
    RecoveryStore.Wish wish =
        new RecoveryStore.Wish(node(1), Duration.ofHours(1), Duration.ofDays(1), floor, false);
    assertThat(claim(wish)).hasSize(2);

    assertThat(database.read(RecoveryStore::floor))
        .as("nothing is due, but a report may be on its way")
        .isBefore(Rehearsal.CLOCK.now().minusSeconds(50));
    FailureNotification late = hostStopped("host-03");
    rehearsal.execute(
        "update recovery set due_at = now() - interval '3 hours' where id = " + late.number());
    assertThat(claim(wish)).isEmpty();
    assertThat(database.read(RecoveryStore::floor)).isBefore(floor);
  }

  private List<Claim> claim(RecoveryStore.Wish wish) {
    return database.inTransaction(tx -> RecoveryStore.claim(tx, wish, 0, 10));
  }

  private Map<Long, Order> renew(Claim claim, long epoch) {
    return database.inTransaction(tx ->
        RecoveryStore.renew(tx, node(1), Duration.ofSeconds(1), Map.of(claim.recovery(), epoch)));
  }

  @Test
  void handsOverAtAStopWithoutWaitingForTheLease() {
    rehearsal.control("PATCH", "/simulator/settings", "{\"evacuation_time\": \"3s\"}");
    RecoverySettings longLease =
        Rehearsal.SETTINGS.with(
            new RecoverySettings.Leasing(
                Duration.ofMinutes(10), Duration.ofSeconds(1), Duration.ofMillis(50)));
    Recoveries first = rehearsal.startNode(rehearsal.cloud(), CommitObserver.NONE, longLease);
    FailureNotification report = rehearsal.failHost("host-01");
    Rehearsal.await(
        Duration.ofSeconds(20),
        () ->
            rehearsal.vmoves(report).stream()
                .anyMatch(vmove -> vmove.status() == VmoveStatus.ONGOING));
    first.stop(Duration.ZERO);
    rehearsal.startNode();
    FailureNotification end = rehearsal.awaitEnd(report);
    assertThat(end.status()).as(end.message()).isEqualTo(FailureStatus.FINISHED);
    assertThat(rehearsal.vmoves(report))
        .allSatisfy(vmove ->
            assertThat(
                    rehearsal
                        .instance(vmove.instance())
                        .path("evacuations")
                        .path("accepted")
                        .asInt())
                .isEqualTo(1));
    assertThat(counted("tocsin.recovery.handovers")).isEqualTo(1);
    assertThat(counted("tocsin.lease.losses")).isZero();
    // Taken up again is not taken up first.
    assertThat(
            rehearsal
                .counted
                .get("tocsin.recovery.first.claim")
                .tag("type", "compute_host")
                .timer()
                .count())
        .isEqualTo(1);
  }

  private double counted(String counter) {
    return rehearsal.counted.get(counter).counter().count();
  }

  @Test
  void countsALeaseThatItLostInTheMiddle() {
    rehearsal.control("PATCH", "/simulator/settings", "{\"evacuation_time\": \"1s\"}");
    rehearsal.startNode();
    FailureNotification report = rehearsal.failHost("host-01");
    Rehearsal.await(
        Duration.ofSeconds(20),
        () ->
            rehearsal.vmoves(report).stream()
                .anyMatch(vmove -> vmove.status() == VmoveStatus.ONGOING));
    database.inTransaction(
        tx -> tx.execute("update recovery set epoch = epoch + 1 where id = ?", report.number()));
    assertThat(rehearsal.awaitEnd(report).status()).isEqualTo(FailureStatus.FINISHED);
    // Who lost it learns so at its next write or call, which may come after the other's end.
    Rehearsal.await(Duration.ofSeconds(10), () -> counted("tocsin.lease.losses") == 1);
  }

  @Test
  void finishesWhatRunsWithinTheGrace() {
    Recoveries node = rehearsal.startNode();
    FailureNotification report = rehearsal.failHost("host-01");
    Rehearsal.await(Duration.ofSeconds(20), () -> node.running() > 0);
    node.stop(Duration.ofSeconds(30));
    assertThat(rehearsal.notification(report).status()).isEqualTo(FailureStatus.FINISHED);
  }

  @Test
  void goesOnAfterTheDatabaseDroppedItsConnections() {
    rehearsal.control("PATCH", "/simulator/settings", "{\"evacuation_time\": \"500ms\"}");
    rehearsal.startNode();
    FailureNotification report = rehearsal.failHost("host-01");
    Rehearsal.await(
        Duration.ofSeconds(20),
        () -> rehearsal.notification(report).status() == FailureStatus.RUNNING);
    rehearsal.testDatabase.disconnectEverybody();
    FailureNotification end = rehearsal.awaitEnd(report);
    assertThat(end.status()).as(end.message()).isEqualTo(FailureStatus.FINISHED);
    assertThat(rehearsal.instancesOn("host-01")).isEmpty();
  }
}
