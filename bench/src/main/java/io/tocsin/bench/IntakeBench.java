package io.tocsin.bench;

import io.tocsin.clock.Clock;
import io.tocsin.failover.Hosts;
import io.tocsin.failover.NewHost;
import io.tocsin.failover.NewSegment;
import io.tocsin.failover.RecoveryMethod;
import io.tocsin.failover.Segment;
import io.tocsin.failover.Segments;
import io.tocsin.store.CommitObserver;
import io.tocsin.store.Database;
import io.tocsin.store.DatabaseSettings;
import io.tocsin.store.Databases;
import io.tocsin.store.EmbeddedPostgres;
import io.tocsin.store.Migrations;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Durable intake over HTTP beside {@code pgbench} doing the same checks and the same inserts, one
 * report a statement, on the same server in the same run. Both take turns, so that what else the
 * machine does hits both.
 *
 * <p>Every 202 counted is one commit that survives a crash. {@code pgbench}'s clients must not wait
 * for each other's row locks, which would flatter us: so the hosts are many, and {@code pgbench}
 * leaves out the event of each report, for which all would wait for the number it gets.
 */
final class IntakeBench {
  private static final int[] CLIENTS = {1, 16, 64, 256};

  /** Where {@code pgbench} is at its best here; more clients do not make it faster. */
  private static final int MOST_PGBENCH_CLIENTS = 64;

  private static final int HOSTS = 1000;

  /** Long enough for the compiler to be done where it has to share the processors. */
  private static final Duration WARM_UP = Duration.ofSeconds(20);

  /**
   * What an intake without batching would do per report: one statement that locks the host, makes
   * the same checks and inserts the report and its recovery, as the trigger does for ours.
   */
  private static final String ONE_BY_ONE =
      """
      \\set host random(1, 1000)
      \\set name random(1, 1000000000000)
      with report as materialized (
        select ('{"event": "STOPPED", "process_name": "p' || :name || '"}')::jsonb as payload,
               now() as generated_time),
      found as materialized (
        select h.id, h.uuid, h.on_maintenance, s.uuid as segment_uuid
          from host h join segment s on s.id = h.segment_id
         where h.name = 'bench-' || :host and h.deleted_at is null
           for no key update of h),
      accepted as (
        insert into failure_notification
               (host_id, host_uuid, segment_uuid, type, payload, generated_time)
        select f.id, f.uuid, f.segment_uuid, 'PROCESS', r.payload, r.generated_time
          from found f cross join report r
         where not f.on_maintenance
           and not exists (
             select 1 from failure_notification n
              where n.host_id = f.id
                and jsonb_hash(n.payload) = jsonb_hash(r.payload)
                and n.generated_time >= r.generated_time - interval '180 seconds'
                and n.type = 'PROCESS' and n.payload = r.payload)
        returning id, uuid, host_id, segment_uuid, created_at),
      queued as (
        insert into recovery (id, host_id, segment_uuid, urgency, state)
        select id, host_id, segment_uuid, 1, 'due' from accepted)
      select id, uuid, created_at from accepted;
      """;

  private final Clock clock = Clock.system();
  private final SplittableRandom random = new SplittableRandom(20260203);
  private final Duration turn;
  private final int rounds;

  private IntakeBench(Duration turn, int rounds) {
    this.turn = turn;
    this.rounds = rounds;
  }

  /**
   * Prints the report on standard output, progress on standard error.
   *
   * @param options {@code [seconds per turn [rounds]]}
   */
  static void run(List<String> options) throws IOException, InterruptedException {
    int seconds = options.isEmpty() ? 8 : Integer.parseInt(options.getFirst());
    int rounds = options.size() < 2 ? 3 : Integer.parseInt(options.get(1));
    Path data = Files.createTempDirectory("tocsin-bench");
    IntakeBench bench = new IntakeBench(Duration.ofSeconds(seconds), rounds);
    try (EmbeddedPostgres postgres =
        EmbeddedPostgres.start(data, bench.clock, IntakeBench::progress)) {
      bench.run(postgres.connection());
    } finally {
      try (Stream<Path> files = Files.walk(data)) {
        files.sorted(Comparator.reverseOrder()).forEach(file -> file.toFile().delete());
      }
    }
  }

  private void run(DatabaseSettings database) throws IOException, InterruptedException {
    Migrations.migrate(database);
    enrol(database);
    PgBench pgbench = PgBench.withoutTriggers(database, ONE_BY_ONE);
    Map<Integer, List<Measurement>> ours = new LinkedHashMap<>();
    Map<Integer, List<Measurement>> theirs = new LinkedHashMap<>();
    Process server = startServer(database);
    try {
      LoadClient client = client(server);
      progress("Warming up");
      client.post(this::report, 64, WARM_UP);
      pgbench.run(MOST_PGBENCH_CLIENTS, Duration.ofSeconds(3));
      for (int round = 1; round <= rounds; round++) {
        progress("Round " + round + " of " + rounds);
        for (int clients : CLIENTS) {
          add(ours, clients, client.post(this::report, clients, turn));
          add(theirs, clients, pgbench.run(Math.min(clients, MOST_PGBENCH_CLIENTS), turn));
        }
      }
    } finally {
      server.getOutputStream().close();
      if (!server.waitFor(20, TimeUnit.SECONDS)) {
        server.destroyForcibly();
      }
    }
    print(ours, theirs);
  }

  private static void add(
      Map<Integer, List<Measurement>> all, int clients, Measurement measurement) {
    all.computeIfAbsent(clients, _ -> new ArrayList<>()).add(measurement);
    progress(
        "  %4d clients: %6.0f a second, median %.2f ms, p99 %.2f ms"
            .formatted(
                clients,
                measurement.perSecond(),
                millis(measurement.median()),
                millis(measurement.p99())));
  }

  private static void enrol(DatabaseSettings settings) {
    progress("Enrolling " + HOSTS + " hosts");
    try (var pool = Databases.connect(settings.withPoolSize(2))) {
      Database database = new Database(pool, CommitObserver.NONE);
      Segment segment =
          new Segments(database)
              .create(new NewSegment("bench", "COMPUTE", RecoveryMethod.AUTO, true, null));
      Hosts hosts = new Hosts(database, _ -> true);
      for (int i = 1; i <= HOSTS; i++) {
        hosts.create(
            segment.id().toString(), new NewHost("bench-" + i, "COMPUTE", "SSH", false, false));
      }
    }
  }

  private static Process startServer(DatabaseSettings database) throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(
                ProcessHandle.current().info().command().orElse("java"),
                "-Xmx512m",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                IntakeServer.class.getName())
            .redirectError(ProcessBuilder.Redirect.INHERIT);
    builder.environment().put(IntakeServer.URL, database.url());
    builder.environment().put(IntakeServer.USER, database.user());
    builder.environment().put(IntakeServer.PASSWORD, database.password().value());
    return builder.start();
  }

  private LoadClient client(Process server) throws IOException {
    BufferedReader out = server.inputReader();
    for (String line = out.readLine(); line != null; line = out.readLine()) {
      if (line.startsWith(IntakeServer.READY)) {
        int port = Integer.parseInt(line.substring(IntakeServer.READY.length()));
        return new LoadClient(
            new InetSocketAddress(InetAddress.getLoopbackAddress(), port),
            "/v1/notifications",
            202,
            "",
            clock);
      }
    }
    throw new IOException("the server ended before it was ready");
  }

  private String report() {
    return """
    {"notification": {"type": "PROCESS", "hostname": "bench-%d", "generated_time": "%s", \
    "payload": {"event": "STOPPED", "process_name": "p%d"}}}\
    """
        .formatted(
            random.nextInt(1, HOSTS + 1), clock.now(), random.nextLong(1, 1_000_000_000_001L));
  }

  private static void print(
      Map<Integer, List<Measurement>> ours, Map<Integer, List<Measurement>> theirs) {
    System.out.println(
        """
        | clients | Tocsin /s | p50 ms | p99 ms | pgbench clients | pgbench /s | p50 ms | p99 ms | ratio |
        | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |\
        """);
    for (int clients : CLIENTS) {
      Measurement our = median(ours.getOrDefault(clients, List.of()));
      Measurement their = median(theirs.getOrDefault(clients, List.of()));
      System.out.println(
          String.format(
              Locale.ROOT,
              "| %d | %.0f | %.2f | %.2f | %d | %.0f | %.2f | %.2f | %.2f |",
              clients,
              our.perSecond(),
              millis(our.median()),
              millis(our.p99()),
              Math.min(clients, MOST_PGBENCH_CLIENTS),
              their.perSecond(),
              millis(their.median()),
              millis(their.p99()),
              our.perSecond() / their.perSecond()));
    }
  }

  /** The turn with the median throughput. */
  private static Measurement median(List<Measurement> turns) {
    return turns.stream()
        .sorted(Comparator.comparingDouble(Measurement::perSecond))
        .toList()
        .get(turns.size() / 2);
  }

  private static double millis(Duration duration) {
    return duration.toNanos() / 1e6;
  }

  private static void progress(String text) {
    System.err.println(text);
  }
}
