package io.tocsin.failover;

import static io.tocsin.failover.Fixture.NOON;
import static io.tocsin.failover.Fixture.down;
import static io.tocsin.failover.Fixture.process;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.zaxxer.hikari.HikariDataSource;
import io.tocsin.Waiting;
import io.tocsin.clock.Clock;
import io.tocsin.store.CommitObserver;
import io.tocsin.store.Database;
import io.tocsin.store.Databases;
import io.tocsin.store.GroupCommit;
import io.tocsin.store.StoreUnavailableException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IntakeRaceTest {
  private final Fixture fixture = new Fixture();
  private final Segment segment = fixture.segment("rack");
  private final ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor();

  @AfterEach
  void close() {
    callers.close();
    fixture.close();
  }

  @Test
  void acceptsEachReportOnceThoughTwoNodesGetItTwice() throws Exception {
    for (int i = 0; i < 20; i++) {
      fixture.host(segment, "c-" + i);
    }
    try (HikariDataSource pool = Databases.connect(fixture.testDatabase.settings())) {
      Intake other = node(pool);
      List<Callable<FailureNotification>> calls = new ArrayList<>();
      for (int i = 0; i < 200; i++) {
        FailureReport report = process("c-" + i % 20, "p" + i / 20, NOON.plusSeconds(i % 7));
        calls.add(() -> fixture.intake.accept(report));
        calls.add(() -> other.accept(report));
      }
      Collections.shuffle(calls, new Random(7));

      Results results = callAll(calls);

      assertThat(results.accepted).hasSize(200);
      assertThat(results.refusedAs("is duplicate.")).isEqualTo(200);
      assertThat(stored()).isEqualTo(200);
    }
  }

  @Test
  void neverDeadlocksWithAnotherNodeOrWithChangesOfSegments() throws Exception {
    Segment second = fixture.segment("second");
    List<String> names = new ArrayList<>();
    for (int i = 0; i < 16; i++) {
      names.add(fixture.host(i % 2 == 0 ? segment : second, "c-" + i).name());
    }
    try (HikariDataSource pool = Databases.connect(fixture.testDatabase.settings())) {
      Intake other = node(pool);
      List<Callable<FailureNotification>> calls = new ArrayList<>();
      for (int round = 0; round < 20; round++) {
        for (int i = 0; i < names.size(); i++) {
          String unique = round + "-" + i;
          String forward = names.get(i);
          String backward = names.reversed().get(i);
          calls.add(() -> fixture.intake.accept(process(forward, unique, NOON)));
          calls.add(() -> other.accept(process(backward, unique + "'", NOON)));
        }
      }
      Future<Integer> changes = callers.submit(this::changeSegmentsAndHosts);

      Results results = callAll(calls);
      changes.get();

      assertThat(results.failures).isEmpty();
      assertThat(results.accepted).hasSize(calls.size());
      assertThat(deadlocks()).isZero();
    }
  }

  /** All are refused as in use or not, which does not matter here: they take the same locks. */
  private int changeSegmentsAndHosts() {
    int tried = 0;
    for (int i = 0; i < 50; i++) {
      for (Segment one : fixture.segments.list(SegmentFilter.ALL, Fixture.FIRST_PAGE)) {
        try {
          fixture.segments.update(
              one.id().toString(), new SegmentChange(null, null, null, true, null));
        } catch (RefusedException _) {
          tried++;
        }
      }
    }
    return tried;
  }

  @Test
  void decidesBetweenAReportAndTheDeletionOfItsHost() throws Exception {
    for (int i = 0; i < 60; i++) {
      Host host = fixture.host(segment, "brief-" + i);
      String segmentId = segment.id().toString();
      Callable<FailureNotification> report = () -> fixture.intake.accept(down(host.name(), NOON));
      Callable<FailureNotification> deletion =
          () -> {
            fixture.hosts.delete(segmentId, host.id().toString());
            return null;
          };

      Results results = callAll(i % 2 == 0 ? List.of(report, deletion) : List.of(deletion, report));

      boolean isAccepted = !results.accepted.isEmpty();
      assertThat(fixture.hosts.find(host.number()).orElseThrow().isLive()).isEqualTo(isAccepted);
      assertThat(results.refused).hasSize(1);
      assertThat(results.refused.getFirst())
          .contains(isAccepted ? "in-use to process" : "could not be found");
      results.accepted.forEach(fixture::finish);
    }
  }

  @Test
  void waitsForADeletionThatIsNotCommittedYet() throws Exception {
    Host host = fixture.host(segment, "dying");
    List<Future<FailureNotification>> report = new ArrayList<>();
    CommitObserver observer =
        new CommitObserver() {
          @Override
          public void beforeCommit() {
            report.add(callers.submit(() -> fixture.intake.accept(down("dying", NOON))));
            Waiting.until(() -> blockedBackends() == 1);
          }

          @Override
          public void afterCommit() {}
        };
    new Segments(new Database(fixture.database.pool(), observer)).delete(segment.id().toString());

    assertThatThrownBy(() -> report.getFirst().get())
        .hasRootCauseMessage("Host with name " + host.name() + " could not be found.");
  }

  @Test
  void sharesACommitAmongWhatWaitsUpToTheBound() throws Exception {
    fixture.host(segment, "busy");
    Intake intake = fixture.newIntake(settings(4, 100));

    List<Future<FailureNotification>> calls = new ArrayList<>();
    try (Connection _ = lockAllHosts()) {
      calls.add(callers.submit(() -> intake.accept(process("busy", "first", NOON))));
      Waiting.until(() -> blockedBackends() == 1);
      for (int i = 0; i < 9; i++) {
        String name = "p" + i;
        calls.add(callers.submit(() -> intake.accept(process("busy", name, NOON))));
      }
      Waiting.until(() -> intake.backlog() == 9);
    }

    for (Future<FailureNotification> call : calls) {
      call.get();
    }
    assertThat(sizesOfCommits()).containsExactly(1L, 4L, 4L, 1L);
    assertThat(intake.backlog()).isZero();
  }

  @Test
  void refusesAsBusyWhatTheLineCannotHold() throws Exception {
    fixture.host(segment, "busy");
    Intake intake = fixture.newIntake(settings(100, 3));

    List<Future<FailureNotification>> calls = new ArrayList<>();
    try (Connection _ = lockAllHosts()) {
      calls.add(callers.submit(() -> intake.accept(process("busy", "first", NOON))));
      Waiting.until(() -> blockedBackends() == 1);
      for (int i = 0; i < 3; i++) {
        String name = "p" + i;
        calls.add(callers.submit(() -> intake.accept(process("busy", name, NOON))));
      }
      Waiting.until(() -> intake.backlog() == 3);

      Refused.assertRefused(
          () -> intake.accept(process("busy", "one too many", NOON)),
          new Refusal.Busy("Too many notifications are waiting to be stored. Try again later."));
    }

    for (Future<FailureNotification> call : calls) {
      call.get();
    }
    intake.accept(process("busy", "one too many", NOON));
    assertThat(stored()).isEqualTo(5);
  }

  @Test
  void failsEveryCallerOfABatchWhenTheDatabaseGoesAwayAndRecovers() throws Exception {
    fixture.host(segment, "slow");
    fixture.host(segment, "cut");
    Intake intake = fixture.intake;
    try (HikariDataSource pool = Databases.connect(fixture.testDatabase.settings())) {
      // Each waits for a lock of its own: of two who wait for one, either may get it first.
      Connection slow = lockHost(pool.getConnection(), "slow");
      Connection _ = lockHost(pool.getConnection(), "cut");
      Future<FailureNotification> first =
          callers.submit(() -> intake.accept(process("slow", "first", NOON)));
      Waiting.until(() -> blockedBackends() == 1);
      List<Future<FailureNotification>> batch = new ArrayList<>();
      for (int i = 0; i < 5; i++) {
        String name = "p" + i;
        batch.add(callers.submit(() -> intake.accept(process("cut", name, NOON))));
      }
      Waiting.until(() -> intake.backlog() == 5);
      slow.rollback();
      first.get();
      Waiting.until(() -> intake.backlog() == 0 && blockedBackends() == 1);

      fixture.testDatabase.disconnectEverybody();

      for (Future<FailureNotification> call : batch) {
        assertThatThrownBy(call::get).hasCauseInstanceOf(StoreUnavailableException.class);
      }
    }
    Waiting.until(() -> storedOrMinusOne() == 1);
    assertThat(intake.accept(process("cut", "p0", NOON)).status()).isEqualTo(FailureStatus.NEW);
  }

  @Test
  void givesUpWaitingWhenTheDatabaseDoesNotAnswerInTime() throws Exception {
    fixture.host(segment, "slow");
    Intake intake =
        fixture.newIntake(
            new IntakeSettings(
                Duration.ofMinutes(3), new GroupCommit.Bounds(10, 10, Duration.ofMillis(100))));

    Future<FailureNotification> first;
    try (Connection _ = lockAllHosts()) {
      first = callers.submit(() -> intake.accept(process("slow", "first", NOON)));
      Waiting.until(() -> blockedBackends() == 1);

      assertThatThrownBy(() -> intake.accept(process("slow", "second", NOON)))
          .isInstanceOf(StoreUnavailableException.class);
      assertThat(intake.backlog()).isZero();
    }

    first.get();
    assertThat(stored()).isEqualTo(1);
  }

  @Test
  void leavesTheLineWhenItsCallerIsInterrupted() throws Exception {
    fixture.host(segment, "stopped");
    List<Future<FailureNotification>> calls = new ArrayList<>();
    try (Connection _ = lockAllHosts()) {
      calls.add(callers.submit(() -> fixture.intake.accept(process("stopped", "a", NOON))));
      Waiting.until(() -> blockedBackends() == 1);
      Future<FailureNotification> interrupted =
          callers.submit(() -> fixture.intake.accept(process("stopped", "b", NOON)));
      calls.add(callers.submit(() -> fixture.intake.accept(process("stopped", "c", NOON))));
      Waiting.until(() -> fixture.intake.backlog() == 2);

      interrupted.cancel(true);
      Waiting.until(() -> fixture.intake.backlog() == 1);
    }

    for (Future<FailureNotification> call : calls) {
      call.get();
    }
    assertThat(stored()).isEqualTo(2);
  }

  @Test
  void refusesABadReportWithoutTouchingItsBatchMates() throws Exception {
    fixture.host(segment, "good");
    fixture.hosts.create(segment.id().toString(), new NewHost("resting", "", "", false, true));
    fixture.intake.accept(process("good", "known", NOON));
    List<Callable<FailureNotification>> calls = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      String name = "p" + i;
      calls.add(() -> fixture.intake.accept(process("good", name, NOON)));
      calls.add(() -> fixture.intake.accept(process("nowhere", name, NOON)));
      calls.add(() -> fixture.intake.accept(process("resting", name, NOON)));
      calls.add(() -> fixture.intake.accept(process("good", "known", NOON)));
    }
    List<Future<FailureNotification>> futures = new ArrayList<>();
    try (Connection _ = lockAllHosts()) {
      futures.add(callers.submit(() -> fixture.intake.accept(process("good", "first", NOON))));
      Waiting.until(() -> blockedBackends() == 1);
      calls.forEach(call -> futures.add(callers.submit(call)));
      Waiting.until(() -> fixture.intake.backlog() == calls.size());
    }

    Results results = results(futures);
    assertThat(results.accepted).hasSize(11);
    assertThat(results.refusedAs("could not be found.")).isEqualTo(10);
    assertThat(results.refusedAs("is already under maintenance.")).isEqualTo(10);
    assertThat(results.refusedAs("is duplicate.")).isEqualTo(10);
    assertThat(sizesOfCommits()).containsExactly(1L, 1L, 10L);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3})
  void holdsTheHostsFromTheirLookUpToTheCommit(int reports) throws Exception {
    fixture.host(segment, "held");
    List<IntakeStore.Row> rows = new ArrayList<>();
    for (int i = 1; i <= reports; i++) {
      FailureReport report = process("held", "p" + i, NOON);
      rows.add(new IntakeStore.Row(report, report));
    }
    Future<List<IntakeStore.Verdict>> verdicts;
    try (Connection gate = fixture.database.pool().getConnection()) {
      gate.setAutoCommit(false);
      try (Statement statement = gate.createStatement()) {
        // The row of the queue is written last; there the intake is held up.
        statement.execute("lock table recovery in exclusive mode");
      }
      verdicts =
          callers.submit(
              () -> new IntakeStore(fixture.database).accept(rows, Duration.ofMinutes(3)));
      Waiting.until(() -> blockedBackends() == 1);

      assertThatThrownBy(() ->
              fixture.database.read(
                  handle -> handle.execute("select 1 from host for no key update nowait")))
          .hasMessageContaining("could not obtain lock");
      assertThat(stored()).isZero();
    }
    assertThat(verdicts.get())
        .hasSize(reports)
        .allMatch(IntakeStore.Verdict.Stored.class::isInstance);
  }

  private Intake node(HikariDataSource pool) {
    return new Intake(
        new Database(pool, CommitObserver.NONE), IntakeSettings.DEFAULTS, Clock.system(), () -> {});
  }

  private static IntakeSettings settings(int maxBatch, int maxWaiting) {
    return new IntakeSettings(
        Duration.ofMinutes(3),
        new GroupCommit.Bounds(maxBatch, maxWaiting, Duration.ofSeconds(30)));
  }

  private record Results(
      List<FailureNotification> accepted, List<String> refused, List<Throwable> failures) {
    long refusedAs(String end) {
      return refused.stream().filter(text -> text.endsWith(end)).count();
    }
  }

  private Results callAll(List<Callable<FailureNotification>> calls) throws InterruptedException {
    return results(callers.invokeAll(calls));
  }

  private static Results results(List<Future<FailureNotification>> futures)
      throws InterruptedException {
    Results results = new Results(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
    for (Future<FailureNotification> future : futures) {
      try {
        FailureNotification accepted = future.get();
        if (accepted != null) {
          results.accepted.add(accepted);
        }
      } catch (ExecutionException e) {
        if (e.getCause() instanceof RefusedException refused) {
          results.refused.add(refused.refusal().outside());
        } else {
          results.failures.add(e.getCause());
        }
      }
    }
    return results;
  }

  /** Holds up every intake until it is closed. */
  private Connection lockAllHosts() throws SQLException {
    return lock(fixture.database.pool().getConnection(), "select 1 from host for update");
  }

  private static Connection lockHost(Connection connection, String name) throws SQLException {
    return lock(connection, "select 1 from host where name = '%s' for update".formatted(name));
  }

  private static Connection lock(Connection connection, String sql) throws SQLException {
    connection.setAutoCommit(false);
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
    return connection;
  }

  private int blockedBackends() {
    return fixture.database.read(handle ->
        handle
            .createQuery(
                """
                select count(*) from pg_stat_activity
                 where datname = current_database() and wait_event_type = 'Lock'\
                """)
            .mapTo(Integer.class)
            .one());
  }

  private List<Long> sizesOfCommits() {
    return fixture.database.read(handle ->
        handle
            .createQuery(
                """
                select count(*) from failure_notification
                 group by xmin::text order by min(id)\
                """)
            .mapTo(Long.class)
            .list());
  }

  private long stored() {
    return fixture.database.read(handle ->
        handle.createQuery("select count(*) from failure_notification").mapTo(Long.class).one());
  }

  /** Minus one while the pool still holds connections that were cut. */
  private long storedOrMinusOne() {
    try {
      return stored();
    } catch (StoreUnavailableException _) {
      return -1;
    }
  }

  private long deadlocks() {
    return fixture.database.read(handle ->
        handle
            .createQuery(
                """
                select deadlocks from pg_stat_database
                 where datname = current_database()\
                """)
            .mapTo(Long.class)
            .one());
  }
}
