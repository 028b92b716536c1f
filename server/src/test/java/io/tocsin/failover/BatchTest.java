package io.tocsin.failover;

import static io.tocsin.failover.Fixture.NOON;
import static org.assertj.core.api.Assertions.assertThat;

import io.tocsin.failover.Batch.Outcome;
import io.tocsin.store.EveryPostgres;
import io.tocsin.store.GroupCommit.Entry;
import io.tocsin.store.PostgresVersion;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Random histories, cut into batches at random, against the rule in its plainest words. */
class BatchTest {
  private static final Duration WINDOW = Duration.ofMinutes(3);
  private static final int HISTORIES = 12;
  private static final int REPORTS = 150;

  /** The duplicate rule of Instance HA spec §9.2, one report after the other. */
  private static final class Model {
    private final Map<List<Object>, List<Instant>> stored = new HashMap<>();

    String decide(FailureReport report) {
      if (report.hostname().startsWith("nowhere")) {
        return "unknown";
      }
      if (report.hostname().startsWith("resting")) {
        return "maintenance";
      }
      List<Instant> equals =
          stored.computeIfAbsent(
              List.of(report.hostname(), report.type(), report.payload()), _ -> new ArrayList<>());
      Instant since = report.generatedTime().minus(WINDOW);
      if (equals.stream().anyMatch(time -> !time.isBefore(since))) {
        return "duplicate";
      }
      equals.add(report.generatedTime());
      return "stored";
    }
  }

  @EveryPostgres
  void decidesABatchAsIfOneReportCameAfterTheOther(PostgresVersion version) {
    long seed = Long.getLong("tocsin.seed", 2026);
    try (Fixture fixture = new Fixture(version)) {
      Segment segment = fixture.segment("rack");
      IntakeStore store = new IntakeStore(fixture.database);
      for (int history = 0; history < HISTORIES; history++) {
        Random random = new Random(seed + history);
        List<String> hosts = enrol(fixture, segment, history);
        Model model = new Model();
        Map<Entry<FailureReport, Outcome>, String> expected = new LinkedHashMap<>();
        List<Entry<FailureReport, Outcome>> line = new ArrayList<>();
        for (int i = 0; i < REPORTS; i++) {
          FailureReport report = randomReport(random, hosts);
          Entry<FailureReport, Outcome> entry = new Entry<>(report);
          expected.put(entry, model.decide(report));
          line.add(entry);
        }

        int batches = decideInBatches(store, line, random);

        String as = "seed " + (seed + history) + " after " + batches + " batches";
        assertThat(expected.keySet().stream().map(BatchTest::outcome))
            .as(as)
            .containsExactlyElementsOf(expected.values());
      }
    }
  }

  private static int decideInBatches(
      IntakeStore store, List<Entry<FailureReport, Outcome>> line, Random random) {
    int batches = 0;
    List<Entry<FailureReport, Outcome>> waiting = new ArrayList<>(line);
    while (!waiting.isEmpty()) {
      List<Entry<FailureReport, Outcome>> taken =
          waiting.subList(0, Math.min(1 + random.nextInt(20), waiting.size()));
      Batch batch = new Batch(taken, WINDOW);
      List<Entry<FailureReport, Outcome>> undecided =
          batch.conclude(store.accept(batch.rows(), WINDOW));
      assertThat(undecided.size()).isLessThan(taken.size());
      List<Entry<FailureReport, Outcome>> rest = new ArrayList<>(undecided);
      rest.addAll(waiting.subList(taken.size(), waiting.size()));
      waiting = rest;
      batches++;
    }
    return batches;
  }

  private static List<String> enrol(Fixture fixture, Segment segment, int history) {
    fixture.host(segment, "a-" + history);
    fixture.host(segment, "b-" + history);
    fixture.hosts.create(
        segment.id().toString(), new NewHost("resting-" + history, "", "", false, true));
    return List.of("a-" + history, "a-" + history, "b-" + history, "resting-" + history, "nowhere");
  }

  private static FailureReport randomReport(Random random, List<String> hosts) {
    String hostname = hosts.get(random.nextInt(hosts.size()));
    FailureType type = random.nextInt(4) == 0 ? FailureType.VM : FailureType.PROCESS;
    Map<String, String> payload = Map.of("event", "STOPPED", "name", "p" + random.nextInt(2));
    Instant generatedTime = NOON.plusSeconds(45L * random.nextInt(60));
    return new FailureReport(type, hostname, generatedTime, payload);
  }

  private static String outcome(Entry<FailureReport, Outcome> entry) {
    return switch (entry.outcome().orElseThrow()) {
      case Outcome.Accepted _ -> "stored";
      case Outcome.Refused(_, Refusal refusal) -> {
        if (refusal.outside().endsWith("is duplicate.")) {
          yield "duplicate";
        }
        yield refusal.outside().startsWith("Host with name") ? "unknown" : "maintenance";
      }
    };
  }
}
