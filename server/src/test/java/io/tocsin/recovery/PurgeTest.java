package io.tocsin.recovery;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.tocsin.clock.Clock;
import io.tocsin.clock.LoopMetrics;
import io.tocsin.failover.FailureStatus;
import io.tocsin.feed.Feed;
import io.tocsin.recovery.Purged.Kind;
import io.tocsin.store.Database;
import io.tocsin.store.EveryPostgres;
import io.tocsin.store.PostgresVersion;
import io.tocsin.store.TestDatabase;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What goes, what stays, and that it goes whole; on rows as old recoveries left them. */
class PurgeTest {
  private static final Duration OLD = Duration.ofDays(91);
  private static final Duration YOUNG = Duration.ofDays(89);

  private final TestDatabase database = TestDatabase.create();
  private final Past past = new Past(database.database());
  private final long segment = past.segment("demo");
  private final long host = past.host(segment, "host-01");
  private final Purge purge = purge(database.database(), Duration.ofDays(90), null);

  @AfterEach
  void drop() {
    database.close();
  }

  private static Purge purge(
      Database database, @Nullable Duration recoveries, @Nullable Duration actions) {
    return new Purge(
        database,
        new Feed(new Random(7)),
        Clock.system(),
        new Retention(recoveries, actions, Duration.ofHours(1)),
        new LoopMetrics(new SimpleMeterRegistry(), LoopMetrics.Loop.PURGE, Clock.system()));
  }

  private void fill(int recoveries) {
    for (int i = 0; i < recoveries; i++) {
      past.ended(host, FailureStatus.FINISHED, OLD.plusSeconds(i));
    }
  }

  @EveryPostgres
  void removesWhatEndedLongAgoWithAllThatHangsOnIt(PostgresVersion version)
      throws InterruptedException {
    try (TestDatabase other = TestDatabase.create(version)) {
      Past there = new Past(other.database());
      long hostThere = there.host(there.segment("demo"), "host-01");
      List.of(FailureStatus.FINISHED, FailureStatus.FAILED, FailureStatus.IGNORED)
          .forEach(it -> there.ended(hostThere, it, OLD));
      long kept = there.ended(hostThere, FailureStatus.FAILED, YOUNG);

      Purged purged = purge(other.database(), Duration.ofDays(90), null).sweep();

      assertThat(there.has(kept)).isTrue();
      assertThat(there.counts())
          .containsAllEntriesOf(
              Map.of(
                  "failure_notification", 1L,
                  "recovery", 1L,
                  "recovery_plan", 1L,
                  "recovery_step", 2L,
                  "recovery_step_message", 4L,
                  "vmove", 3L,
                  "recovery_attempt", 1L,
                  "recovery_gate", 1L,
                  "recovery_override", 1L))
          // Who did what stays, and names no recovery that is gone.
          .containsEntry("operator_action", 4L);
      assertThat(there.number("select count(*) from operator_action where recovery_id is not null"))
          .isOne();
      assertThat(there.orphans()).isZero();
      assertThat(purged.isComplete()).isTrue();
      assertThat(purged.of(Kind.NOTIFICATIONS)).isEqualTo(3);
      assertThat(purged.of(Kind.VMOVES)).isEqualTo(9);
      assertThat(purged.of(Kind.STEP_MESSAGES)).isEqualTo(12);
    }
  }

  @Test
  void touchesNothingThatIsOpenHoweverOld() throws InterruptedException {
    Duration ancient = Duration.ofDays(3000);
    List<Long> open = new ArrayList<>();
    for (String status : List.of("new", "running", "error", "finished")) {
      open.add(past.open(host, status, ancient));
    }
    // The states of the engine and of the wire change together; a spare in use is an accident.
    long running = past.ended(host, FailureStatus.FINISHED, ancient);
    past.execute(
        """
        update recovery set state = 'running', lease_owner = gen_random_uuid(),
               lease_until = now() - interval '1 d' where id = %d
        """
            .formatted(running));
    long claiming = past.ended(host, FailureStatus.FAILED, ancient);
    past.execute(
        "insert into reserved_host_claim (host_id, recovery_id) values (%d, %d)"
            .formatted(host, claiming));
    open.addAll(List.of(running, claiming));
    Map<String, Long> before = past.counts();

    assertThat(purge.sweep().total()).isZero();
    assertThat(purge.purge(Duration.ofDays(1), Long.MAX_VALUE, false).total()).isZero();

    assertThat(past.counts()).isEqualTo(before);
    assertThat(open).allMatch(past::has);
  }

  @Test
  void countsFromTheEndNotFromTheArrival() throws InterruptedException {
    long late = past.ended(host, FailureStatus.FINISHED, OLD.plusDays(300), YOUNG);
    long never = past.ended(host, FailureStatus.FINISHED, OLD);
    past.execute("update failure_notification set updated_at = null where id = " + never);

    purge.sweep();

    assertThat(past.has(late)).isTrue();
    assertThat(past.has(never)).isFalse();
  }

  @Test
  void keepsEverythingWhereItIsToBeKeptForEver() throws InterruptedException {
    fill(1);
    past.delete("host", past.host(segment, "host-02"), OLD);

    assertThat(purge(database.database(), null, null).sweep().total()).isZero();
  }

  @Test
  void goesFromBatchToBatchAndStopsAtItsBound() {
    int more = Purge.BATCH + 7;
    fill(Purge.BATCH + more);

    Purged below = purge.purge(Duration.ofDays(90), more, false);
    Purged at = purge.purge(Duration.ofDays(90), Purge.BATCH, false);
    fill(3);
    Purged above = purge.purge(Duration.ofDays(90), 5, false);

    assertThat(below.of(Kind.NOTIFICATIONS)).isEqualTo(more);
    assertThat(below.isComplete()).isFalse();
    assertThat(at.of(Kind.NOTIFICATIONS)).isEqualTo(Purge.BATCH);
    assertThat(above.of(Kind.NOTIFICATIONS)).isEqualTo(3);
    assertThat(above.isComplete()).isTrue();
    assertThat(past.counts()).containsEntry("recovery", 0L).containsEntry("vmove", 0L);
  }

  @Test
  void theOldestGoFirst() {
    fill(3);
    long oldest = past.ended(host, FailureStatus.FINISHED, OLD.plusDays(1));

    purge.purge(Duration.ofDays(90), 1, false);

    assertThat(past.has(oldest)).isFalse();
    assertThat(past.counts()).containsEntry("failure_notification", 3L);
  }

  @Test
  void severalPurgersShareTheWork() throws Exception {
    fill(6 * Purge.BATCH);
    List<Future<Purged>> all = new ArrayList<>();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < 3; i++) {
        Callable<Purged> sweep = purge(database.database(), Duration.ofDays(90), null)::sweep;
        all.add(threads.submit(sweep));
      }
    }

    long removed = 0;
    for (Future<Purged> it : all) {
      removed += it.get().of(Kind.NOTIFICATIONS);
    }
    // One may have passed what another had just locked, which then removes it.
    assertThat(removed).isEqualTo(6 * Purge.BATCH);
    assertThat(past.counts()).containsEntry("recovery", 0L).containsEntry("recovery_step", 0L);
  }

  @Test
  void waitsForNobodyWhoHasARecovery() throws Exception {
    fill(2);
    long taken = past.ended(host, FailureStatus.FAILED, OLD);
    CountDownLatch isLocked = new CountDownLatch(1);
    CountDownLatch isDone = new CountDownLatch(1);
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<?> operator =
          threads.submit(() ->
              database
                  .database()
                  .inTransaction(tx -> {
                    Object standing = OperationStore.lock(tx, taken).orElseThrow();
                    isLocked.countDown();
                    try {
                      isDone.await();
                    } catch (InterruptedException e) {
                      throw new IllegalStateException(e);
                    }
                    OperationStore.reopen(tx, taken);
                    return standing;
                  }));
      isLocked.await();

      assertThat(purge.sweep().of(Kind.NOTIFICATIONS)).isEqualTo(2);

      isDone.countDown();
      operator.get();
    }
    assertThat(past.has(taken)).isTrue();
    assertThat(purge.sweep().total()).isZero();
  }

  @Test
  void aDryRunCountsWhatWouldGoAndChangesNothing() {
    fill(5);
    past.open(host, "error", OLD);
    past.ended(host, FailureStatus.FINISHED, YOUNG);
    long oldSegment = past.segment("old");
    long oldHost = past.host(oldSegment, "host-02");
    past.ended(oldHost, FailureStatus.FINISHED, OLD);
    past.delete("host", oldHost, OLD);
    past.delete("segment", oldSegment, OLD);
    past.execute(
        "insert into segment_rules (segment_uuid, rules, changed_by)"
            + " select uuid, '{}', 'o' from segment where id = "
            + oldSegment);
    past.execute(
        "insert into pause (scope, reason, paused_by, expires_at)"
            + " values ('region', 'r', 'o', now() - interval '91 d')");
    Map<String, Long> before = past.counts();

    Purged bounded = purge.purge(Duration.ofDays(90), 6, true);
    Purged dry = purge.purge(Duration.ofDays(90), Long.MAX_VALUE, true);

    assertThat(past.counts()).isEqualTo(before);
    Purged real = purge.purge(Duration.ofDays(90), Long.MAX_VALUE, false);
    assertThat(real).isEqualTo(dry);
    assertThat(dry.of(Kind.NOTIFICATIONS)).isEqualTo(6);
    assertThat(dry.of(Kind.HOSTS)).isOne();
    assertThat(dry.of(Kind.SEGMENTS)).isOne();
    assertThat(dry.of(Kind.SEGMENT_RULES)).isOne();
    assertThat(dry.of(Kind.PAUSES)).isOne();
    assertThat(bounded.of(Kind.NOTIFICATIONS)).isEqualTo(6);
    assertThat(bounded.of(Kind.HOSTS)).isZero();
    assertThat(bounded.isComplete()).isFalse();
    assertThat(past.orphans()).isZero();
  }

  @Test
  void keepsHostsAndSegmentsThatSomethingNames() throws InterruptedException {
    long live = past.host(segment, "live");
    long young = past.host(segment, "young");
    past.delete("host", young, YOUNG);
    long named = past.host(segment, "named");
    past.ended(named, FailureStatus.FINISHED, YOUNG);
    long paused = past.host(segment, "paused");
    past.execute(
        "insert into pause (scope, host_id, reason, paused_by, expires_at)"
            + " values ('host', %d, 'r', 'o', now() + interval '1 d')".formatted(paused));
    long gone = past.host(segment, "gone");
    past.ended(gone, FailureStatus.FINISHED, OLD);
    long halfGone = past.segment("half gone");
    long last = past.host(halfGone, "last");
    past.ended(last, FailureStatus.FINISHED, YOUNG);
    long empty = past.segment("empty");
    long fresh = past.segment("fresh");
    for (long it : List.of(named, paused, gone, last)) {
      past.delete("host", it, OLD);
    }
    past.delete("segment", halfGone, OLD);
    past.delete("segment", empty, OLD);
    past.delete("segment", fresh, YOUNG);

    Purged purged = purge.sweep();

    assertThat(purged.of(Kind.HOSTS)).isOne();
    assertThat(purged.of(Kind.SEGMENTS)).isOne();
    assertThat(past.number("select count(*) from host where id = " + gone)).isZero();
    assertThat(past.number("select count(*) from segment where id = " + empty)).isZero();
    assertThat(
            past.number(
                "select count(*) from host where id in (%d, %d, %d, %d, %d)"
                    .formatted(live, young, named, paused, last)))
        .isEqualTo(5);
  }

  @Test
  void keepsPausesThatAreInForceOrEndedLately() throws InterruptedException {
    past.execute(
        """
        insert into pause (scope, reason, paused_by, expires_at, resumed_at) values
          ('region', 'over', 'o', now() - interval '91 d', null),
          ('region', 'resumed', 'o', now() + interval '1 d', now() - interval '91 d'),
          ('region', 'lately', 'o', now() - interval '89 d', null),
          ('region', 'in force', 'o', now() + interval '1 d', null)
        """);

    assertThat(purge.sweep().of(Kind.PAUSES)).isEqualTo(2);
    assertThat(past.number("select count(*) from pause where reason in ('lately', 'in force')"))
        .isEqualTo(2);
  }

  @Test
  void whatOperatorsDidHasARetentionOfItsOwn() throws InterruptedException {
    past.ended(host, FailureStatus.FINISHED, OLD);
    past.ended(host, FailureStatus.FINISHED, YOUNG);
    past.execute("insert into operator_action (operator, action, why) values ('o', 'pause', 'w')");
    past.execute("update operator_action set at = now() - interval '95 d'");
    past.execute("insert into operator_action (operator, action, why) values ('o', 'pause', 'w')");

    assertThat(purge.purge(Duration.ofDays(90), Long.MAX_VALUE, false).of(Kind.ACTIONS)).isZero();
    Purged purged = purge(database.database(), null, Duration.ofDays(92)).sweep();

    // That of a recovery which is there stays with it.
    assertThat(purged.of(Kind.ACTIONS)).isEqualTo(2);
    assertThat(past.counts()).containsEntry("operator_action", 2L);
    assertThat(past.number("select count(*) from operator_action where recovery_id is not null"))
        .isOne();
  }
}
