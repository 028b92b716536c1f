package io.tocsin.recovery;

import static org.assertj.core.api.Assertions.assertThat;

import io.tocsin.compute.CloudLocation;
import io.tocsin.compute.CloudSettings;
import io.tocsin.compute.NovaCloud;
import io.tocsin.failover.FailureNotification;
import io.tocsin.failover.FailureStatus;
import io.tocsin.openstack.Credentials;
import io.tocsin.openstack.Credentials.Domain;
import io.tocsin.openstack.Credentials.Subject;
import io.tocsin.openstack.Keystone;
import io.tocsin.openstack.KeystoneSettings;
import io.tocsin.simulator.RegionSpec;
import io.tocsin.store.CommitObserver;
import io.tocsin.store.Secret;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Our own trouble with Keystone is no failure of the instances. */
class RefusedLogOnTest {
  private static final String HOST = "host-02";

  private final Rehearsal rehearsal = new Rehearsal(new RegionSpec(3, 30));
  private final List<AutoCloseable> clients = new ArrayList<>();

  @AfterEach
  void close() throws Exception {
    rehearsal.close();
    for (AutoCloseable client : clients.reversed()) {
      client.close();
    }
  }

  @Test
  void waitsUntilANodeHasTheRightPasswordAndLosesNoAttempt() {
    rehearsal.control("PATCH", "/simulator/settings", "{\"demand_tokens\": true}");
    Recoveries first = startNode("an old password");
    FailureNotification report = rehearsal.failHost(HOST);
    Rehearsal.await(
        Duration.ofSeconds(30),
        () -> ("" + rehearsal.notification(report).message()).contains("refuses the log-on"));
    Rehearsal.await(Duration.ofSeconds(30), () -> outagesInARow() >= 3);
    assertThat(rehearsal.notification(report).status().isFinal()).isFalse();
    assertThat(rehearsal.instancesOn(HOST)).hasSize(10);
    first.stop(Duration.ZERO);

    startNode("secret");

    FailureNotification end = rehearsal.awaitEnd(report);
    assertThat(end.status()).as(end.message()).isEqualTo(FailureStatus.FINISHED);
    assertThat(rehearsal.instancesOn(HOST)).isEmpty();
    assertThat(rehearsal.vmoves(report))
        .hasSize(10)
        .allSatisfy(vmove -> assertThat(vmove.status()).isEqualTo(VmoveStatus.SUCCEEDED));
    assertThat(number("select attempt from recovery")).isEqualTo(1);
  }

  private int outagesInARow() {
    return number("select outages from recovery");
  }

  private int number(String query) {
    return rehearsal
        .testDatabase
        .database()
        .read(handle -> handle.createQuery(query).mapTo(Integer.class).one());
  }

  private Recoveries startNode(String password) {
    Domain domain = new Domain.ByName("Default");
    Credentials credentials =
        new Credentials.Password(
            new Subject.ByName("tocsin", domain),
            new Secret(password),
            new Subject.ByName("service", domain));
    RandomGenerator random = RandomGenerator.getDefault();
    Keystone keystone =
        new Keystone(
            new KeystoneSettings(
                rehearsal.url("/identity"), credentials, null, Duration.ofSeconds(10)),
            random,
            Rehearsal.CLOCK);
    clients.add(keystone);
    NovaCloud cloud =
        new NovaCloud(
            CloudSettings.defaults(rehearsal.url("/compute/v2.1")),
            CloudLocation.usual(),
            keystone,
            random,
            Rehearsal.CLOCK);
    clients.add(cloud);
    return rehearsal.startNode(cloud, CommitObserver.NONE, Rehearsal.SETTINGS);
  }
}
