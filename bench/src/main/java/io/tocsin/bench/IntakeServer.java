package io.tocsin.bench;

import com.zaxxer.hikari.HikariDataSource;
import io.tocsin.clock.Clock;
import io.tocsin.failover.FailureNotifications;
import io.tocsin.failover.Hosts;
import io.tocsin.failover.Intake;
import io.tocsin.failover.IntakeSettings;
import io.tocsin.failover.Segments;
import io.tocsin.http.HttpSettings;
import io.tocsin.http.Listener;
import io.tocsin.http.Mounts;
import io.tocsin.identity.Authenticator;
import io.tocsin.identity.Policy;
import io.tocsin.instanceha.InstanceHa;
import io.tocsin.instanceha.InstanceHaSettings;
import io.tocsin.recovery.RecoveryHistory;
import io.tocsin.store.CommitObserver;
import io.tocsin.store.Database;
import io.tocsin.store.DatabaseSettings;
import io.tocsin.store.Databases;
import io.tocsin.store.Secret;
import java.io.IOException;
import java.io.OutputStream;
import java.security.SecureRandom;

/**
 * The server's API without its engine, in a process of its own: with the engine, the recoveries of
 * what one run accepted would be measured with the next.
 */
public final class IntakeServer {
  static final String URL = "BENCH_DATABASE_URL";
  static final String USER = "BENCH_DATABASE_USER";
  static final String PASSWORD = "BENCH_DATABASE_PASSWORD";
  static final String READY = "ready ";

  private IntakeServer() {}

  /** Runs until its standard input ends. */
  public static void main(String[] args) throws IOException {
    Clock clock = Clock.system();
    DatabaseSettings settings =
        DatabaseSettings.of(
            System.getenv(URL), System.getenv(USER), new Secret(System.getenv(PASSWORD)));
    try (HikariDataSource pool = Databases.connect(settings)) {
      Database database = new Database(pool, CommitObserver.NONE);
      Intake intake = new Intake(database, IntakeSettings.DEFAULTS, clock, () -> {});
      InstanceHa api =
          new InstanceHa(
              new InstanceHa.Services(
                  new Segments(database),
                  new Hosts(database, _ -> true),
                  new FailureNotifications(database),
                  intake,
                  new RecoveryHistory(database)),
              InstanceHaSettings.DEFAULTS,
              Authenticator.NOBODY_IS_ASKED,
              Policy.defaults());
      try (intake;
          Listener listener =
              new Listener(
                  HttpSettings.at("127.0.0.1", 0),
                  api.on(Mounts.of()),
                  clock,
                  new SecureRandom())) {
        intake.start();
        listener.start();
        System.out.println(READY + listener.address().getPort());
        System.in.transferTo(OutputStream.nullOutputStream());
      }
    }
  }
}
