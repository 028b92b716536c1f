package io.tocsin.bench;

import io.tocsin.clock.Clock;
import io.tocsin.store.DatabaseSettings;
import io.tocsin.store.EmbeddedPostgres;
import io.tocsin.store.Migrations;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Publishing events over HTTP, one and many a request, beside {@code pgbench} inserting the same
 * rows one at a time on the same server. {@code pgbench} only inserts: it keeps no sequence without
 * gaps, for which its clients would have to wait for each other, and checks nobody's token.
 */
final class PublishingBench {
  private static final int BULK = 100;
  private static final Duration WARM_UP = Duration.ofSeconds(15);

  private static final String ONE_BY_ONE =
      """
      \\set account random(0, 999)
      insert into event
             (account_id, sequence, id, name, summary, event_time, source, resource_id,
              additional_resource_ids, resource_type, correlation_id, severity, class,
              description, destinations, created_by)
      values (('00000000-0000-4000-8000-' || lpad(:account::text, 12, '0'))::uuid,
              nextval('bench_sequence'), gen_random_uuid(), 'harbour.disk.usage.high',
              'Disk almost full', date_trunc('second', now()), 'watch', gen_random_uuid(), '{}',
              'application/astra-managedCluster', gen_random_uuid(), 'warning', 'system',
              'Node 3 uses 91% of its disk.', '{notification}',
              '00000000-0000-0000-0000-000000000000')
      returning sequence, id;
      """;

  private static final String EVENT =
      """
      {"type":"application/astra-event","version":"1.4","name":"harbour.disk.usage.high",\
      "summary":"Disk almost full","source":"watch",\
      "resourceID":"a4f81c29-6b3e-4d75-9e02-c7d8516fb3a4",\
      "resourceType":"application/astra-managedCluster","severity":"warning","class":"system",\
      "description":"Node 3 uses 91% of its disk.","destinations":["notification"]}\
      """;

  private static final String BULK_BODY =
      IntStream.range(0, BULK)
          .mapToObj(_ -> EVENT)
          .collect(
              Collectors.joining(
                  ",",
                  "{\"type\":\"application/astra-events\",\"version\":\"1.4\",\"items\":[",
                  "]}"));

  private final Clock clock = Clock.system();
  private final Duration turn;
  private final int rounds;

  private PublishingBench(Duration turn, int rounds) {
    this.turn = turn;
    this.rounds = rounds;
  }

  /** One way of publishing: so many clients, so many events a request. */
  private record Way(int clients, int events) {
    String body() {
      return events == 1 ? EVENT : BULK_BODY;
    }
  }

  private static final List<Way> WAYS =
      List.of(new Way(1, 1), new Way(16, 1), new Way(64, 1), new Way(8, BULK));

  /**
   * Prints the report on standard output, progress on standard error.
   *
   * @param options {@code [seconds per turn [rounds]]}
   */
  static void run(List<String> options) throws IOException, InterruptedException, SQLException {
    int seconds = options.isEmpty() ? 8 : Integer.parseInt(options.getFirst());
    int rounds = options.size() < 2 ? 3 : Integer.parseInt(options.get(1));
    Path data = Files.createTempDirectory("tocsin-bench");
    PublishingBench bench = new PublishingBench(Duration.ofSeconds(seconds), rounds);
    try (EmbeddedPostgres postgres =
        EmbeddedPostgres.start(data, bench.clock, FeedBench::progress)) {
      bench.run(postgres.connection());
    } finally {
      try (Stream<Path> files = Files.walk(data)) {
        files.sorted(Comparator.reverseOrder()).forEach(file -> file.toFile().delete());
      }
    }
  }

  private void run(DatabaseSettings database)
      throws IOException, InterruptedException, SQLException {
    Migrations.migrate(database);
    PgBench pgbench = new PgBench(database, ONE_BY_ONE);
    try (FeedScene scene = new FeedScene(database);
        ServerProcess server = FeedBench.server(database)) {
      scene.makeSequence();
      LoadClient client =
          new LoadClient(
              new InetSocketAddress(server.url().getHost(), server.url().getPort()),
              "/accounts/%s/core/v1/events".formatted(FeedScene.account(0)),
              201,
              "Authorization: Bearer " + FeedScene.token(0) + "\r\n",
              clock);
      FeedBench.progress("Warming up");
      client.post(() -> EVENT, 64, WARM_UP);
      client.post(() -> BULK_BODY, 8, WARM_UP);
      List<List<Measurement>> ours = lists();
      List<List<Measurement>> theirs = lists();
      for (int round = 1; round <= rounds; round++) {
        FeedBench.progress("Round %d of %d".formatted(round, rounds));
        for (int i = 0; i < WAYS.size(); i++) {
          Way way = WAYS.get(i);
          ours.get(i).add(client.post(way::body, way.clients(), turn));
          theirs.get(i).add(pgbench.run(way.events() == 1 ? way.clients() : 64, turn));
        }
      }
      print(ours, theirs);
    }
  }

  private static List<List<Measurement>> lists() {
    return WAYS.stream().<List<Measurement>>map(_ -> new ArrayList<>()).toList();
  }

  private static void print(List<List<Measurement>> ours, List<List<Measurement>> theirs) {
    System.out.println(
        """
        | clients | events a request | Tocsin events/s | p50 ms | p99 ms | pgbench clients | pgbench events/s | p50 ms | p99 ms | ratio |
        | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |\
        """);
    for (int i = 0; i < WAYS.size(); i++) {
      Way way = WAYS.get(i);
      Measurement our = median(ours.get(i));
      Measurement their = median(theirs.get(i));
      double events = our.perSecond() * way.events();
      System.out.printf(
          Locale.ROOT,
          "| %d | %d | %.0f | %.2f | %.2f | %d | %.0f | %.2f | %.2f | %.2f |%n",
          way.clients(),
          way.events(),
          events,
          FeedBench.millis(our.median()),
          FeedBench.millis(our.p99()),
          way.events() == 1 ? way.clients() : 64,
          their.perSecond(),
          FeedBench.millis(their.median()),
          FeedBench.millis(their.p99()),
          events / their.perSecond());
    }
  }

  /** The turn with the median throughput. */
  private static Measurement median(List<Measurement> turns) {
    return turns.stream()
        .sorted(Comparator.comparingDouble(Measurement::perSecond))
        .toList()
        .get(turns.size() / 2);
  }
}
