package io.tocsin.failover;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.composite.CompositeMeterRegistry;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.IntSupplier;

/**
 * What the intake counts. All meters are made at once, so that counting is an addition: reports
 * come by the thousand a second.
 */
public final class IntakeMetrics {
  private static final Duration[] COMMIT_TIMES = {
    Duration.ofMillis(1),
    Duration.ofMillis(5),
    Duration.ofMillis(25),
    Duration.ofMillis(100),
    Duration.ofMillis(500),
    Duration.ofSeconds(2),
    Duration.ofSeconds(10)
  };
  private static final double[] BATCH_SIZES = {1, 2, 5, 20, 50, 200, 500};

  private final MeterRegistry registry;
  private final Map<FailureType, Map<ReportResult, Counter>> reports =
      new EnumMap<>(FailureType.class);
  private final Timer commits;
  private final DistributionSummary batches;

  public IntakeMetrics(MeterRegistry registry) {
    this.registry = registry;
    for (FailureType type : FailureType.values()) {
      Map<ReportResult, Counter> ofType = new EnumMap<>(ReportResult.class);
      for (ReportResult result : ReportResult.values()) {
        ofType.put(
            result,
            Counter.builder("tocsin.reports")
                .description("Reports of failures that came in")
                .tag("type", type.name().toLowerCase(Locale.ROOT))
                .tag("result", result.name().toLowerCase(Locale.ROOT))
                .register(registry));
      }
      reports.put(type, ofType);
    }
    this.commits =
        Timer.builder("tocsin.report.commit")
            .description("From a report's arrival to the end of the commit that decided it")
            .serviceLevelObjectives(COMMIT_TIMES)
            .register(registry);
    this.batches =
        DistributionSummary.builder("tocsin.report.batch")
            .description("Reports that shared a commit")
            .baseUnit("reports")
            .serviceLevelObjectives(BATCH_SIZES)
            .register(registry);
  }

  /** Counts nothing. */
  static IntakeMetrics none() {
    return new IntakeMetrics(new CompositeMeterRegistry());
  }

  void counts(FailureType type, ReportResult result) {
    Map<ReportResult, Counter> ofType = reports.get(type);
    Counter counter = ofType == null ? null : ofType.get(result);
    if (counter != null) {
      counter.increment();
    }
  }

  /** The database has decided a report, so long after it came. */
  void decided(FailureType type, ReportResult result, Duration after) {
    counts(type, result);
    commits.record(after);
  }

  void committed(int reportsTogether) {
    batches.record(reportsTogether);
  }

  void backlog(IntSupplier waiting) {
    Gauge.builder("tocsin.reports.waiting", waiting::getAsInt)
        .description("Reports that wait for a commit")
        .register(registry);
  }
}
