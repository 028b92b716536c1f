package io.tocsin.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.zaxxer.hikari.HikariDataSource;
import io.tocsin.Waiting;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.UnableToExecuteStatementException;
import org.junit.jupiter.api.Test;

class DatabaseTest {
  @EveryPostgres
  void keepsWhatATransactionCommitted(PostgresVersion version) {
    try (TestDatabase test = TestDatabase.create(version)) {
      test.database().inTransaction(handle -> insertSegment(handle, "kept"));

      assertThat(segments(test.database())).containsExactly("kept");
    }
  }

  @EveryPostgres
  void forgetsWhatAFailedTransactionWrote(PostgresVersion version) {
    try (TestDatabase test = TestDatabase.create(version)) {
      assertThatThrownBy(() ->
              test.database()
                  .inTransaction(handle -> {
                    insertSegment(handle, "lost");
                    throw new IllegalStateException("a bug");
                  }))
          .hasMessage("a bug");

      assertThat(segments(test.database())).isEmpty();
    }
  }

  private static int insertSegment(Handle handle, String name) {
    return handle
        .createUpdate(
            """
            insert into segment (name, service_type, recovery_method, enabled)
            values (:name, 'compute', 'auto', true)
            """)
        .bind("name", name)
        .execute();
  }

  private static List<String> segments(Database database) {
    return database.read(
        handle -> handle.createQuery("select name from segment").mapTo(String.class).list());
  }

  @Test
  void tellsTheObserverAroundEachCommit() {
    List<String> told = new ArrayList<>();
    CommitObserver observer =
        new CommitObserver() {
          @Override
          public void beforeCommit() {
            told.add("before");
          }

          @Override
          public void afterCommit() {
            told.add("after");
          }
        };
    try (TestDatabase test = TestDatabase.create(observer)) {
      test.database().inTransaction(handle -> told.add("work"));
    }

    assertThat(told).containsExactly("work", "before", "after");
  }

  @Test
  void rollsBackWhenTheObserverDiesBeforeTheCommit() {
    CommitObserver dying =
        new CommitObserver() {
          @Override
          public void beforeCommit() {
            throw new IllegalStateException("killed here");
          }

          @Override
          public void afterCommit() {}
        };
    try (TestDatabase test = TestDatabase.create(dying)) {
      assertThatThrownBy(
              () -> test.database().inTransaction(handle -> insertSegment(handle, "lost")))
          .hasMessage("killed here");

      assertThat(segments(test.database())).isEmpty();
    }
  }

  @EveryPostgres
  void sessionsAreInUtcWhateverTheZoneOfTheJvm(PostgresVersion version) {
    try (TestDatabase test = TestDatabase.create(version)) {
      String zone =
          test.database()
              .read(handle -> handle.createQuery("show timezone").mapTo(String.class).one());

      assertThat(zone).isEqualTo("UTC");
    }
  }

  @EveryPostgres
  void aConnectionLostInATransactionMeansUnavailable(PostgresVersion version) {
    try (TestDatabase test = TestDatabase.create(version)) {
      assertThatThrownBy(() ->
              test.database()
                  .inTransaction(handle -> {
                    insertSegment(handle, "lost");
                    test.disconnectEverybody();
                    return insertSegment(handle, "lost as well");
                  }))
          .isInstanceOf(StoreUnavailableException.class);

      assertThat(segments(test.database())).isEmpty();
    }
  }

  @Test
  void aConnectionLostAtTheCommitMeansUnavailable() {
    try (TestDatabase test = TestDatabase.create()) {
      assertThatThrownBy(() ->
              test.database()
                  .inTransaction(handle -> {
                    insertSegment(handle, "lost");
                    test.disconnectEverybody();
                    return "nothing more to say";
                  }))
          .isInstanceOf(StoreUnavailableException.class);
    }
  }

  @Test
  void aPoolWithNothingToSpareMeansUnavailable() throws SQLException {
    try (TestDatabase test = TestDatabase.create();
        HikariDataSource narrow =
            Databases.connect(
                test.settings()
                    .withPoolSize(1)
                    .withTimeouts(Duration.ofMillis(300), Duration.ofSeconds(5)));
        Connection taken = narrow.getConnection()) {
      Database database = new Database(narrow, CommitObserver.NONE);

      assertThat(taken.isValid(1)).isTrue();
      assertThatThrownBy(() -> segments(database)).isInstanceOf(StoreUnavailableException.class);
    }
  }

  @Test
  void aPoolThatReachesNothingRefusesToStart() {
    DatabaseSettings nowhere =
        DatabaseSettings.of("jdbc:postgresql://127.0.0.1:1/nowhere", "tocsin", new Secret("hush"));

    assertThatThrownBy(() -> Databases.connect(nowhere))
        .isInstanceOf(StoreStartException.class)
        .hasMessageContaining("127.0.0.1:1/nowhere")
        .message()
        .doesNotContain("\n", "hush");
  }

  @Test
  void wrongSqlIsABugAndNotAnOutage() {
    try (TestDatabase test = TestDatabase.create()) {
      assertThatThrownBy(() -> test.database().read(handle -> handle.execute("selec 1")))
          .isInstanceOf(UnableToExecuteStatementException.class);
    }
  }

  @Test
  void plainJdbcFailuresAreToldApartTheSameWay() {
    for (String state :
        List.of("08006", "57P01", "25P03", "57014", "53100", "53200", "40001", "40P01", "58030")) {
      assertThat(StoreUnavailableException.translate(new SQLException("now now", state)))
          .as(state)
          .isInstanceOf(StoreUnavailableException.class);
    }
    assertThat(StoreUnavailableException.translate(new SQLException("twice", "23505")))
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void aStatementThatRunsTooLongIsGivenUp() {
    try (TestDatabase test = TestDatabase.create();
        HikariDataSource impatient =
            Databases.connect(
                test.settings().withTimeouts(Duration.ofSeconds(3), Duration.ofMillis(100)))) {
      Database database = new Database(impatient, CommitObserver.NONE);

      assertThatThrownBy(() -> database.read(handle -> handle.execute("select pg_sleep(60)")))
          .isInstanceOf(StoreUnavailableException.class)
          .hasMessageContaining("statement timeout");
    }
  }

  @EveryPostgres
  void aNodeThatFallsSilentInATransactionLosesItsSession(PostgresVersion version) {
    try (TestDatabase test = TestDatabase.create(version)) {
      assertThat(shown(test, "idle_in_transaction_session_timeout")).isEqualTo("5s");
      assertThat(shown(test, "tcp_keepalives_idle")).isEqualTo("10");
      assertThat(shown(test, "tcp_keepalives_interval")).isEqualTo("5");
      assertThat(shown(test, "tcp_keepalives_count")).isEqualTo("3");
      assertThat(shown(test, "tcp_user_timeout")).isEqualTo("25000");
    }
  }

  private static String shown(TestDatabase test, String parameter) {
    return test.database()
        .read(handle -> handle.createQuery("show " + parameter).mapTo(String.class).one());
  }

  @Test
  void aSilentTransactionIsEndedByTheServerAndItsLocksAreFree() {
    try (TestDatabase test = TestDatabase.create()) {
      assertThatThrownBy(() ->
              test.database()
                  .inTransaction(handle -> {
                    insertSegment(handle, "locked");
                    // The server's clock, hurried on for this session only.
                    handle.execute("set local idle_in_transaction_session_timeout = 1");
                    awaitNoSessionInATransaction(test);
                    return insertSegment(handle, "too late");
                  }))
          .isInstanceOf(StoreUnavailableException.class);

      test.database().inTransaction(handle -> insertSegment(handle, "locked"));
      assertThat(segments(test.database())).containsExactly("locked");
    }
  }

  private static void awaitNoSessionInATransaction(TestDatabase test) {
    String count =
        """
        select count(*) from pg_stat_activity
        where datname = current_database() and state = 'idle in transaction'
        """;
    Waiting.until(
        () -> test.database().read(h -> h.createQuery(count).mapTo(Integer.class).one()) == 0);
  }

  @Test
  void aTransactionGivenUpForAnotherIsRunOnceMore() {
    try (TestDatabase test = TestDatabase.create()) {
      AtomicInteger runs = new AtomicInteger();

      int inserted =
          Conflicts.onceMore(() ->
              test.database()
                  .inTransaction(handle -> {
                    if (runs.incrementAndGet() == 1) {
                      handle.execute("do $$ begin raise sqlstate '40P01'; end $$");
                    }
                    return insertSegment(handle, "once");
                  }));

      assertThat(inserted).isEqualTo(1);
      assertThat(runs).hasValue(2);
    }
  }
}
