package io.tocsin.failover;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.zaxxer.hikari.HikariDataSource;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.tocsin.clock.Clock;
import io.tocsin.store.CommitObserver;
import io.tocsin.store.Database;
import io.tocsin.store.Databases;
import io.tocsin.store.StoreUnavailableException;
import java.sql.Connection;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class IntakeMetricsTest {
  private final Fixture fixture = new Fixture();
  private final SimpleMeterRegistry counted = new SimpleMeterRegistry();
  private final Intake intake =
      new Intake(
          fixture.database,
          IntakeSettings.DEFAULTS,
          Clock.system(),
          new IntakeMetrics(counted),
          () -> {});

  @AfterEach
  void close() {
    fixture.close();
  }

  @Test
  void countsEachReportOnceByWhatBecameOfIt() {
    Segment segment = fixture.segment("s");
    fixture.host(segment, "cmp-1");
    fixture.hosts.create(
        segment.id().toString(), new NewHost("resting", "COMPUTE", "SSH", false, true));

    intake.accept(report("cmp-1", "STOPPED"));
    refused("cmp-1", "STOPPED");
    refused("resting", "STOPPED");
    refused("nowhere", "STOPPED");
    refused("cmp-1", "\0");

    for (String result :
        new String[] {"accepted", "duplicate", "on_maintenance", "unknown_host", "invalid"}) {
      assertThat(count(result)).as(result).isEqualTo(1);
    }
    assertThat(counted.get("tocsin.report.commit").timer().count()).isEqualTo(4);
    assertThat(counted.get("tocsin.report.batch").summary().totalAmount()).isEqualTo(4);
  }

  @Test
  void countsWhatTheDatabaseCouldNotDecide() throws Exception {
    try (HikariDataSource narrow =
            Databases.connect(
                fixture
                    .testDatabase
                    .settings()
                    .withPoolSize(1)
                    .withTimeouts(Duration.ofMillis(300), Duration.ofSeconds(5)));
        Connection _ = narrow.getConnection()) {
      Intake starved =
          new Intake(
              new Database(narrow, CommitObserver.NONE),
              IntakeSettings.DEFAULTS,
              Clock.system(),
              new IntakeMetrics(counted),
              () -> {});

      assertThatThrownBy(() -> starved.accept(report("cmp-1", "STOPPED")))
          .isInstanceOf(StoreUnavailableException.class);

      assertThat(count("unavailable")).isEqualTo(1);
      assertThat(counted.get("tocsin.report.commit").timer().count()).isZero();
    }
  }

  private double count(String result) {
    return counted
        .get("tocsin.reports")
        .tag("type", "process")
        .tag("result", result)
        .counter()
        .count();
  }

  private void refused(String host, String event) {
    assertThatThrownBy(() -> intake.accept(report(host, event)))
        .isInstanceOf(RefusedException.class);
  }

  private static FailureReport report(String host, String event) {
    return new FailureReport(FailureType.PROCESS, host, Fixture.NOON, Map.of("event", event));
  }
}
