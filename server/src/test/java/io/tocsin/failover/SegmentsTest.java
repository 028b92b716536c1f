package io.tocsin.failover;

import static io.tocsin.failover.Fixture.FIRST_PAGE;
import static io.tocsin.failover.Fixture.NOON;
import static io.tocsin.failover.Fixture.down;
import static io.tocsin.failover.Refused.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SegmentsTest {
  private static final SegmentChange NOTHING = new SegmentChange(null, null, null, null, null);

  private final Fixture fixture = new Fixture();
  private final Segments segments = fixture.segments;

  @AfterEach
  void close() {
    fixture.close();
  }

  @Test
  void returnsWhatLaterReadsShow() {
    Segment created =
        segments.create(
            new NewSegment("row-c", "COMPUTE", RecoveryMethod.RH_PRIORITY, false, "two spares"));

    assertThat(segments.require(created.id().toString())).isEqualTo(created);
    assertThat(created.name()).isEqualTo("row-c");
    assertThat(created.serviceType()).isEqualTo("COMPUTE");
    assertThat(created.recoveryMethod()).isEqualTo(RecoveryMethod.RH_PRIORITY);
    assertThat(created.isEnabled()).isFalse();
    assertThat(created.description()).isEqualTo("two spares");
    assertThat(created.createdAt()).isEqualTo(created.createdAt().truncatedTo(ChronoUnit.SECONDS));
    assertThat(created.updatedAt()).isNull();
  }

  @Test
  void findsByAnIdInUpperCase() {
    Segment created = fixture.segment("row-c");

    String upper = created.id().toString().toUpperCase(java.util.Locale.ROOT);

    assertThat(segments.require(upper)).isEqualTo(created);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "13",
        "",
        "garbage",
        "7d0c1f525a0e4a7e9a530a6f2f1b9c11",
        "7d0c1f52-5a0e-4a7e-9a53-0a6f2f1b9c1",
        "7d0c1f52-5a0e-4a7e-9a53-0a6f2f1b9c1g",
        "7d0c1f52-5a0e-4a7e-9a53-0a6f2f1b9c11",
        "1-2-3-4-5",
        "\0'; drop table segment; --"
      })
  void saysThatThereIsNoSuchSegment(String id) {
    Refusal expected = new Refusal.NotFound("No failover segment with id " + id + ".");

    assertRefused(() -> segments.require(id), expected);
    assertRefused(() -> segments.update(id, NOTHING), expected);
    assertRefused(() -> segments.delete(id), expected);
    assertRefused(() -> fixture.hosts.list(id, HostFilter.ALL, FIRST_PAGE), expected);
    assertRefused(
        () -> fixture.hosts.create(id, new NewHost("h", "COMPUTE", "SSH", false, false)), expected);
  }

  @Test
  void refusesANameInUseUntilItsSegmentIsDeleted() {
    Segment first = fixture.segment("taken");
    Segment other = fixture.segment("other");
    Refusal taken = new Refusal.Conflict("Failover segment with name taken already exists.");
    SegmentChange rename = new SegmentChange("taken", null, null, null, null);

    assertRefused(() -> fixture.segment("taken"), taken);
    assertRefused(() -> segments.update(other.id().toString(), rename), taken);

    segments.delete(first.id().toString());
    assertThat(segments.update(other.id().toString(), rename).name()).isEqualTo("taken");
  }

  @Test
  void changesOnlyWhatIsInTheChange() {
    Segment before =
        segments.create(new NewSegment("row-c", "COMPUTE", RecoveryMethod.AUTO, true, "text"));
    String id = before.id().toString();

    Segment disabled = segments.update(id, new SegmentChange(null, null, null, false, null));

    assertThat(disabled.updatedAt()).isNotNull();
    assertThat(disabled)
        .usingRecursiveComparison()
        .ignoringFields("isEnabled", "updatedAt")
        .isEqualTo(before);
    assertThat(disabled.isEnabled()).isFalse();

    Segment renamed =
        segments.update(
            id, new SegmentChange("row-d", "ceph", RecoveryMethod.RESERVED_HOST, null, null));
    assertThat(renamed.name()).isEqualTo("row-d");
    assertThat(renamed.serviceType()).isEqualTo("ceph");
    assertThat(renamed.recoveryMethod()).isEqualTo(RecoveryMethod.RESERVED_HOST);
    assertThat(renamed.description()).isEqualTo("text");

    SegmentChange silence =
        new SegmentChange(null, null, null, null, new SegmentChange.Description(null));
    assertThat(segments.update(id, silence).description()).isNull();
    assertThat(segments.require(id).description()).isNull();
  }

  @Test
  void deletesItsHostsWithIt() {
    Segment segment = fixture.segment("row-c");
    Host host = fixture.host(segment, "c-1");

    segments.delete(segment.id().toString());

    assertRefused(
        () -> segments.require(segment.id().toString()),
        new Refusal.NotFound("No failover segment with id " + segment.id() + "."));
    assertThat(fixture.hosts.find(host.number()).orElseThrow().isLive()).isFalse();
    assertThat(fixture.host(fixture.segment("row-c"), "c-1").isLive()).isTrue();
  }

  @Test
  void isLeftAloneWhileANotificationOfOneOfItsHostsIsOpen() {
    Segment segment = fixture.segment("row-c");
    fixture.host(segment, "c-1");
    FailureNotification open = fixture.intake.accept(down("c-1", NOON));
    String id = segment.id().toString();

    assertRefused(
        () -> segments.update(id, NOTHING),
        new Refusal.Conflict(
            "Failover segment %s can't be updated as it is in-use to process notifications."
                .formatted(id)));
    assertRefused(
        () -> segments.delete(id),
        new Refusal.Conflict(
            "Failover segment (%s) can't be deleted as it is in-use to process notifications."
                .formatted(id)));

    fixture.finish(open);
    segments.update(id, NOTHING);
    segments.delete(id);
  }

  @Test
  void listsByExactFilters() {
    Segment auto = fixture.segment("auto");
    Segment spare =
        segments.create(new NewSegment("spare", "ceph", RecoveryMethod.RESERVED_HOST, false, null));

    assertThat(list(SegmentFilter.ALL)).containsExactly(spare, auto);
    assertThat(list(new SegmentFilter("auto", null, null))).containsExactly(auto);
    assertThat(list(new SegmentFilter(null, "ceph", null))).containsExactly(spare);
    assertThat(list(new SegmentFilter(null, null, true))).containsExactly(auto);
    assertThat(list(new SegmentFilter("auto", "ceph", null))).isEmpty();
    assertThat(list(new SegmentFilter("AUTO", null, null))).isEmpty();
    assertThat(list(new SegmentFilter("\0", null, null))).isEmpty();
    assertThat(list(new SegmentFilter(null, "\ud800", null))).isEmpty();
  }

  @Test
  void givesNothingAwayToAnIdThatWasNeverHanded() {
    fixture.segment("row-c");

    String id = new UUID(1, 2).toString();

    assertRefused(
        () -> segments.require(id),
        new Refusal.NotFound("No failover segment with id " + id + "."));
  }

  private List<Segment> list(SegmentFilter filter) {
    return segments.list(filter, FIRST_PAGE);
  }
}
