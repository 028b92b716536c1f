package io.tocsin.failover;

import static io.tocsin.failover.Fixture.NOON;
import static io.tocsin.failover.Fixture.down;
import static io.tocsin.failover.Fixture.process;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tocsin.identity.AccountId;
import io.tocsin.store.Columns;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The first event of each report's story, which the database writes with the report. */
class ReportedFailuresTest {
  private static final UUID INSTANCE = UUID.fromString("0a98c42e-1d1a-4f4c-8d0f-5b6a7c8d9e0f");

  private final Fixture fixture = new Fixture();
  private final Segment segment = fixture.segment("rack");

  @AfterEach
  void close() {
    fixture.close();
  }

  private record Told(
      UUID account,
      long sequence,
      String name,
      String severity,
      String summary,
      String description,
      UUID correlation,
      UUID resource,
      boolean isNotification) {}

  private List<Told> told() {
    return fixture.database.read(handle ->
        handle
            .createQuery(
                """
                select account_id, sequence, name, severity, summary, description, correlation_id,
                       resource_id, is_notification
                  from event order by account_id, sequence
                """)
            .map((row, _) ->
                new Told(
                    Columns.uuid(row, "account_id"),
                    row.getLong("sequence"),
                    row.getString("name"),
                    row.getString("severity"),
                    row.getString("summary"),
                    row.getString("description"),
                    Columns.uuid(row, "correlation_id"),
                    Columns.uuid(row, "resource_id"),
                    row.getBoolean("is_notification")))
            .list());
  }

  private static FailureReport instanceEvent(String host, String uuid) {
    return new FailureReport(
        FailureType.VM,
        host,
        NOON,
        Map.of(
            "event", "LIFECYCLE",
            "vir_domain_event", "STOPPED_FAILED",
            "instance_uuid", uuid));
  }

  @Test
  void tellsTheOperatorsOfAReport() {
    Host host = fixture.host(segment, "host-07");
    FailureNotification report = fixture.intake.accept(down("host-07", NOON));

    assertThat(told())
        .containsExactly(
            new Told(
                AccountId.OPERATORS.value(),
                1,
                "tocsin.host.failure.reported",
                "critical",
                "Host host-07 failed",
                "A monitor reported host host-07: STOPPED, host status NORMAL,"
                    + " cluster status OFFLINE.",
                report.id().value(),
                host.id().value(),
                true));
  }

  @Test
  void tellsOfABatchInTheOrderOfItsReports() {
    List<IntakeStore.Row> rows = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      fixture.host(segment, "host-" + i);
      FailureReport report = down("host-" + i, NOON);
      rows.add(new IntakeStore.Row(report, report));
    }
    List<UUID> stored =
        new IntakeStore(fixture.database)
            .accept(rows, Duration.ofMinutes(3)).stream()
                .map(IntakeStore.Verdict.Stored.class::cast)
                .map(it -> it.notification())
                .sorted((a, b) -> Long.compare(a.number(), b.number()))
                .map(it -> it.id().value())
                .toList();

    assertThat(told()).extracting(Told::correlation).containsExactlyElementsOf(stored);
    assertThat(told().getLast().sequence()).isEqualTo(50);
  }

  @Test
  void makesNotificationsOfFailuresButNotOfEverydayEvents() {
    fixture.host(segment, "host-07");
    fixture.intake.accept(process("host-07", "nova-compute", NOON));
    fixture.intake.accept(
        new FailureReport(
            FailureType.PROCESS,
            "host-07",
            NOON,
            Map.of("event", "STARTED", "process_name", "nova-compute")));
    fixture.intake.accept(
        new FailureReport(FailureType.COMPUTE_HOST, "host-07", NOON, Map.of("event", "STARTED")));
    fixture.intake.accept(
        instanceEvent(
            "host-07", INSTANCE.toString().replace("-", "").toUpperCase(java.util.Locale.ROOT)));
    fixture.intake.accept(instanceEvent("host-07", "no uuid"));

    assertThat(told())
        .extracting(it -> it.severity() + " " + it.summary() + " " + it.isNotification())
        .containsExactly(
            "warning Process nova-compute stopped on host-07 true",
            "informational Process nova-compute started on host-07 false",
            "informational Host host-07 started false",
            "indeterminate Instance event on host-07 false",
            "indeterminate Instance event on host-07 false");
    assertThat(told().get(3).resource()).isEqualTo(INSTANCE);
  }

  @Test
  void keepsToTheLimitsWhateverTheNames() {
    List<String> names = List.of("h".repeat(255), "😀".repeat(120), "a\u0001\nb\u0085c", "\t", "x");
    for (String name : names) {
      fixture.host(segment, name);
      for (FailureReport report :
          List.of(
              down(name, NOON),
              process(name, "p\r\n".repeat(1300), NOON),
              instanceEvent(name, "i".repeat(255)))) {
        fixture.intake.accept(report);
      }
    }

    assertThat(told())
        .hasSize(names.size() * 3)
        .allSatisfy(it -> {
          assertThat(it.summary().codePoints().count()).isBetween(3L, 79L);
          assertThat(it.description().codePoints().count()).isBetween(3L, 1023L);
          assertThat((it.summary() + it.description()).codePoints())
              .noneMatch(Character::isISOControl);
        });
  }

  @Test
  void tellsNothingOfWhatIsNotStored() {
    fixture.host(segment, "host-07");
    fixture.intake.accept(down("host-07", NOON));
    assertThatThrownBy(() -> fixture.intake.accept(down("host-07", NOON)))
        .isInstanceOf(RefusedException.class);
    assertThatThrownBy(() -> fixture.intake.accept(down("nowhere", NOON)))
        .isInstanceOf(RefusedException.class);

    assertThat(told()).hasSize(1);
  }

  @Test
  void leavesNoGapWhenAReportIsRolledBack() {
    Host host = fixture.host(segment, "host-07");
    fixture.intake.accept(down("host-07", NOON));
    assertThatThrownBy(() ->
            fixture.database.inTransaction(tx -> {
              tx.execute(
                  """
                  insert into failure_notification
                         (host_id, host_uuid, segment_uuid, type, payload, generated_time)
                  select id, uuid, uuid, 'VM', '{}', now() from host where id = ?
                  """,
                  host.number());
              assertThat(tx.createQuery("select count(*) from event").mapTo(Long.class).one())
                  .isEqualTo(2);
              throw new IllegalStateException("on purpose");
            }))
        .hasMessage("on purpose");
    fixture.intake.accept(process("host-07", "nova-compute", NOON));

    assertThat(told()).extracting(Told::sequence).containsExactly(1L, 2L);
  }

  @Test
  void tellsNothingOfWhatIsImported() {
    Host host = fixture.host(segment, "host-07");
    FailureImport.Entry past =
        new FailureImport.Entry(
            new PastFailure(
                new FailureNotificationId(INSTANCE),
                NOON,
                host.id(),
                segment.id(),
                FailureType.COMPUTE_HOST,
                Map.of("event", "STOPPED"),
                FailureStatus.FINISHED,
                null,
                NOON,
                null),
            true);
    Map<UUID, Long> written =
        fixture.database.inTransaction(
            tx -> new FailureImport(fixture.database).write(tx, List.of(past)));

    assertThat(written).containsKey(INSTANCE);
    assertThat(told()).isEmpty();
  }

  @Test
  void givesTheEventTheLifeThatTheAccountHas() {
    fixture.host(segment, "host-07");
    fixture.database.inTransaction(tx ->
        tx.execute(
            "insert into account_feed (account_id, default_ttl, max_ttl) values (?, 3600, 60)",
            AccountId.OPERATORS.value()));
    fixture.intake.accept(down("host-07", NOON));

    @Nullable Long seconds =
        fixture.database.read(handle ->
            handle
                .createQuery("select extract(epoch from expires_at - event_time) from event")
                .mapTo(Long.class)
                .one());
    assertThat(seconds).isEqualTo(60);
  }
}
