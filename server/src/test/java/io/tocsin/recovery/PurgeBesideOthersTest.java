package io.tocsin.recovery;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.tocsin.clock.LoopMetrics;
import io.tocsin.failover.FailureFilter;
import io.tocsin.failover.FailureNotification;
import io.tocsin.failover.FailureNotifications;
import io.tocsin.failover.FailureStatus;
import io.tocsin.failover.RefusedException;
import io.tocsin.feed.Feed;
import io.tocsin.identity.UserId;
import io.tocsin.recovery.Purged.Kind;
import io.tocsin.simulator.RegionSpec;
import io.tocsin.store.Database;
import io.tocsin.store.PageRequest;
import io.tocsin.store.PageRequest.SortKey;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalLong;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A purge while others work on the same tables. */
class PurgeBesideOthersTest {
  private static final Duration OLD = Duration.ofDays(91);
  private static final int MANY = 5 * Purge.BATCH;

  private final Rehearsal rehearsal = new Rehearsal(RegionSpec.allActive(4, 20));
  private final Database database = rehearsal.testDatabase.database();
  private final Past past = new Past(database);
  private final Feed feed = new Feed(new Random(7));
  private final Purge purge =
      new Purge(
          database,
          feed,
          Rehearsal.CLOCK,
          new Retention(Duration.ofDays(90), Duration.ofDays(400), Duration.ofHours(1)),
          new LoopMetrics(new SimpleMeterRegistry(), LoopMetrics.Loop.PURGE, Rehearsal.CLOCK));
  private final FailureNotifications notifications = new FailureNotifications(database);
  private final Surroundings around =
      new Surroundings(
          database, rehearsal.segments, rehearsal.hosts, notifications, feed, () -> {});

  @AfterEach
  void close() {
    rehearsal.close();
  }

  private void fill(String host) {
    for (int i = 0; i < MANY; i++) {
      past.ended(rehearsal.host(host).number(), FailureStatus.FAILED, OLD.plusSeconds(i));
    }
  }

  @Test
  void recoveriesGoOnMeanwhile() throws Exception {
    fill("host-02");
    rehearsal.startNode();
    FailureNotification report = rehearsal.failHost("host-02");
    Callable<Purged> sweep = purge::sweep;
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<Purged> sweeping = threads.submit(sweep);

      assertThat(rehearsal.awaitEnd(report).status()).isEqualTo(FailureStatus.FINISHED);
      assertThat(sweeping.get().of(Kind.NOTIFICATIONS)).isEqualTo(MANY);
    }
    assertThat(rehearsal.vmoves(report))
        .isNotEmpty()
        .allMatch(it -> it.status() == VmoveStatus.SUCCEEDED);
    assertThat(past.counts())
        .containsEntry("failure_notification", 1L)
        .containsEntry("recovery", 1L);
    assertThat(past.orphans()).isZero();
  }

  @Test
  void readersAndOperatorsFindLessButNoFault() throws Exception {
    fill("host-02");
    Callable<Purged> sweep = purge::sweep;
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<Purged> sweeping = threads.submit(sweep);
      Random random = new Random(7);
      Explanations explanations = new Explanations(around);
      RecoveryHistory history = new RecoveryHistory(database);
      Interventions interventions = new Interventions(around);
      OptionalLong marker = OptionalLong.empty();
      Set<String> retried = new HashSet<>();
      while (!sweeping.isDone()) {
        List<FailureNotification> page = page(marker);
        marker = page.isEmpty() ? OptionalLong.empty() : OptionalLong.of(page.getLast().number());
        for (FailureNotification it : page) {
          // What the page showed may be gone now.
          assertThat(history.listSteps(it)).hasSizeBetween(0, 2);
          refusedAtMost(() -> explanations.explain(it.id().toString()));
          refusedAtMost(() -> explanations.list(RecoveryFilter.ALL, it.id().toString(), 10));
        }
        if (!page.isEmpty()) {
          String one = page.get(random.nextInt(page.size())).id().toString();
          refusedAtMost(() -> {
            interventions.retry(new Operator(UserId.SYSTEM, "o"), one, "w", Set.of());
            return retried.add(one);
          });
        }
      }
      Purged purged = sweeping.get();

      assertThat(purged.of(Kind.NOTIFICATIONS) + retried.size()).isEqualTo(MANY);
      assertThat(past.counts()).containsEntry("recovery", (long) retried.size());
      assertThat(past.orphans()).isZero();
    }
  }

  /** Empty too where the marker is gone. */
  private List<FailureNotification> page(OptionalLong marker) {
    try {
      return notifications.list(
          FailureFilter.ALL,
          new PageRequest(
              20, marker, List.of(new SortKey("created_at", true), new SortKey("id", true))));
    } catch (RefusedException _) {
      return List.of();
    }
  }

  /** May be refused; anything else that it throws is a fault. */
  private static void refusedAtMost(Callable<?> call) throws Exception {
    try {
      Object _ = call.call();
    } catch (OperationRefusedException _) {
      // What it was about is gone, or has changed.
    }
  }
}
