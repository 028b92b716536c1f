package io.tocsin.bench;

import com.zaxxer.hikari.HikariDataSource;
import io.tocsin.clock.Clock;
import io.tocsin.store.DatabaseSettings;
import io.tocsin.store.Databases;
import io.tocsin.store.EmbeddedPostgres;
import io.tocsin.store.Migrations;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/**
 * A walk through all notifications, a page of 1000 after the other, as a plain client does it and
 * as openstacksdk does: every row once, the last page as fast as the first, in a server with little
 * memory.
 *
 * <p>The database is filled before the server starts. Ends with an error when a row is missing, or
 * comes twice; times and memory are printed for people to judge.
 */
final class ListingBench {
  private static final int PAGE = 1000;
  private static final int FILL_AT_ONCE = 50_000;
  private static final String HEAP = "256m";

  /** Read before anything is measured: the compiler's work would make the first pages slow. */
  private static final int WARM_UP_PAGES = 50;

  /** Pages at either end whose medians are compared; one page alone is at the mercy of chance. */
  private static final int COMPARED_PAGES = 20;

  private static final int TURNS = 200;

  private static final String SCENE =
      """
      insert into segment (name, service_type, recovery_method, enabled)
      values ('bench', 'COMPUTE', 'auto', true);
      insert into host (segment_id, name, type, control_attributes, reserved, on_maintenance)
      select s.id, 'bench-' || i, 'COMPUTE', 'SSH', false, false
        from segment s, generate_series(1, 100) i;
      alter table failure_notification disable trigger enqueue_recovery;
      """;

  /** Ten reports a second, the newest now; over and done with, as most of a real table is. */
  private static final String ROWS =
      """
      insert into failure_notification
             (host_id, host_uuid, segment_uuid, type, payload, status, generated_time,
              created_at, updated_at)
      select h.id, h.uuid, s.uuid, 'VM',
             jsonb_build_object('event', 'LIFECYCLE', 'vir_domain_event', 'STOPPED_SHUTDOWN',
                                'instance_uuid', gen_random_uuid()),
             case when i % 10 = 0 then 'finished' else 'ignored' end,
             t.at, date_trunc('second', t.at), date_trunc('second', t.at)
        from (select ?::int as last) l
       cross join generate_series(?::int, ?::int) i
       cross join lateral (select now() - (l.last - i) * interval '100 ms' as at) t
        join host h on h.name = 'bench-' || (i % 100 + 1)
        join segment s on s.id = h.segment_id;
      """;

  private final int rows;

  private ListingBench(int rows) {
    this.rows = rows;
  }

  /**
   * Prints the report on standard output, progress on standard error.
   *
   * @param options {@code [rows]}
   */
  static void run(List<String> options) throws IOException, InterruptedException, SQLException {
    int rows = options.isEmpty() ? 1_000_000 : Integer.parseInt(options.getFirst());
    Path data = Files.createTempDirectory("tocsin-bench");
    try (EmbeddedPostgres postgres =
        EmbeddedPostgres.start(data, Clock.system(), ListingBench::progress)) {
      new ListingBench(rows).run(postgres.connection());
    } finally {
      try (Stream<Path> files = Files.walk(data)) {
        files.sorted(Comparator.reverseOrder()).forEach(file -> file.toFile().delete());
      }
    }
  }

  private void run(DatabaseSettings database)
      throws IOException, InterruptedException, SQLException {
    Migrations.migrate(database);
    fill(database);
    try (ServerProcess server =
        ServerProcess.start(
            List.of(
                "--set",
                "database.url=" + database.url(),
                "--set",
                "database.user=" + database.user()),
            Map.of("TOCSIN_DATABASE_PASSWORD", database.password().value()),
            HEAP)) {
      System.out.printf(
          Locale.ROOT,
          "%d notifications, pages of %d, a server with %s of heap%n%n",
          rows,
          PAGE,
          HEAP);
      System.out.println(
          "| client | rows | pages | total s | first pages ms | last pages ms | last / first |"
              + " slowest page ms | server's memory before MiB | after MiB |");
      System.out.println("|---|---|---|---|---|---|---|---|---|---|");
      JsonClient api = new JsonClient(server.url());
      progress("Warming up");
      walk(api, WARM_UP_PAGES);
      progress("Walking with a plain client");
      long before = server.residentMebibytes();
      report("plain HTTP", walk(api, Integer.MAX_VALUE), before, server);
      progress("Reading the first and the last page in turns");
      String turns = inTurns(api);
      progress(turns);
      Optional<Path> python = Sdk.python();
      if (python.isEmpty()) {
        System.out.println("| openstacksdk | not installed (Debian: python3-openstacksdk) |");
        System.out.println(turns);
        return;
      }
      progress("Walking with openstacksdk");
      long then = server.residentMebibytes();
      report("openstacksdk", Sdk.walk(python.get(), server.url(), PAGE), then, server);
      System.out.println(turns);
    }
  }

  private void fill(DatabaseSettings settings) throws SQLException {
    try (HikariDataSource pool = Databases.connect(settings.withPoolSize(1));
        Connection connection = pool.getConnection();
        Statement statement = connection.createStatement()) {
      connection.setAutoCommit(true);
      statement.setQueryTimeout(0);
      statement.execute("set statement_timeout = 0");
      statement.execute(SCENE);
      try (PreparedStatement insert = connection.prepareStatement(ROWS)) {
        for (int from = 1; from <= rows; from += FILL_AT_ONCE) {
          int to = Math.min(rows, from + FILL_AT_ONCE - 1);
          progress("Filling: %d of %d".formatted(to, rows));
          insert.setInt(1, rows);
          insert.setInt(2, from);
          insert.setInt(3, to);
          insert.executeUpdate();
        }
      }
      statement.execute("alter table failure_notification enable trigger enqueue_recovery");
      statement.execute("vacuum analyze failure_notification");
    }
  }

  /** What one walk saw; page times in seconds, the empty last page left out. */
  record Walk(int rows, int different, List<Double> pageSeconds) {}

  private static Walk walk(JsonClient api, int mostPages) throws IOException, InterruptedException {
    Set<String> seen = new HashSet<>();
    List<Double> times = new ArrayList<>();
    int rows = 0;
    String marker = "";
    while (times.size() < mostPages) {
      long began = System.nanoTime();
      JsonNode page = api.get("/v1/notifications?limit=" + PAGE + marker).path("notifications");
      double seconds = (System.nanoTime() - began) / 1e9;
      if (page.isEmpty()) {
        break;
      }
      times.add(seconds);
      rows += page.size();
      page.forEach(row -> seen.add(row.path("notification_uuid").asString()));
      marker = "&marker=" + page.path(page.size() - 1).path("id").asInt();
    }
    return new Walk(rows, seen.size(), times);
  }

  /** The first and the last page in turns, so that what else the machine does hits both alike. */
  private String inTurns(JsonClient api) throws IOException, InterruptedException {
    // Ids were given in the order of creation, so the oldest thousand are those after this one.
    String last = "&marker=" + (PAGE + 1);
    List<Double> firsts = new ArrayList<>();
    List<Double> lasts = new ArrayList<>();
    for (int turn = 0; turn < TURNS; turn++) {
      firsts.add(seconds(api, ""));
      lasts.add(seconds(api, last));
    }
    double first = median(firsts);
    double other = median(lasts);
    return String.format(
        Locale.ROOT,
        "%nIn %d turns: the first page %.1f ms, the last one %.1f ms, last / first %.2f",
        TURNS,
        first * 1e3,
        other * 1e3,
        other / first);
  }

  private static double seconds(JsonClient api, String marker)
      throws IOException, InterruptedException {
    long began = System.nanoTime();
    JsonNode page = api.get("/v1/notifications?limit=" + PAGE + marker).path("notifications");
    double seconds = (System.nanoTime() - began) / 1e9;
    if (page.size() != PAGE) {
      throw new IllegalStateException("a page has %d rows".formatted(page.size()));
    }
    return seconds;
  }

  private void report(String client, Walk walk, long before, ServerProcess server)
      throws IOException {
    if (walk.rows() != rows || walk.different() != rows) {
      throw new IllegalStateException(
          "%s saw %d rows, %d different, of %d"
              .formatted(client, walk.rows(), walk.different(), rows));
    }
    List<Double> times = walk.pageSeconds();
    int compared = Math.min(COMPARED_PAGES, times.size());
    double first = median(times.subList(0, compared));
    double last = median(times.subList(times.size() - compared, times.size()));
    System.out.printf(
        Locale.ROOT,
        "| %s | %d | %d | %.1f | %.1f | %.1f | %.2f | %.0f | %d | %d |%n",
        client,
        walk.rows(),
        times.size(),
        times.stream().mapToDouble(Double::doubleValue).sum(),
        first * 1e3,
        last * 1e3,
        last / first,
        Collections.max(times) * 1e3,
        before,
        server.residentMebibytes());
  }

  private static double median(List<Double> times) {
    return times.stream().sorted().skip(times.size() / 2).findFirst().orElseThrow();
  }

  private static void progress(String line) {
    System.err.println(line);
  }
}
