package io.tocsin.failover;

import io.tocsin.clock.Clock;
import io.tocsin.store.Database;
import io.tocsin.store.PageRequest;
import io.tocsin.store.PageRequest.SortKey;
import io.tocsin.store.PostgresVersion;
import io.tocsin.store.TestDatabase;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/** The room's services on a fresh database, and short words for what tests do with them. */
final class Fixture implements AutoCloseable {
  static final Instant NOON = Instant.parse("2026-02-03T12:00:00.512907Z");
  static final PageRequest FIRST_PAGE =
      new PageRequest(
          1000,
          OptionalLong.empty(),
          List.of(new SortKey("created_at", false), new SortKey("id", false)));

  final TestDatabase testDatabase;
  final Database database;
  final Segments segments;
  final Hosts hosts;
  final FailureNotifications notifications;
  final Intake intake;

  Fixture() {
    this(PostgresVersion.EMBEDDED);
  }

  Fixture(PostgresVersion version) {
    testDatabase = TestDatabase.create(version);
    database = testDatabase.database();
    segments = new Segments(database);
    hosts = new Hosts(database, name -> !name.startsWith("unknown"));
    notifications = new FailureNotifications(database);
    intake = newIntake(IntakeSettings.DEFAULTS);
  }

  Intake newIntake(IntakeSettings settings) {
    return new Intake(database, settings, Clock.system(), () -> {});
  }

  Segment segment(String name) {
    return segments.create(new NewSegment(name, "COMPUTE", RecoveryMethod.AUTO, true, null));
  }

  Host host(Segment segment, String name) {
    return hosts.create(segment.id().toString(), new NewHost(name, "COMPUTE", "SSH", false, false));
  }

  Host update(Host host, HostChange change) {
    return hosts.update(host.segment().id().toString(), host.id().toString(), change);
  }

  /** As an engine does when it is done with it. */
  void finish(FailureNotification notification) {
    database.inTransaction(handle -> {
      notifications.changeStatus(handle, notification.number(), FailureStatus.FINISHED, null);
      return notification;
    });
  }

  static FailureReport down(String hostname, Instant generatedTime) {
    return new FailureReport(
        FailureType.COMPUTE_HOST,
        hostname,
        generatedTime,
        Map.of("event", "STOPPED", "host_status", "NORMAL", "cluster_status", "OFFLINE"));
  }

  static FailureReport process(String hostname, String name, Instant generatedTime) {
    return new FailureReport(
        FailureType.PROCESS,
        hostname,
        generatedTime,
        Map.of("event", "STOPPED", "process_name", name));
  }

  @Override
  public void close() {
    testDatabase.close();
  }
}
