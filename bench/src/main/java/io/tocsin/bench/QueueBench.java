package io.tocsin.bench;

import com.zaxxer.hikari.HikariDataSource;
import io.tocsin.clock.Clock;
import io.tocsin.http.ErrorPages;
import io.tocsin.http.HttpSettings;
import io.tocsin.http.Listener;
import io.tocsin.http.Mounts;
import io.tocsin.simulator.Behaviour;
import io.tocsin.simulator.RegionSpec;
import io.tocsin.simulator.SimulatedCloud;
import io.tocsin.store.DatabaseSettings;
import io.tocsin.store.Databases;
import io.tocsin.store.EmbeddedPostgres;
import io.tocsin.store.Migrations;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/**
 * Two thousand queued recoveries of one instance each, worked off by one node and by three; and how
 * long a report waits to be claimed, before and after a transaction was held open while thousands
 * of recoveries went by, which keeps the database from clearing away what they leave behind.
 */
final class QueueBench {
  private static final int HOSTS = 500;
  private static final int INSTANCES = 2000;
  private static final int NODES = 3;
  private static final int SINGLE_REPORTS = 200;
  private static final int REPORTERS = 16;
  private static final Duration LATENCY = Duration.ofMillis(5);
  private static final Duration LONGEST = Duration.ofMinutes(10);

  /** Reports of one round are no duplicates of those of another. */
  private static final Duration BETWEEN_ROUNDS = Duration.ofHours(1);

  private static final Duration LONGEST_RUN = Duration.ofDays(2);

  private final Clock clock = Clock.system();
  private final DatabaseSettings database;
  private final HikariDataSource pool;
  private final URI cloud;
  private final List<JsonNode> instances = new ArrayList<>();
  private final List<ServerProcess> nodes = new ArrayList<>();
  private int rounds;

  private QueueBench(DatabaseSettings database, HikariDataSource pool, URI cloud) {
    this.database = database;
    this.pool = pool;
    this.cloud = cloud;
  }

  static void run() throws IOException, InterruptedException, SQLException {
    Path data = Files.createTempDirectory("tocsin-bench");
    Clock clock = Clock.system();
    try (EmbeddedPostgres postgres = EmbeddedPostgres.start(data, clock, FeedBench::progress);
        SimulatedCloud cloud =
            SimulatedCloud.inMemory(
                RegionSpec.allActive(HOSTS, INSTANCES), Behaviour.FAST, clock)) {
      Migrations.migrate(postgres.connection());
      Listener listener =
          new Listener(
              HttpSettings.at("127.0.0.1", 0),
              Mounts.of().otherwise(cloud, ErrorPages.PLAIN),
              clock,
              new SplittableRandom(1));
      listener.start();
      try (listener;
          HikariDataSource pool = Databases.connect(postgres.connection())) {
        URI url = URI.create("http://127.0.0.1:" + listener.address().getPort());
        new QueueBench(postgres.connection(), pool, url).run(cloud.hostNames());
      }
    } finally {
      try (Stream<Path> files = Files.walk(data)) {
        files.sorted(Comparator.reverseOrder()).forEach(file -> file.toFile().delete());
      }
    }
  }

  private void run(List<String> hosts) throws IOException, InterruptedException, SQLException {
    JsonClient simulator = new JsonClient(cloud);
    simulator.send("PATCH", "/simulator/settings", Map.of("latency", LATENCY.toMillis() + "ms"));
    simulator.get("/simulator/instances").path("instances").forEach(instances::add);
    try {
      startNode();
      enrol(hosts);
      FeedBench.progress("Warming up");
      workOff();
      System.out.println("| nodes | snapshot held | recoveries | s | recoveries / s |");
      System.out.println("|---|---|---|---|---|");
      report(false);
      double waitBefore = medianWait();
      try (Connection holder = pool.getConnection();
          Statement statement = holder.createStatement()) {
        // Our own sessions may not idle in a transaction; somebody else's backup may.
        statement.execute("set idle_in_transaction_session_timeout = 0");
        holder.setAutoCommit(false);
        holder.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
        statement.executeQuery("select count(*) from recovery").close();
        report(true);
        report(true);
        double waitAfter = medianWait();
        holder.rollback();
        while (nodes.size() < NODES) {
          startNode();
        }
        workOff();
        report(false);
        System.out.printf(
            Locale.ROOT,
            "%nFrom the arrival of a report to its claim, median of %d: %.2f ms before, %.2f ms"
                + " after %d recoveries behind a snapshot that was held: %.2f times%n",
            SINGLE_REPORTS,
            waitBefore,
            waitAfter,
            2 * INSTANCES,
            waitAfter / waitBefore);
      }
    } finally {
      nodes.forEach(ServerProcess::close);
    }
  }

  private void startNode() throws IOException {
    nodes.add(
        ServerProcess.start(
            List.of(
                "--set", "database.url=" + database.url(),
                "--set", "database.user=" + database.user(),
                "--set", "cloud.endpoint=" + cloud.resolve("/compute/v2.1"),
                "--set", "cloud.max-calls-in-flight=500"),
            Map.of("TOCSIN_DATABASE_PASSWORD", database.password().value()),
            "512m"));
  }

  private JsonClient api() {
    return new JsonClient(nodes.getFirst().url());
  }

  private void enrol(List<String> hosts) throws IOException, InterruptedException {
    JsonClient api = api();
    String segment =
        api.send(
                "POST",
                "/v1/segments",
                Map.of(
                    "segment",
                    Map.of("name", "bench", "recovery_method", "auto", "service_type", "COMPUTE")))
            .path("segment")
            .path("uuid")
            .asString();
    for (String host : hosts) {
      api.send(
          "POST",
          "/v1/segments/" + segment + "/hosts",
          Map.of("host", Map.of("name", host, "type", "COMPUTE", "control_attributes", "SSH")));
    }
  }

  private void report(boolean isHeld) throws SQLException, InterruptedException {
    double seconds = workOff();
    System.out.printf(
        Locale.ROOT,
        "| %d | %s | %d | %.1f | %.0f |%n",
        nodes.size(),
        isHeld ? "yes" : "no",
        INSTANCES,
        seconds,
        INSTANCES / seconds);
  }

  /** Queues a recovery for each instance, lets the nodes begin, and answers how long they took. */
  private double workOff() throws SQLException, InterruptedException {
    execute(
        "insert into pause (scope, reason, paused_by, expires_at)"
            + " values ('region', 'filling', 'bench', now() + interval '1 hour')");
    rounds++;
    JsonClient api = api();
    List<Callable<JsonNode>> reports = new ArrayList<>();
    for (JsonNode instance : instances) {
      reports.add(() -> api.send("POST", "/v1/notifications", stopped(instance, "STOPPED_FAILED")));
    }
    try (ExecutorService reporters = Executors.newFixedThreadPool(REPORTERS)) {
      reporters.invokeAll(reports).forEach(Future::resultNow);
    }
    long began = clock.nanoTime();
    execute("update pause set resumed_at = now(), resumed_by = 'bench' where resumed_at is null");
    awaitNothingOpen();
    return (clock.nanoTime() - began) / 1e9;
  }

  private Map<String, Object> stopped(JsonNode instance, String detail) {
    return Map.of(
        "notification",
        Map.of(
            "type",
            "VM",
            "hostname",
            instance.path("host").asString(),
            "generated_time",
            clock.now().minus(LONGEST_RUN).plus(BETWEEN_ROUNDS.multipliedBy(rounds)).toString(),
            "payload",
            Map.of(
                "event",
                "LIFECYCLE",
                "vir_domain_event",
                detail,
                "instance_uuid",
                instance.path("id").asString())));
  }

  private void awaitNothingOpen() throws SQLException, InterruptedException {
    long began = clock.nanoTime();
    while (number("select count(*) from recovery where state <> 'done'") > 0) {
      if (clock.nanoTime() - began > LONGEST.toNanos()) {
        throw new IllegalStateException("not worked off within " + LONGEST);
      }
      clock.sleep(Duration.ofMillis(100));
    }
    double others =
        number(
            "select count(*) from failure_notification where status not in ('finished', 'ignored')");
    if (others > 0) {
      throw new IllegalStateException((long) others + " recoveries did not finish");
    }
  }

  /** Milliseconds; each report comes when the one before is done with, and nothing is called. */
  private double medianWait() throws SQLException, IOException, InterruptedException {
    rounds++;
    double first = number("select coalesce(max(id), 0) from failure_notification");
    JsonClient api = api();
    for (int i = 0; i < SINGLE_REPORTS; i++) {
      api.send("POST", "/v1/notifications", stopped(instances.get(i), "STOPPED_SHUTDOWN"));
      awaitNothingOpen();
    }
    return number(
        """
        select percentile_cont(0.5) within group (
                 order by extract(epoch from a.began_at - n.received_at) * 1000)
          from recovery_attempt a join failure_notification n on n.id = a.recovery_id
         where n.id > %d\
        """
            .formatted((long) first));
  }

  private double number(String query) throws SQLException {
    try (Connection connection = pool.getConnection();
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(query)) {
      row.next();
      return row.getDouble(1);
    }
  }

  private void execute(String sql) throws SQLException {
    try (Connection connection = pool.getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }
}
