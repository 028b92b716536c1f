package io.tocsin.instanceha;

import io.tocsin.clock.Clock;
import io.tocsin.failover.FailureNotifications;
import io.tocsin.failover.Hosts;
import io.tocsin.failover.Intake;
import io.tocsin.failover.IntakeSettings;
import io.tocsin.failover.Refusal;
import io.tocsin.failover.RefusedException;
import io.tocsin.failover.Segments;
import io.tocsin.http.HttpSettings;
import io.tocsin.http.Listener;
import io.tocsin.http.Mounts;
import io.tocsin.http.Routes.Route;
import io.tocsin.identity.Authenticator;
import io.tocsin.identity.Policy;
import io.tocsin.instanceha.RouteTable.Target;
import io.tocsin.recovery.RecoveryHistory;
import io.tocsin.store.Database;
import io.tocsin.store.TestDatabase;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.List;
import java.util.Random;

/**
 * The API on a real socket, over the real services on a fresh database. No engine runs, so what is
 * accepted stays {@code new}. The cloud knows every host but those called {@code unknown…}, does
 * not answer about those called {@code silent…}, and forbids to ask about {@code forbidden…}.
 */
public final class TestApi implements AutoCloseable {
  /** All that requests can change. */
  static final List<String> TABLES =
      List.of(
          "segment",
          "host",
          "failure_notification",
          "recovery",
          "recovery_step",
          "recovery_step_message",
          "vmove");

  private static final long REQUEST_ID_SEED = 20260203;

  private final Database database;
  private final Intake intake;
  private final InstanceHa api;
  private final Listener listener;

  /** Who may call, and what they may do. */
  record Access(Authenticator authenticator, Policy policy) {
    static final Access OPEN = new Access(Authenticator.NOBODY_IS_ASKED, Policy.defaults());
  }

  private TestApi(
      Database database, InstanceHaSettings settings, Access access, HttpSettings http) {
    this.database = database;
    this.intake = new Intake(database, IntakeSettings.DEFAULTS, Clock.system(), () -> {});
    api =
        new InstanceHa(
            new InstanceHa.Services(
                new Segments(database),
                new Hosts(database, TestApi::isKnownToTheCloud),
                new FailureNotifications(database),
                intake,
                new RecoveryHistory(database)),
            settings,
            access.authenticator(),
            access.policy());
    listener = new Listener(http, api.on(Mounts.of()), Clock.system(), new Random(REQUEST_ID_SEED));
  }

  public static TestApi start(Database database, InstanceHaSettings settings) {
    return start(database, settings, Access.OPEN);
  }

  static TestApi start(Database database, InstanceHaSettings settings, Access access) {
    return start(database, settings, access, HttpSettings.at("127.0.0.1", 0));
  }

  static TestApi start(
      Database database, InstanceHaSettings settings, Access access, HttpSettings http) {
    TestApi api = new TestApi(database, settings, access, http);
    api.intake.start();
    api.listener.start();
    return api;
  }

  public static TestApi start(TestDatabase database) {
    return start(database.database(), InstanceHaSettings.DEFAULTS);
  }

  InetSocketAddress address() {
    return listener.address();
  }

  public URI uri(String pathAndQuery) {
    return URI.create("http://127.0.0.1:%d%s".formatted(address().getPort(), pathAndQuery));
  }

  List<Route<Target>> routes() {
    return api.routes().all();
  }

  Database database() {
    return database;
  }

  private static boolean isKnownToTheCloud(String host) {
    if (host.startsWith("silent")) {
      throw new RefusedException(new Refusal.Busy("The compute service does not answer."));
    }
    if (host.startsWith("forbidden")) {
      throw new RefusedException(
          new Refusal.Forbidden(
              "Policy doesn't allow os_compute_api:os-services:list to be performed."));
    }
    return !host.startsWith("unknown");
  }

  @Override
  public void close() {
    listener.close();
    intake.close();
  }
}
