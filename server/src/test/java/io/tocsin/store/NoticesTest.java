package io.tocsin.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tocsin.clock.Clock;
import io.tocsin.clock.Deadline;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class NoticesTest {
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  @EveryPostgres
  void wakesEveryNodeThatListens(PostgresVersion version) {
    Semaphore first = new Semaphore(0);
    Semaphore second = new Semaphore(0);
    try (TestDatabase test = TestDatabase.create(version);
        Notices one = started(test, "recovery_due", first);
        Notices other = started(test, "recovery_due", second)) {
      awaitCall(first);
      awaitCall(second);

      one.tell("recovery_due");

      awaitCall(first);
      awaitCall(second);
      other.tell("recovery_due");
      awaitCall(first);
    }
  }

  @Test
  void doesNotWakeThoseWhoListenElsewhere() {
    Semaphore due = new Semaphore(0);
    Semaphore other = new Semaphore(0);
    try (TestDatabase test = TestDatabase.create();
        Notices notices = new Notices(test.settings(), Clock.system())) {
      notices.listen("recovery_due", due::release);
      notices.listen("something_else", other::release);
      notices.start();
      awaitCall(due);
      awaitCall(other);

      notices.tell("recovery_due");
      awaitCall(due);

      assertThat(other.availablePermits()).isZero();
    }
  }

  @Test
  void manyCallsBecomeFewNotices() {
    int calls = 100_000;
    Semaphore called = new Semaphore(0);
    Semaphore allSent = new Semaphore(0);
    try (TestDatabase test = TestDatabase.create();
        Notices notices = new Notices(test.settings(), Clock.system())) {
      notices.listen("recovery_due", called::release);
      notices.listen("all_sent", allSent::release);
      notices.start();
      awaitCall(called);
      awaitCall(allSent);

      for (int i = 0; i < calls; i++) {
        notices.tell("recovery_due");
      }
      notices.tell("all_sent");

      awaitCall(allSent);
      assertThat(called.availablePermits()).isBetween(1, calls / 10);
    }
  }

  @EveryPostgres
  void reconnectsAndCallsListenersThen(PostgresVersion version) {
    Semaphore called = new Semaphore(0);
    try (TestDatabase test = TestDatabase.create(version);
        Notices notices = started(test, "recovery_due", called)) {
      awaitCall(called);

      test.disconnectEverybody();

      awaitCall(called);
      notices.tell("recovery_due");
      awaitCall(called);
    }
  }

  @Test
  void startsWithoutADatabaseAndConnectsWhenThereIsOne() throws InterruptedException {
    Semaphore called = new Semaphore(0);
    try (TestDatabase test = TestDatabase.create();
        Notices notices = new Notices(notYetMade(test), Clock.system())) {
      notices.listen("recovery_due", called::release);
      notices.start();
      notices.tell("recovery_due");
      assertThat(called.tryAcquire(300, TimeUnit.MILLISECONDS)).isFalse();

      test.database().read(handle -> handle.execute("create database made_late"));

      awaitCall(called);
      notices.tell("recovery_due");
      awaitCall(called);
    }
  }

  private static DatabaseSettings notYetMade(TestDatabase test) {
    DatabaseSettings settings = test.settings();
    String url = settings.url().substring(0, settings.url().lastIndexOf('/')) + "/made_late";
    return DatabaseSettings.of(url, settings.user(), settings.password());
  }

  @Test
  void aFailingListenerDisturbsNobody() {
    Semaphore called = new Semaphore(0);
    try (TestDatabase test = TestDatabase.create();
        Notices notices = new Notices(test.settings(), Clock.system())) {
      notices.listen(
          "recovery_due",
          () -> {
            throw new IllegalStateException("a bug, on purpose");
          });
      notices.listen("recovery_due", called::release);
      notices.start();
      awaitCall(called);

      notices.tell("recovery_due");

      awaitCall(called);
    }
  }

  @Test
  void whatWasToldBeforeTheEndIsStillSent() {
    Semaphore called = new Semaphore(0);
    try (TestDatabase test = TestDatabase.create();
        Notices _ = started(test, "recovery_due", called)) {
      awaitCall(called);
      Notices leaving = new Notices(test.settings(), Clock.system());
      leaving.start();

      leaving.tell("recovery_due");
      leaving.close();

      awaitCall(called);
    }
  }

  @Test
  void endsInTimeAndLeavesNoConnection() {
    Semaphore called = new Semaphore(0);
    try (TestDatabase test = TestDatabase.create()) {
      Notices notices = started(test, "recovery_due", called);
      awaitCall(called);
      Deadline deadline = Deadline.in(Duration.ofSeconds(3), Clock.system());

      notices.close();
      notices.close();

      while (connections(test) > 0) {
        assertThat(deadline.isOver()).as("connections are closed in time").isFalse();
        Thread.onSpinWait();
      }
    }
  }

  @Test
  void refusesChannelsThatCouldBeSql() {
    try (TestDatabase test = TestDatabase.create();
        Notices notices = new Notices(test.settings(), Clock.system())) {
      assertThatThrownBy(() -> notices.listen("a; drop table host", () -> {}))
          .isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> notices.tell("Recovery"))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  private static Notices started(TestDatabase test, String channel, Semaphore called) {
    Notices notices = new Notices(test.settings(), Clock.system());
    notices.listen(channel, called::release);
    notices.start();
    return notices;
  }

  private static void awaitCall(Semaphore called) {
    try {
      assertThat(called.tryAcquire(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)).isTrue();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static int connections(TestDatabase test) {
    return test.database()
        .read(handle ->
            handle
                .createQuery(
                    """
                    select count(*) from pg_stat_activity
                    where datname = current_database() and application_name like '%notices'
                    """)
                .mapTo(Integer.class)
                .one());
  }
}
