package io.tocsin.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class MigrationsTest {
  private static final int NODES = 6;

  @TempDir private Path scripts;

  @EveryPostgres
  void makeTheSchemaAndThenLeaveItAlone(PostgresVersion version) {
    try (TestDatabase test = TestDatabase.createEmpty(version)) {
      Migrations.migrate(test.settings());
      Migrations.migrate(test.settings());

      assertThat(tables(test)).contains("segment", "host", "failure_notification", "recovery");
    }
  }

  @EveryPostgres
  void areSafeWhenSeveralNodesStartOnAnEmptyDatabase(PostgresVersion version) throws Exception {
    try (TestDatabase test = TestDatabase.createEmpty(version);
        ExecutorService nodes = Executors.newVirtualThreadPerTaskExecutor()) {
      Callable<String> start =
          () -> {
            Migrations.migrate(test.settings());
            return "started";
          };
      List<Future<String>> started = new ArrayList<>();
      for (int node = 0; node < NODES; node++) {
        started.add(nodes.submit(start));
      }

      for (Future<String> node : started) {
        assertThat(node.get()).isEqualTo("started");
      }
      assertThat(appliedMigrations(test)).doesNotHaveDuplicates().isNotEmpty();
    }
  }

  @EveryPostgres
  void mayBuildAnIndexConcurrently(PostgresVersion version) throws IOException {
    script("V001__table.sql", "create table thing (id bigint, name text);");
    script("V002__index.sql", "create index concurrently thing_by_name on thing (name);");
    try (TestDatabase test = TestDatabase.createEmpty(version)) {
      Migrations.migrate(test.settings(), location());

      assertThat(appliedMigrations(test)).containsExactly("001", "002");
    }
  }

  @Test
  void refuseASchemaThatIsNewerThanTheProgram() throws IOException {
    script("V001__table.sql", "create table thing (id bigint);");
    Path newer = script("V002__from_the_future.sql", "create table thing_to_come (id bigint);");
    try (TestDatabase test = TestDatabase.createEmpty(PostgresVersion.EMBEDDED)) {
      Migrations.migrate(test.settings(), location());
      Files.delete(newer);

      assertThatThrownBy(() -> Migrations.migrate(test.settings(), location()))
          .isInstanceOf(StoreStartException.class)
          .hasMessageContaining("newer than this program")
          .hasMessageContaining("002")
          .hasMessageContaining("from the future");
    }
  }

  @Test
  void refuseAMigrationThatWasChangedAfterItRan() throws IOException {
    script("V001__table.sql", "create table thing (id bigint);");
    try (TestDatabase test = TestDatabase.createEmpty(PostgresVersion.EMBEDDED)) {
      Migrations.migrate(test.settings(), location());
      script("V001__table.sql", "create table thing (id bigint, name text);");

      assertThatThrownBy(() -> Migrations.migrate(test.settings(), location()))
          .isInstanceOf(StoreStartException.class)
          .hasMessageContaining("Migration 001 (table)")
          .hasMessageContaining("changed");
    }
  }

  @Test
  void refuseAMigrationThatFailsAndLeaveNothingOfIt() throws IOException {
    script("V001__half.sql", "create table thing (id bigint); selec 1;");
    try (TestDatabase test = TestDatabase.createEmpty(PostgresVersion.EMBEDDED)) {
      assertThatThrownBy(() -> Migrations.migrate(test.settings(), location()))
          .isInstanceOf(StoreStartException.class)
          .hasMessageContaining("syntax error")
          .message()
          .doesNotContain("\n");

      assertThat(tables(test)).doesNotContain("thing");
    }
  }

  @Test
  void refuseADatabaseThatDoesNotAnswer() {
    try (TestDatabase test = TestDatabase.createEmpty(PostgresVersion.EMBEDDED)) {
      DatabaseSettings wrong =
          DatabaseSettings.of(
              "jdbc:postgresql://127.0.0.1:1/nowhere?ApplicationName=hush",
              test.settings().user(),
              test.settings().password());

      assertThatThrownBy(() -> Migrations.migrate(wrong))
          .isInstanceOf(StoreStartException.class)
          .hasMessageContaining("127.0.0.1:1/nowhere")
          .hasMessageContaining("refused")
          .message()
          .doesNotContain("\n", "hush");
    }
  }

  @Test
  void refuseAWrongPasswordWithoutShowingIt() {
    try (TestDatabase test = TestDatabase.createEmpty(PostgresVersion.EMBEDDED)) {
      DatabaseSettings wrong =
          DatabaseSettings.of(
              test.settings().url(), test.settings().user(), new Secret("open sesame"));

      assertThatThrownBy(() -> Migrations.migrate(wrong))
          .isInstanceOf(StoreStartException.class)
          .hasMessageContaining("password authentication failed")
          .message()
          .doesNotContain("open sesame");
    }
  }

  @Test
  void refuseAServerOlderThanPostgresql14() {
    assertThatThrownBy(() -> Migrations.checkVersion(13, "13.22"))
        .isInstanceOf(StoreStartException.class)
        .hasMessage("The database is PostgreSQL 13.22; Tocsin needs 14 or later");
    assertThatCode(() -> Migrations.checkVersion(14, "14.0")).doesNotThrowAnyException();
  }

  private Path script(String name, String sql) throws IOException {
    return Files.writeString(scripts.resolve(name), sql);
  }

  private String location() {
    return "filesystem:" + scripts;
  }

  private static List<String> tables(TestDatabase test) {
    return strings(
        test, "select table_name from information_schema.tables where table_schema = 'public'");
  }

  private static List<String> appliedMigrations(TestDatabase test) {
    return strings(
        test, "select version from flyway_schema_history where success order by installed_rank");
  }

  private static List<String> strings(TestDatabase test, String sql) {
    return test.database().read(handle -> handle.createQuery(sql).mapTo(String.class).list());
  }
}
