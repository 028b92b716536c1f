package io.tocsin.masakari;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tocsin.clock.Clock;
import io.tocsin.failover.FailureReport;
import io.tocsin.failover.FailureType;
import io.tocsin.failover.Intake;
import io.tocsin.failover.IntakeSettings;
import io.tocsin.failover.RefusedException;
import io.tocsin.masakari.ImportReport.Kind;
import io.tocsin.store.CommitObserver;
import io.tocsin.store.Database;
import io.tocsin.store.Databases;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** From one server to another, through the API of the one and into the database of the other. */
class ImportTest {
  private Masakari source = Masakari.empty();
  private final Masakari target = Masakari.empty();

  @BeforeEach
  void fill() {
    source.addInventory(5, 4);
  }

  @AfterEach
  void close() {
    source.close();
    target.close();
  }

  @Test
  void bringsEveryDocumentAsItIsAtTheSource() {
    source.addHistory(60);

    ImportReport report = importing().run();

    assertThat(target.everything()).isEqualTo(source.everything());
    assertThat(report.added(Kind.SEGMENT)).isEqualTo(5);
    assertThat(report.added(Kind.HOST)).isEqualTo(20);
    assertThat(report.added(Kind.NOTIFICATION)).isEqualTo(60);
    assertThat(report.added(Kind.VMOVE)).isEqualTo(80);
    assertThat(report.hasProblems()).isFalse();
  }

  @Test
  void keepsTheOrderOfTheSourcesIdsAcrossSegments() {
    importing().run();

    String inOrder = "select string_agg(name, ',' order by id) from host";
    assertThat(text(target, inOrder)).isEqualTo(text(source, inOrder));
  }

  @Test
  void putsNothingIntoTheQueue() {
    source.addHistory(60);

    importing().run();

    assertThat(target.count("select count(*) from recovery")).isEqualTo(60);
    assertThat(target.count("select count(*) from recovery where state <> 'done'")).isZero();
  }

  @Test
  void findsNothingNewTheSecondTime() {
    source.addHistory(60);
    importing().run();
    String before = snapshot();

    ImportReport report = importing().run();

    assertThat(snapshot()).isEqualTo(before);
    for (Kind kind : Kind.values()) {
      assertThat(report.added(kind) + report.changed(kind) + report.deleted(kind)).isZero();
    }
    assertThat(report.same(Kind.NOTIFICATION)).isEqualTo(60);
  }

  @Test
  void leavesWhatIsOpenToTheSourceUntilItHasEnded() {
    source.addHistory(9);
    source.sql(
        """
        update failure_notification set status = (array['new', 'running', 'error'])[id % 3 + 1]
         where id <= 3;
        """);

    ImportReport first = importing().run();
    assertThat(first.left(Kind.NOTIFICATION, LeftOut.STILL_OPEN)).isEqualTo(3);
    assertThat(first.hasProblems()).isFalse();
    assertThat(target.count("select count(*) from recovery where state <> 'done'")).isZero();
    assertThat(target.count("select count(*) from failure_notification")).isEqualTo(6);

    source.sql("update failure_notification set status = 'finished', updated_at = now();");
    ImportReport second = importing().run();
    assertThat(second.left(Kind.NOTIFICATION, LeftOut.STILL_OPEN)).isZero();
    assertThat(second.added(Kind.NOTIFICATION)).isEqualTo(3);
    assertThat(target.count("select count(*) from failure_notification where status = 'finished'"))
        .isEqualTo(9);
  }

  @Test
  void takesOverWhatChangedAtTheSourceSince() {
    importing().run();
    source.sql(
        """
        update segment set description = 'moved', updated_at = '2026-03-01Z' where id = 2;
        update host set on_maintenance = true, updated_at = '2026-03-01Z' where id = 3;
        """);

    ImportReport report = importing().run();

    assertThat(report.changed(Kind.SEGMENT)).isEqualTo(1);
    assertThat(report.changed(Kind.HOST)).isEqualTo(1);
    assertThat(target.everything()).isEqualTo(source.everything());
  }

  @Test
  void doesNotTouchWhatWasChangedOrDeletedHere() {
    importing().run();
    target.sql(
        """
        update host set on_maintenance = true, updated_at = now() where id = 3;
        update host set deleted_at = now() where id = 5;
        """);
    source.sql("update host set reserved = true, updated_at = '2026-03-01Z' where id in (3, 5);");
    String before = snapshot();

    ImportReport report = importing().run();

    assertThat(snapshot()).isEqualTo(before);
    assertThat(report.left(Kind.HOST, LeftOut.CHANGED_HERE)).isEqualTo(1);
    assertThat(report.left(Kind.HOST, LeftOut.DELETED_HERE)).isEqualTo(1);
  }

  @Test
  void doesNotTouchARowOfTheSameIdThatCameIntoBeingHere() {
    String uuid = text(source, "select uuid::text from segment where id = 1");
    target.sql(
        """
        insert into segment (uuid, name, service_type, recovery_method, enabled)
        values ('%s', 'ours', 'COMPUTE', 'auto', true);
        """
            .formatted(uuid));

    ImportReport report = importing().run();

    assertThat(report.left(Kind.SEGMENT, LeftOut.FROM_HERE)).isEqualTo(1);
    assertThat(text(target, "select name from segment where uuid = '" + uuid + "'"))
        .isEqualTo("ours");
  }

  @Test
  void namesThoseWhoseNameIsTakenHereAndBringsTheRest() {
    target.sql(
        """
        insert into segment (name, service_type, recovery_method, enabled)
        values ('row-2', 'COMPUTE', 'auto', true);
        """);

    ImportReport report = importing().run();

    assertThat(report.left(Kind.SEGMENT, LeftOut.NAME_TAKEN)).isEqualTo(1);
    assertThat(report.left(Kind.HOST, LeftOut.NO_SEGMENT)).isEqualTo(4);
    assertThat(report.added(Kind.HOST)).isEqualTo(16);
    assertThat(report.hasProblems()).isTrue();
    assertThat(report.lines()).anyMatch(line -> line.startsWith("problem: 1 segments"));
  }

  @Test
  void followsAHostThatWasEnrolledAnewInAnotherSegment() {
    importing().run();
    source.sql(
        """
        update host set deleted_at = now() where id = 3;
        insert into host (segment_id, name, type, control_attributes, reserved, on_maintenance)
        select 1, name, type, control_attributes, false, false from host where id = 3;
        """);

    ImportReport report = importing().run();

    assertThat(report.deleted(Kind.HOST)).isEqualTo(1);
    assertThat(report.added(Kind.HOST)).isEqualTo(1);
    assertThat(target.everything()).isEqualTo(source.everything());
  }

  @Test
  void deletesNothingThatCameFromElsewhere() {
    importing().run();
    try (Masakari other = Masakari.empty()) {
      other.sql(
          """
          insert into segment (name, service_type, recovery_method, enabled)
          values ('elsewhere', 'COMPUTE', 'auto', true);
          """);

      ImportReport report = new Importing(other.url(), target.database.database()).run();

      assertThat(report.deleted(Kind.SEGMENT)).isZero();
      assertThat(target.count("select count(*) from segment where deleted_at is null"))
          .isEqualTo(6);
    }
  }

  @Test
  void deletesNothingWhereTheSourceIsEmpty() {
    importing().run();
    source.sql("update host set deleted_at = now(); update segment set deleted_at = now();");

    importing().run();

    assertThat(target.count("select count(*) from host where deleted_at is null")).isEqualTo(20);
  }

  @Test
  void leavesASegmentAloneWhileARecoveryHereUsesIt() {
    importing().run();
    target.sql(
        """
        insert into failure_notification
               (host_id, host_uuid, segment_uuid, type, payload, generated_time)
        select h.id, h.uuid, s.uuid, 'PROCESS', '{}', now()
          from host h join segment s on s.id = h.segment_id where h.id = 2;
        """);
    source.sql("update segment set description = 'moved', updated_at = now();");

    ImportReport report = importing().run();

    assertThat(report.left(Kind.SEGMENT, LeftOut.IN_USE_HERE)).isEqualTo(1);
    assertThat(report.changed(Kind.SEGMENT)).isEqualTo(4);
  }

  @Test
  void bringsTheHistoryOfHostsThatAreGoneAndShowsNoSuchHost() {
    source.addHistory(20);
    source.sql(
        """
        update host set deleted_at = now() where segment_id = 2;
        update segment set deleted_at = now() where id = 2;
        """);

    importing().run();

    assertThat(target.everything()).isEqualTo(source.everything());
    assertThat(target.list("/v1/segments", "segments")).hasSize(4);
  }

  @Test
  void aReportRepeatedAfterTheSwitchIsADuplicate() {
    source.addHistory(1);
    source.sql(
        """
        update failure_notification
           set generated_time = date_trunc('second', timestamptz '2026-02-03 11:40:03.512907Z');
        """);
    importing().run();
    FailureReport repeated =
        new FailureReport(
            FailureType.COMPUTE_HOST,
            text(source, "select name from host where id = 1"),
            Instant.parse("2026-02-03T11:40:03.512907Z"),
            Map.of("event", "STOPPED", "host_status", "NORMAL", "cluster_status", "OFFLINE"));

    try (Intake intake =
        new Intake(target.database.database(), IntakeSettings.DEFAULTS, Clock.system(), () -> {})) {
      intake.start();
      assertThatThrownBy(() -> intake.accept(repeated))
          .isInstanceOf(RefusedException.class)
          .hasMessageContaining("is duplicate");
    }
  }

  @Test
  void aDryRunCountsTheSameAndWritesNothing() {
    source.addHistory(60);
    source.sql("update failure_notification set status = 'running' where id = 4;");
    String before = snapshot();

    ImportReport rehearsal = importing().run(new Import.Options(true, null, true, 200));
    assertThat(snapshot()).isEqualTo(before);

    ImportReport real = importing().run();
    for (Kind kind : List.of(Kind.SEGMENT, Kind.HOST, Kind.NOTIFICATION)) {
      assertThat(rehearsal.added(kind)).isEqualTo(real.added(kind)).isPositive();
    }
    assertThat(rehearsal.left(Kind.NOTIFICATION, LeftOut.STILL_OPEN)).isEqualTo(1);
  }

  @Test
  void goesOnWhereItWasKilled() {
    source.addHistory(60);
    AtomicInteger commits = new AtomicInteger();
    CommitObserver killer =
        new CommitObserver() {
          @Override
          public void beforeCommit() {
            if (commits.incrementAndGet() == 8) {
              throw new IllegalStateException("killed");
            }
          }

          @Override
          public void afterCommit() {}
        };
    Import.Options small = new Import.Options(false, null, true, 10);
    try (var pool = Databases.connect(target.database.settings())) {
      Importing doomed = new Importing(source.url(), new Database(pool, killer));
      assertThatThrownBy(() -> doomed.run(small)).hasMessage("killed");
    }
    long survived = target.count("select count(*) from failure_notification");
    assertThat(survived).isBetween(10L, 50L);

    ImportReport report = importing().run(small);

    assertThat(report.same(Kind.NOTIFICATION)).isEqualTo(survived);
    assertThat(report.added(Kind.NOTIFICATION)).isEqualTo(60 - survived);
    assertThat(target.everything()).isEqualTo(source.everything());
  }

  @Test
  void bringsThousandsPageByPageFromASourceThatCapsItsPages() {
    source.close();
    source = Masakari.capped(100);
    source.addInventory(3, 150);
    source.addHistory(3000);

    ImportReport report = importing().run(new Import.Options(false, null, true, 500));

    assertThat(report.added(Kind.HOST)).isEqualTo(450);
    assertThat(report.added(Kind.NOTIFICATION)).isEqualTo(3000);
    assertThat(report.added(Kind.VMOVE)).isEqualTo(4000);
    String all =
        """
        select md5(string_agg(n.uuid::text || n.status || n.payload::text || n.generated_time::text, ','
                   order by n.id)) from failure_notification n\
        """;
    assertThat(text(target, all)).isEqualTo(text(source, all));
    String moves =
        "select md5(string_agg(uuid::text || status || coalesce(start_time::text, ''), ',' order by id)) from vmove";
    assertThat(text(target, moves)).isEqualTo(text(source, moves));
  }

  @Test
  void sayingSinceWhenLeavesOutWhatIsOlder() {
    source.addHistory(60);
    Instant since = Instant.parse("2026-02-03T12:10:03.512907Z");

    ImportReport report = importing().run(new Import.Options(false, since, true, 200));

    assertThat(report.added(Kind.NOTIFICATION)).isEqualTo(30);
  }

  @Test
  void bringsDetailsLaterThatWereNotAskedForAtFirst() {
    source.addHistory(60);
    ImportReport first = importing().run(new Import.Options(false, null, false, 200));
    assertThat(first.left(Kind.DETAILS, LeftOut.NOT_ASKED)).isEqualTo(60);
    assertThat(target.count("select count(*) from recovery_step")).isZero();

    importing().run();

    assertThat(target.everything()).isEqualTo(source.everything());
  }

  private Importing importing() {
    return new Importing(source.url(), target.database.database());
  }

  private static String text(Masakari server, String sql) {
    return server
        .database
        .database()
        .read(handle -> handle.createQuery(sql).mapTo(String.class).one());
  }

  /** Every row of the tables that an import writes, whole. */
  private String snapshot() {
    return text(
        target,
        """
        select concat_ws('|',
                 (select string_agg(t::text, ',' order by id) from segment t),
                 (select string_agg(t::text, ',' order by id) from host t),
                 (select string_agg(t::text, ',' order by id) from failure_notification t),
                 (select string_agg(t::text, ',' order by id) from recovery t),
                 (select string_agg(t::text, ',' order by id) from recovery_step t),
                 (select string_agg(t::text, ',' order by id) from recovery_step_message t),
                 (select string_agg(t::text, ',' order by id) from vmove t))\
        """);
  }
}
