package io.tocsin.failover;

import static io.tocsin.failover.Fixture.FIRST_PAGE;
import static io.tocsin.failover.Fixture.NOON;
import static io.tocsin.failover.Fixture.down;
import static io.tocsin.failover.Fixture.process;
import static io.tocsin.failover.Refused.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tocsin.store.EveryPostgres;
import io.tocsin.store.PageRequest;
import io.tocsin.store.PageRequest.SortKey;
import io.tocsin.store.PostgresVersion;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.Random;
import java.util.function.Function;
import java.util.function.ToLongFunction;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class PagesTest {
  private static final int ROWS = 12;
  private static final List<RecoveryMethod> METHODS = List.of(RecoveryMethod.values());

  @EveryPostgres
  void walksEveryListInEveryOrderWithoutGapOrRepeat(PostgresVersion version) {
    try (Fixture fixture = new Fixture(version)) {
      Segment segment = fill(fixture);
      String segmentId = segment.id().toString();
      Random random = new Random(20260203);

      for (String column : Segments.SORT_COLUMNS) {
        for (int i = 0; i < 3; i++) {
          List<SortKey> sort = sort(random, column, Segments.SORT_COLUMNS, i);
          walk(page -> fixture.segments.list(SegmentFilter.ALL, page), Segment::number, sort);
        }
      }
      for (String column : Hosts.SORT_COLUMNS) {
        for (int i = 0; i < 3; i++) {
          List<SortKey> sort = sort(random, column, Hosts.SORT_COLUMNS, i);
          walk(page -> fixture.hosts.list(segmentId, HostFilter.ALL, page), Host::number, sort);
        }
      }
      for (String column : FailureNotifications.SORT_COLUMNS) {
        for (int i = 0; i < 3; i++) {
          List<SortKey> sort = sort(random, column, FailureNotifications.SORT_COLUMNS, i);
          walk(
              page -> fixture.notifications.list(FailureFilter.ALL, page),
              FailureNotification::number,
              sort);
        }
      }
    }
  }

  /** {@code column} and sometimes a second one, each way, then the ones that are always added. */
  private static List<SortKey> sort(Random random, String column, List<String> all, int i) {
    List<SortKey> sort = new ArrayList<>();
    sort.add(new SortKey(column, i % 2 == 0));
    if (i >= 2) {
      sort.add(new SortKey(all.get(random.nextInt(all.size())), random.nextBoolean()));
    }
    boolean ties = random.nextBoolean();
    sort.add(new SortKey("created_at", ties));
    sort.add(new SortKey("id", ties));
    return sort;
  }

  private static <T> void walk(
      Function<PageRequest, List<T>> list, ToLongFunction<T> number, List<SortKey> sort) {
    List<T> whole = list.apply(new PageRequest(1000, OptionalLong.empty(), sort));
    assertThat(whole).hasSize(ROWS);
    List<T> walked = new ArrayList<>();
    OptionalLong marker = OptionalLong.empty();
    while (true) {
      List<T> page = list.apply(new PageRequest(5, marker, sort));
      if (page.isEmpty()) {
        break;
      }
      walked.addAll(page);
      assertThat(walked).as("in the order " + sort).hasSizeLessThanOrEqualTo(ROWS);
      marker = OptionalLong.of(number.applyAsLong(page.getLast()));
    }
    assertThat(walked).as("in the order " + sort).isEqualTo(whole);
  }

  /** Rows with equal and with null values in every column that can have them. */
  private static Segment fill(Fixture fixture) {
    List<Segment> segments = new ArrayList<>();
    for (int i = 0; i < ROWS; i++) {
      segments.add(
          fixture.segments.create(
              new NewSegment(
                  "segment-" + i,
                  "type-" + i % 3,
                  METHODS.get(i % 4),
                  i % 2 == 0,
                  i % 3 == 0 ? null : "text " + i % 2)));
    }
    Segment segment = segments.getFirst();
    SegmentChange touch = new SegmentChange(null, null, null, null, null);
    segments.stream().skip(7).forEach(s -> fixture.segments.update(s.id().toString(), touch));
    List<Host> hosts = new ArrayList<>();
    for (int i = 0; i < ROWS; i++) {
      hosts.add(
          fixture.hosts.create(
              segment.id().toString(),
              new NewHost("host-" + i, "type" + i % 3, "a" + i % 2, i % 2 == 0, false)));
    }
    hosts.stream()
        .skip(7)
        .forEach(h -> fixture.update(h, new HostChange(null, null, null, null, false)));
    for (int i = 0; i < ROWS; i++) {
      String host = "host-" + i % 4;
      FailureReport report =
          i % 3 == 0
              ? down(host, NOON.plusSeconds(200L * i))
              : process(host, "process-" + i % 2, NOON.plusSeconds(200L * i));
      FailureNotification accepted = fixture.intake.accept(report);
      if (i % 4 == 1) {
        fixture.database.inTransaction(handle -> {
          fixture.notifications.changeStatus(
              handle, accepted.number(), FailureStatus.IGNORED, "because");
          return accepted;
        });
      }
    }
    return segment;
  }

  @Test
  void sortsNullsFirstAscendingAndLastDescending() {
    try (Fixture fixture = new Fixture()) {
      Segment none = fixture.segment("none");
      Segment some =
          fixture.segments.create(
              new NewSegment("some", "COMPUTE", RecoveryMethod.AUTO, true, "text"));

      assertThat(byDescription(fixture, true)).containsExactly(none, some);
      assertThat(byDescription(fixture, false)).containsExactly(some, none);
    }
  }

  private static List<Segment> byDescription(Fixture fixture, boolean ascending) {
    List<SortKey> sort = List.of(new SortKey("description", ascending), new SortKey("id", true));
    return fixture.segments.list(
        SegmentFilter.ALL, new PageRequest(10, OptionalLong.empty(), sort));
  }

  @Test
  void looksMarkersUpAmongAllLiveRows() {
    try (Fixture fixture = new Fixture()) {
      Segment first = fixture.segment("first");
      Segment second =
          fixture.segments.create(
              new NewSegment("second", "COMPUTE", RecoveryMethod.AUTO, false, null));
      Segment deleted = fixture.segment("deleted");
      fixture.segments.delete(deleted.id().toString());

      assertThat(
              fixture.segments.list(
                  new SegmentFilter(null, null, true), after(second.number(), 10)))
          .containsExactly(first);
      for (long marker : new long[] {deleted.number(), 0, -1, Long.MAX_VALUE}) {
        assertRefused(
            () -> fixture.segments.list(SegmentFilter.ALL, after(marker, 0)),
            new Refusal.Invalid("Marker " + marker + " could not be found."));
      }
      assertThat(fixture.segments.list(SegmentFilter.ALL, after(second.number(), 0))).isEmpty();
    }
  }

  private static PageRequest after(long marker, int limit) {
    return new PageRequest(limit, OptionalLong.of(marker), FIRST_PAGE.sort());
  }

  @Test
  void takesNoColumnThatIsNotTheListsOwn() {
    try (Fixture fixture = new Fixture()) {
      PageRequest page =
          new PageRequest(
              1,
              OptionalLong.empty(),
              List.of(new SortKey("id; drop table segment", true), new SortKey("id", true)));

      assertThatThrownBy(() -> fixture.segments.list(SegmentFilter.ALL, page))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  /** What makes page N cost what page 1 costs: the order comes from an index, not from a sort. */
  @EveryPostgres
  void readsTheDefaultOrderFromAnIndex(PostgresVersion version) {
    try (Fixture fixture = new Fixture(version)) {
      Host host = fixture.host(fixture.segment("rack"), "c-1");
      fillManyNotifications(fixture, host);

      for (String filter :
          List.of(
              "true",
              "n.host_uuid = '" + host.id() + "'",
              "n.type = 'COMPUTE_HOST'",
              "n.status = 'failed'")) {
        assertThat(plan(fixture, filter)).as(filter).doesNotContain("Sort").contains("Index");
      }
    }
  }

  private static void fillManyNotifications(Fixture fixture, Host host) {
    fixture.database.inTransaction(handle -> {
      handle
          .createUpdate(
              """
              insert into failure_notification
                     (host_id, host_uuid, segment_uuid, type, payload, generated_time,
                      created_at, status)
              select :host_id, :host, :segment,
                     case when i % 200 = 0 then 'COMPUTE_HOST' else 'VM' end, '{}', now(),
                     date_trunc('second', now()) + i / 10 * interval '1 second',
                     case when i % 300 = 0 then 'failed' else 'finished' end
                from generate_series(1, 20000) i\
              """)
          .bind("host_id", host.number())
          .bind("host", host.id().value())
          .bind("segment", host.segment().id().value())
          .execute();
      return host;
    });
    fixture.database.read(handle -> handle.execute("analyze failure_notification"));
  }

  private static String plan(Fixture fixture, String filter) {
    return fixture.database.read(handle -> {
      var page =
          FailureNotificationStore.KEYSET.page(handle, after(markerInTheMiddle(handle), 100));
      String sql =
          "explain select * from failure_notification n where %s and %s %s"
              .formatted(filter, page.orElseThrow().condition(), page.orElseThrow().order());
      return String.join(
          "\n", page.orElseThrow().bind(handle.createQuery(sql)).mapTo(String.class).list());
    });
  }

  private static long markerInTheMiddle(org.jdbi.v3.core.Handle handle) {
    return handle
        .createQuery("select id from failure_notification order by id offset 10000 limit 1")
        .mapTo(Long.class)
        .one();
  }

  @Test
  void filtersNotifications() {
    try (Fixture fixture = new Fixture()) {
      Segment segment = fixture.segment("rack");
      Host first = fixture.host(segment, "c-1");
      fixture.host(segment, "c-2");
      FailureNotification a = fixture.intake.accept(down("c-1", NOON));
      FailureNotification b = fixture.intake.accept(down("c-2", NOON.plusSeconds(1)));
      FailureNotification c = fixture.intake.accept(process("c-1", "nova", NOON.plusSeconds(2)));
      fixture.finish(c);
      c = fixture.notifications.require(c.number());

      assertThat(list(fixture, null, null, null, null)).containsExactly(c, b, a);
      assertThat(list(fixture, "finished", null, null, null)).containsExactly(c);
      assertThat(list(fixture, null, "COMPUTE_HOST", null, null)).containsExactly(b, a);
      assertThat(list(fixture, null, null, first.id().toString(), null)).containsExactly(c, a);
      assertThat(list(fixture, null, null, null, Duration.ofSeconds(1))).containsExactly(c, b);
      for (String garbage : List.of("", "NEW", "vm", "42", "\0")) {
        assertThat(list(fixture, garbage, null, null, null)).isEmpty();
        assertThat(list(fixture, null, garbage, null, null)).isEmpty();
        assertThat(list(fixture, null, null, garbage, null)).isEmpty();
      }
    }
  }

  private static List<FailureNotification> list(
      Fixture fixture,
      @Nullable String status,
      @Nullable String type,
      @Nullable String host,
      @Nullable Duration sinceNoon) {
    return fixture.notifications.list(
        new FailureFilter(status, type, host, sinceNoon == null ? null : NOON.plus(sinceNoon)),
        FIRST_PAGE);
  }

  @Test
  void keepsTheOrderOfArrivalWithinASecond() {
    try (Fixture fixture = new Fixture()) {
      fixture.host(fixture.segment("rack"), "c-1");
      List<FailureNotification> accepted =
          IntStream.range(0, 20)
              .mapToObj(i -> fixture.intake.accept(process("c-1", "p" + i, NOON)))
              .toList();

      assertThat(fixture.notifications.list(FailureFilter.ALL, FIRST_PAGE))
          .isEqualTo(accepted.reversed());
    }
  }
}
