package io.tocsin.bench;

import io.tocsin.clock.Clock;
import io.tocsin.store.DatabaseSettings;
import io.tocsin.store.EmbeddedPostgres;
import io.tocsin.store.Migrations;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

/**
 * Reading account feeds over HTTP at growing sizes, and while a million events expire. One client
 * asks busy accounts in turns, so a time is what one caller waits, not what the server bears.
 */
final class FeedBench {
  private static final int WARM_UP = 3000;
  private static final int REQUESTS = 3000;
  private static final int EXPIRING = 1_000_000;

  /** Fewer requests where they take longer. */
  private static final Duration LONGEST_TURN = Duration.ofSeconds(30);

  /** From the beginning of the filling until what is filled expires. */
  private static final Duration UNTIL_EXPIRY = Duration.ofMinutes(4);

  private static final Map<String, String> LOOKS =
      Map.of(
          "filter, order, include",
          look(
              "filter", "severity eq 'warning'",
              "orderBy", "eventTime desc",
              "include", "id,summary,severity,eventTime",
              "limit", "20"),
          "poll",
          look("filter", "sequenceCount gt '30'", "orderBy", "sequenceCount", "limit", "20"),
          "toolkit, with count",
          look("orderBy", "eventTime desc", "count", "true", "limit", "20"));

  private final Clock clock = Clock.system();
  private final SplittableRandom random = new SplittableRandom(20261129);
  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  private FeedBench() {}

  /**
   * Prints the report on standard output, progress on standard error.
   *
   * @param options {@code [sizes…]}: events in all, growing
   */
  static void run(List<String> options) throws IOException, InterruptedException, SQLException {
    List<Long> sizes =
        options.isEmpty()
            ? List.of(10_000L, 1_000_000L, 10_000_000L)
            : options.stream().map(Long::valueOf).toList();
    Path data = Files.createTempDirectory("tocsin-bench");
    FeedBench bench = new FeedBench();
    try (EmbeddedPostgres postgres =
        EmbeddedPostgres.start(data, bench.clock, FeedBench::progress)) {
      bench.run(postgres.connection(), sizes);
    } finally {
      try (Stream<Path> files = Files.walk(data)) {
        files.sorted(Comparator.reverseOrder()).forEach(file -> file.toFile().delete());
      }
    }
  }

  private void run(DatabaseSettings database, List<Long> sizes)
      throws IOException, InterruptedException, SQLException {
    Migrations.migrate(database);
    try (FeedScene scene = new FeedScene(database);
        ServerProcess server = server(database)) {
      System.out.println("| look | events | p50 ms | p99 ms | p99 against the smallest |");
      System.out.println("| --- | ---: | ---: | ---: | ---: |");
      List<Double> smallest = new ArrayList<>();
      for (long size : sizes) {
        scene.fillTo(size, null);
        if (smallest.isEmpty()) {
          // Or the smallest would be measured in a JVM that is still cold.
          for (String look : LOOKS.values()) {
            measure(server.url(), look, 3 * WARM_UP);
          }
        }
        int number = 0;
        for (Map.Entry<String, String> look : LOOKS.entrySet()) {
          measure(server.url(), look.getValue(), WARM_UP);
          Measurement it = measure(server.url(), look.getValue(), REQUESTS);
          double p99 = millis(it.p99());
          if (smallest.size() == number) {
            smallest.add(p99);
          }
          System.out.printf(
              Locale.ROOT,
              "| %s | %d | %.2f | %.2f | %.2f |%n",
              look.getKey(),
              size,
              millis(it.median()),
              p99,
              p99 / smallest.get(number));
          number++;
        }
      }
      whileExpiring(scene, server.url(), sizes.getLast());
    }
  }

  static ServerProcess server(DatabaseSettings database) throws IOException {
    return ServerProcess.start(
        List.of(
            "--set", "database.url=" + database.url(),
            "--set", "database.user=" + database.user(),
            "--set", "accounts.publish=true"),
        Map.of("TOCSIN_DATABASE_PASSWORD", database.password().value()),
        "512m");
  }

  private void whileExpiring(FeedScene scene, URI server, long events)
      throws IOException, InterruptedException, SQLException {
    String look = LOOKS.getOrDefault("filter, order, include", "");
    Instant expiry = clock.now().plus(UNTIL_EXPIRY);
    scene.fillTo(events + EXPIRING, expiry);
    if (clock.now().isAfter(expiry.minusSeconds(30))) {
      throw new IllegalStateException(
          "the machine is too slow: what expires was not filled in time");
    }
    measure(server, look, WARM_UP);
    Measurement before = measure(server, look, () -> clock.now().isBefore(expiry.minusSeconds(5)));
    while (clock.now().isBefore(expiry)) {
      clock.sleep(Duration.ofMillis(100));
    }
    progress("Expiring: %d".formatted(scene.expired()));
    long began = clock.nanoTime();
    long[] lookedAt = {began};
    Measurement during =
        measure(
            server,
            look,
            () -> {
              if (clock.nanoTime() - lookedAt[0] < Duration.ofSeconds(5).toNanos()) {
                return true;
              }
              lookedAt[0] = clock.nanoTime();
              long left = left(scene);
              progress("Expiring: %d".formatted(left));
              return left > 0;
            });
    System.out.printf(
        Locale.ROOT,
        "%nWhile %d events expired (%d s): p50 %.2f ms, p99 %.2f ms; before: p50 %.2f ms, p99 %.2f"
            + " ms; p99 during / before %.2f%n",
        EXPIRING,
        Duration.ofNanos(clock.nanoTime() - began).toSeconds(),
        millis(during.median()),
        millis(during.p99()),
        millis(before.median()),
        millis(before.p99()),
        millis(during.p99()) / millis(before.p99()));
  }

  private static long left(FeedScene scene) {
    try {
      return scene.expired();
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  private Measurement measure(URI server, String look, int requests)
      throws IOException, InterruptedException {
    int[] left = {requests};
    long began = clock.nanoTime();
    return measure(
        server, look, () -> left[0]-- > 0 && clock.nanoTime() - began < LONGEST_TURN.toNanos());
  }

  private Measurement measure(URI server, String look, BooleanSupplier goesOn)
      throws IOException, InterruptedException {
    List<Long> nanos = new ArrayList<>();
    long began = clock.nanoTime();
    while (goesOn.getAsBoolean()) {
      int account = random.nextInt(FeedScene.BUSY);
      HttpRequest request =
          HttpRequest.newBuilder(
                  server.resolve(
                      "/accounts/%s/core/v1/notifications?%s"
                          .formatted(FeedScene.account(account), look)))
              .header("Authorization", "Bearer " + FeedScene.token(account))
              .build();
      long sent = clock.nanoTime();
      HttpResponse<String> answer = http.send(request, HttpResponse.BodyHandlers.ofString());
      nanos.add(clock.nanoTime() - sent);
      if (answer.statusCode() != 200 || !answer.body().contains("\"continue\"")) {
        throw new IOException(
            "not a full page: %d %s".formatted(answer.statusCode(), answer.body()));
      }
    }
    return Measurement.of(
        nanos.stream().mapToLong(Long::longValue).toArray(),
        Duration.ofNanos(clock.nanoTime() - began));
  }

  private static String look(String... namesAndValues) {
    List<String> parameters = new ArrayList<>();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      parameters.add(
          namesAndValues[i]
              + "="
              + URLEncoder.encode(namesAndValues[i + 1], StandardCharsets.UTF_8));
    }
    return String.join("&", parameters);
  }

  static double millis(Duration duration) {
    return duration.toNanos() / 1e6;
  }

  static void progress(String text) {
    System.err.println(text);
  }
}
