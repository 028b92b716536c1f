package io.tocsin.failover;

import static io.tocsin.failover.Fixture.FIRST_PAGE;
import static io.tocsin.failover.Fixture.NOON;
import static io.tocsin.failover.Fixture.down;
import static io.tocsin.failover.Refused.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class HostsTest {
  private static final HostChange TO_MAINTENANCE = new HostChange(null, null, null, null, true);

  private final Fixture fixture = new Fixture();
  private final Hosts hosts = fixture.hosts;
  private final Segment segment = fixture.segment("rack");
  private final String segmentId = segment.id().toString();

  @AfterEach
  void close() {
    fixture.close();
  }

  @Test
  void returnsWhatLaterReadsShow() {
    Host created = hosts.create(segmentId, new NewHost("c-1", "KVM", "IPMI", true, false));

    assertThat(hosts.require(segmentId, created.id().toString())).isEqualTo(created);
    assertThat(hosts.find(created.number())).contains(created);
    assertThat(created.segment()).isEqualTo(segment);
    assertThat(created.name()).isEqualTo("c-1");
    assertThat(created.type()).isEqualTo("KVM");
    assertThat(created.controlAttributes()).isEqualTo("IPMI");
    assertThat(created.isReserved()).isTrue();
    assertThat(created.isOnMaintenance()).isFalse();
    assertThat(created.updatedAt()).isNull();
  }

  @Test
  void enrolsOnlyWhatTheCloudKnows() {
    Refusal unknown =
        new Refusal.Invalid("Compute service with name unknown-1 could not be found.");
    Host host = fixture.host(segment, "c-1");

    assertRefused(() -> fixture.host(segment, "unknown-1"), unknown);
    assertRefused(
        () -> fixture.update(host, new HostChange("unknown-1", null, null, null, null)), unknown);
    assertThat(hosts.list(segmentId, HostFilter.ALL, FIRST_PAGE)).containsExactly(host);
  }

  @Test
  void asksTheCloudOnlyWhenAHostIsEnrolledOrNamed() {
    List<String> asked = new ArrayList<>();
    Hosts listening = new Hosts(fixture.database, asked::add);
    Host host = listening.create(segmentId, new NewHost("c-1", "", "", false, false));
    String id = host.id().toString();

    listening.update(segmentId, id, TO_MAINTENANCE);
    listening.update(segmentId, id, new HostChange("c-1", null, null, null, null));
    listening.delete(segmentId, id);

    assertThat(asked).containsExactly("c-1", "c-1");
  }

  @Test
  void storesNothingWhenTheCloudDoesNotAnswer() {
    RefusedException silence = new RefusedException(new Refusal.Busy("no answer"));
    Hosts deaf =
        new Hosts(
            fixture.database,
            _ -> {
              throw silence;
            });

    assertThatThrownBy(() -> deaf.create(segmentId, new NewHost("c-1", "", "", false, false)))
        .isSameAs(silence);
    assertThat(hosts.list(segmentId, HostFilter.ALL, FIRST_PAGE)).isEmpty();
  }

  @Test
  void refusesANameThatAnyLiveHostHas() {
    Segment otherSegment = fixture.segment("other");
    Host first = fixture.host(segment, "taken");
    Host other = fixture.host(otherSegment, "free");
    Refusal taken = new Refusal.Conflict("Host with name taken already exists.");
    HostChange rename = new HostChange("taken", null, null, null, null);

    assertRefused(() -> fixture.host(otherSegment, "taken"), taken);
    assertRefused(() -> fixture.update(other, rename), taken);

    hosts.delete(segmentId, first.id().toString());
    assertThat(fixture.update(other, rename).name()).isEqualTo("taken");
  }

  @Test
  void changesOnlyWhatIsInTheChange() {
    Host before = fixture.host(segment, "c-1");

    Host after = fixture.update(before, TO_MAINTENANCE);

    assertThat(after.isOnMaintenance()).isTrue();
    assertThat(after.updatedAt()).isNotNull();
    assertThat(after)
        .usingRecursiveComparison()
        .ignoringFields("isOnMaintenance", "updatedAt")
        .isEqualTo(before);
    Host renamed = fixture.update(before, new HostChange("c-2", "LXC", "none", true, false));
    assertThat(renamed.name()).isEqualTo("c-2");
    assertThat(renamed.type()).isEqualTo("LXC");
    assertThat(renamed.controlAttributes()).isEqualTo("none");
    assertThat(renamed.isReserved()).isTrue();
    assertThat(renamed.isOnMaintenance()).isFalse();
    assertThat(hosts.require(segmentId, before.id().toString())).isEqualTo(renamed);
  }

  @Test
  void wordsAMissingHostByTheShapeOfItsId() {
    Host elsewhere = fixture.host(fixture.segment("other"), "c-1");
    String unknown = new UUID(1, 2).toString();

    assertRefused(
        () -> hosts.require(segmentId, "42"), new Refusal.NotFound("No host with id 42."));
    for (String id : List.of(unknown, elsewhere.id().toString())) {
      assertRefused(() -> hosts.require(segmentId, id), notUnder(segmentId, id));
    }
    assertRefused(() -> hosts.require("13", unknown), notUnder("13", unknown));
    for (String id : List.of("42", unknown, elsewhere.id().toString())) {
      assertRefused(() -> hosts.update(segmentId, id, TO_MAINTENANCE), notUnder(segmentId, id));
      assertRefused(() -> hosts.delete(segmentId, id), notUnder(segmentId, id));
    }
  }

  private static Refusal notUnder(String segmentId, String hostId) {
    return new Refusal.NotFound(
        "Host '%s' under failover_segment '%s' could not be found.".formatted(hostId, segmentId));
  }

  @Test
  void isLeftAloneWhileANotificationOfAnyHostOfItsSegmentIsOpen() {
    Host failed = fixture.host(segment, "c-1");
    Host neighbour = fixture.host(segment, "c-2");
    Host stranger = fixture.host(fixture.segment("other"), "c-3");
    FailureNotification open = fixture.intake.accept(down("c-1", NOON));

    for (Host host : List.of(failed, neighbour)) {
      String text = "Host %s can't be %%s as it is in-use to process notifications.";
      assertRefused(
          () -> fixture.update(host, TO_MAINTENANCE),
          new Refusal.Conflict(text.formatted(host.id()).formatted("updated")));
      assertRefused(
          () -> fixture.update(host, new HostChange("unknown", null, null, null, null)),
          new Refusal.Conflict(text.formatted(host.id()).formatted("updated")));
      assertRefused(
          () -> hosts.delete(segmentId, host.id().toString()),
          new Refusal.Conflict(text.formatted(host.id()).formatted("deleted")));
    }
    fixture.update(stranger, TO_MAINTENANCE);

    fixture.finish(open);
    fixture.update(neighbour, TO_MAINTENANCE);
    hosts.delete(segmentId, failed.id().toString());
  }

  @Test
  void isReadByItsNumberAfterItsDeletion() {
    Host host = fixture.host(segment, "c-1");
    hosts.delete(segmentId, host.id().toString());

    Host read = hosts.find(host.number()).orElseThrow();

    assertThat(read.isLive()).isFalse();
    assertThat(read.name()).isEqualTo("c-1");
    assertThat(hosts.find(host.number() + 1000)).isEmpty();
  }

  @Test
  void goesOutOfServiceEvenWhileInUse() {
    Host spare = hosts.create(segmentId, new NewHost("c-1", "", "", true, false));
    fixture.intake.accept(down("c-1", NOON));

    fixture.database.inTransaction(handle -> {
      hosts.takeOutOfService(handle, spare.number());
      return spare;
    });

    Host after = hosts.require(segmentId, spare.id().toString());
    assertThat(after.isOnMaintenance()).isTrue();
    assertThat(after.isReserved()).isFalse();
    assertThat(after.updatedAt()).isNotNull();
  }

  @Test
  void listsByExactFilters() {
    Host plain = fixture.host(segment, "plain");
    Host spare = hosts.create(segmentId, new NewHost("spare", "LXC", "", true, false));
    Host ill = hosts.create(segmentId, new NewHost("ill", "LXC", "", false, true));
    fixture.host(fixture.segment("other"), "elsewhere");

    assertThat(list(HostFilter.ALL)).containsExactly(ill, spare, plain);
    assertThat(list(new HostFilter("LXC", null, null))).containsExactly(ill, spare);
    assertThat(list(new HostFilter("lxc", null, null))).isEmpty();
    assertThat(list(new HostFilter("\0", null, null))).isEmpty();
    assertThat(list(new HostFilter(null, true, null))).containsExactly(ill);
    assertThat(list(new HostFilter(null, null, true))).containsExactly(spare);
    assertThat(list(new HostFilter("LXC", false, false))).isEmpty();
  }

  private List<Host> list(HostFilter filter) {
    return hosts.list(segmentId, filter, FIRST_PAGE);
  }
}
