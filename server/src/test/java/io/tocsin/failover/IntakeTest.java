package io.tocsin.failover;

import static io.tocsin.failover.Fixture.NOON;
import static io.tocsin.failover.Fixture.down;
import static io.tocsin.failover.Fixture.process;
import static io.tocsin.failover.Refused.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import io.tocsin.clock.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class IntakeTest {
  private final Fixture fixture = new Fixture();
  private final Intake intake = fixture.intake;
  private final Segment segment = fixture.segment("rack");

  @AfterAll
  void close() {
    fixture.close();
  }

  @Test
  void returnsWhatLaterReadsShow() {
    Host host = fixture.host(segment, "shown");

    FailureNotification accepted = intake.accept(down("shown", NOON));

    assertThat(accepted).isEqualTo(fixture.notifications.require(accepted.id().toString()));
    assertThat(accepted).isEqualTo(fixture.notifications.require(accepted.number()));
    assertThat(accepted.sourceHost()).isEqualTo(host.id());
    assertThat(accepted.segment()).isEqualTo(segment.id());
    assertThat(accepted.status()).isEqualTo(FailureStatus.NEW);
    assertThat(accepted.message()).isNull();
    assertThat(accepted.generatedTime()).isEqualTo(NOON);
    assertThat(accepted.createdAt())
        .isEqualTo(accepted.createdAt().truncatedTo(ChronoUnit.SECONDS));
    assertThat(accepted.updatedAt()).isNull();
  }

  @Test
  void refusesAHostThatNobodyEnrolled() {
    assertRefused(
        () -> intake.accept(down("nowhere", NOON)),
        new Refusal.Invalid("Host with name nowhere could not be found."));
  }

  @Test
  void refusesAHostThatWasDeleted() {
    Segment brief = fixture.segment("brief");
    fixture.host(brief, "deleted");
    fixture.segments.delete(brief.id().toString());

    assertRefused(
        () -> intake.accept(down("deleted", NOON)),
        new Refusal.Invalid("Host with name deleted could not be found."));
  }

  @ParameterizedTest
  @EnumSource
  void refusesAnyReportOfAHostOnMaintenance(FailureType type) {
    String name = "resting-" + type;
    fixture.hosts.create(segment.id().toString(), new NewHost(name, "", "", false, true));

    assertRefused(
        () -> intake.accept(new FailureReport(type, name, NOON, Map.of("event", "STARTED"))),
        new Refusal.Conflict(
            "Notification received from host %s of type '%s' is ignored as the host is already under maintenance."
                .formatted(name, type)));
  }

  @Test
  void refusesTheSameReportWithinTheWindow() {
    fixture.host(segment, "window");
    intake.accept(down("window", NOON));

    // The edge is inclusive, and there is none on the other side.
    for (Instant time :
        List.of(
            NOON,
            NOON.plusSeconds(179),
            NOON.plusSeconds(180),
            NOON.minusSeconds(1),
            NOON.minusSeconds(86_400 * 365L))) {
      assertRefused(() -> intake.accept(down("window", time)), duplicate("window", "COMPUTE_HOST"));
    }

    intake.accept(down("window", NOON.plusSeconds(180).plus(1, ChronoUnit.MICROS)));
  }

  @Test
  void countsAStoredReportWhateverBecameOfIt() {
    fixture.host(segment, "finished");
    fixture.finish(intake.accept(down("finished", NOON)));

    assertRefused(
        () -> intake.accept(down("finished", NOON)), duplicate("finished", "COMPUTE_HOST"));
  }

  @Test
  void acceptsWhatDiffersInHostTypeOrPayload() {
    fixture.host(segment, "one");
    fixture.host(segment, "two");
    Map<String, String> payload = Map.of("event", "STOPPED", "process_name", "p");

    intake.accept(new FailureReport(FailureType.PROCESS, "one", NOON, payload));
    intake.accept(new FailureReport(FailureType.PROCESS, "two", NOON, payload));
    intake.accept(new FailureReport(FailureType.VM, "one", NOON, payload));
    intake.accept(process("one", "P", NOON));
    intake.accept(process("one", "", NOON));
    intake.accept(new FailureReport(FailureType.PROCESS, "one", NOON, Map.of()));

    assertRefused(
        () -> intake.accept(new FailureReport(FailureType.PROCESS, "one", NOON, payload)),
        duplicate("one", "PROCESS"));
  }

  @Test
  void storesAnyPayloadJustAsItCame() {
    fixture.host(segment, "odd");
    Map<String, String> odd =
        Map.of("a b:.-_", "\"'\\{},\n\t\u0001\u2028 \ud83d\ude00 null", "", "", "NULL", "NULL");

    FailureNotification accepted =
        intake.accept(new FailureReport(FailureType.VM, "odd", NOON, odd));

    assertThat(fixture.notifications.require(accepted.number()).payload()).isEqualTo(odd);
  }

  @ParameterizedTest
  @ValueSource(strings = {"\0", "a\0b", "\ud800", "\udc00\ud800", "\ud83d"})
  void refusesTextThatNoDatabaseHolds(String text) {
    assertRefused(
        () -> intake.accept(process("one", text, NOON)),
        new Refusal.Invalid("Invalid input for field/attribute payload."));
    assertRefused(
        () -> intake.accept(down(text, NOON)),
        new Refusal.Invalid("Invalid input for field/attribute hostname."));
  }

  @Test
  void takesAnyTimeOfFourDigitYears() {
    fixture.host(segment, "times");
    Instant first = Instant.parse("0001-01-01T00:00:00Z");
    Instant last = Instant.parse("9999-12-31T23:59:59.999999999Z");

    assertThat(read(intake.accept(process("times", "first", first)))).isEqualTo(first);
    assertThat(read(intake.accept(process("times", "last", last))))
        .isEqualTo(last.truncatedTo(ChronoUnit.MICROS));
    for (Instant time : List.of(first.minusNanos(1), last.plusNanos(1), Instant.MIN, Instant.MAX)) {
      assertRefused(
          () -> intake.accept(process("times", "beyond", time)),
          new Refusal.Invalid("Invalid input for field/attribute generated_time."));
    }
  }

  private Instant read(FailureNotification accepted) {
    return fixture.notifications.require(accepted.number()).generatedTime();
  }

  @Test
  void tellsAfterTheCommitThatSomethingWasAccepted() throws InterruptedException {
    fixture.host(segment, "told");
    CountDownLatch told = new CountDownLatch(1);
    Runnable onAccepted =
        () -> {
          if (stored("told") == 1) {
            told.countDown();
          }
        };
    try (Intake telling =
        new Intake(fixture.database, IntakeSettings.DEFAULTS, Clock.system(), onAccepted)) {
      telling.start();

      telling.accept(down("told", NOON));

      assertThat(told.await(20, TimeUnit.SECONDS)).isTrue();
    }
  }

  @Test
  void staysWellWhenTellingFails() {
    fixture.host(segment, "untold");
    CountDownLatch told = new CountDownLatch(2);
    Runnable broken =
        () -> {
          told.countDown();
          throw new IllegalStateException("nobody listens");
        };
    try (Intake telling =
        new Intake(fixture.database, IntakeSettings.DEFAULTS, Clock.system(), broken)) {
      telling.start();
      telling.accept(process("untold", "a", NOON));
      awaitOne(told);
      telling.accept(process("untold", "b", NOON));
    }
    assertThat(told.getCount()).isZero();
  }

  private static void awaitOne(CountDownLatch told) {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    while (told.getCount() > 1 && System.nanoTime() < deadline) {
      Thread.onSpinWait();
    }
  }

  private long stored(String host) {
    return fixture.database.read(handle ->
        handle
            .createQuery(
                """
                select count(*) from failure_notification n join host h on h.id = n.host_id
                 where h.name = :host\
                """)
            .bind("host", host)
            .mapTo(Long.class)
            .one());
  }

  private static Refusal duplicate(String host, String type) {
    return new Refusal.Conflict(
        "Notification received from host %s of type %s is duplicate.".formatted(host, type));
  }
}
