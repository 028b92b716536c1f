package io.tocsin.failover;

import static org.assertj.core.api.Assertions.assertThat;

import io.tocsin.Waiting;
import io.tocsin.failover.Imported.Added;
import io.tocsin.failover.Imported.Left;
import io.tocsin.store.Database;
import io.tocsin.store.TestDatabase;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** Imports into a database that nodes are using. */
class InventoryImportTest {
  private static final String IS_SOMEBODY_WAITING =
      """
      select exists (
        select 1 from pg_stat_activity
         where datname = current_database() and wait_event_type = 'Lock')\
      """;

  @Test
  void aNameThatIsTakenHereMeanwhileCostsThatRowAndNotItsBatch() throws Exception {
    try (TestDatabase server = TestDatabase.create();
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Database database = server.database();
      InventoryImport inventory = new InventoryImport(database, "http://masakari/v1", false);
      Future<List<Imported>> outcomes =
          database.inTransaction(tx -> {
            tx.execute(
                """
                insert into segment (name, service_type, recovery_method, enabled)
                values ('row-1', 'COMPUTE', 'auto', true)\
                """);
            Future<List<Imported>> running =
                threads.submit(
                    () -> inventory.addSegments(List.of(segment("row-1"), segment("row-2"))));
            Waiting.until(() ->
                database.read(
                    other -> other.createQuery(IS_SOMEBODY_WAITING).mapTo(Boolean.class).one()));
            return running;
          });

      assertThat(outcomes.get().getFirst())
          .isInstanceOfSatisfying(
              Left.class, it -> assertThat(it.obstacle()).isEqualTo(Imported.Obstacle.NAME_TAKEN));
      assertThat(outcomes.get().getLast()).isInstanceOf(Added.class);
    }
  }

  private static Segment segment(String name) {
    return new Segment(
        1,
        new SegmentId(UUID.nameUUIDFromBytes(name.getBytes(StandardCharsets.UTF_8))),
        name,
        "COMPUTE",
        RecoveryMethod.AUTO,
        true,
        null,
        Instant.parse("2026-02-03T08:16:01Z"),
        null);
  }
}
