package io.tocsin.feed;

import static io.tocsin.feed.TestFeed.HARBOUR;
import static io.tocsin.feed.TestFeed.MILL;
import static io.tocsin.feed.TestFeed.NOW;
import static io.tocsin.feed.TestFeed.ROSA;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tocsin.feed.Clause.Comparison;
import io.tocsin.identity.ResourceScope;
import io.tocsin.identity.Role;
import io.tocsin.openstack.SteppingClock;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class EventListsTest {
  private static final UUID APP = UUID.fromString("c5e7d210-94ab-4f38-b6c1-72d03e9f8a51");
  private static final UUID SPACE = UUID.fromString("f90b3a64-2d57-4e8c-91fa-b8c6d70e1453");

  private final TestFeed it = TestFeed.open();

  @AfterEach
  void close() {
    it.close();
  }

  @Test
  void showsNothingOfAnotherAccount() {
    it.publish(MILL, Contents.of("theirs"));

    assertThat(it.summaries(View.EVENTS, TestFeed.reader(Role.OWNER))).isEmpty();
  }

  @Test
  void showsEachRoleWhatItAndThoseBelowItMaySee() {
    it.publish(
        HARBOUR,
        Contents.of("everybody"),
        Contents.of("viewer").visibleTo("viewer"),
        Contents.of("member").visibleTo("member"),
        Contents.of("admin").visibleTo("admin"),
        Contents.of("owner").visibleTo("owner"),
        Contents.of("strange").visibleTo("janitor"),
        Contents.of("nobody").visibleTo());

    assertThat(it.summaries(View.NOTIFICATIONS, TestFeed.reader(Role.VIEWER)))
        .containsExactly("everybody", "viewer");
    assertThat(it.summaries(View.NOTIFICATIONS, TestFeed.reader(Role.ADMIN)))
        .containsExactly("everybody", "viewer", "member", "admin");
    assertThat(it.summaries(View.NOTIFICATIONS, TestFeed.reader(Role.OWNER)))
        .containsExactly("everybody", "viewer", "member", "admin", "owner");
  }

  @Test
  void showsEachRoleItsOwnWhereRolesMatchExactly() {
    try (TestFeed exact = TestFeed.open(new FeedSettings(true, Duration.ofSeconds(5)))) {
      exact.publish(
          HARBOUR,
          Contents.of("everybody"),
          Contents.of("viewer").visibleTo("viewer"),
          Contents.of("admin").visibleTo("admin", "viewer"));
      exact.bind(HARBOUR, ROSA, Role.ADMIN);
      exact.publish(HARBOUR, Contents.of("later").visibleTo("viewer"));

      assertThat(exact.summaries(View.EVENTS, TestFeed.reader(Role.ADMIN)))
          .containsExactly("everybody", "admin");
      assertThat(exact.summaries(View.UNREAD, TestFeed.reader(Role.ADMIN))).isEmpty();
    }
  }

  @Test
  void narrowsToNamespaces() {
    it.publish(
        HARBOUR,
        Contents.of("outside"),
        Contents.of("resource").resource(SPACE),
        Contents.of("additional").additional(APP, SPACE),
        Contents.of("uri").resourceUri("/accounts/x/k8s/v1/namespaces/" + SPACE + "/apps"),
        Contents.of("url").urls("https://a.example/", "https://b.example/namespaces/" + SPACE),
        Contents.of("elsewhere").resourceUri("/accounts/x/apps/" + SPACE));

    assertThat(it.summaries(View.EVENTS, narrowed(Set.of(SPACE))))
        .containsExactly("resource", "additional", "uri", "url");
    assertThat(it.summaries(View.EVENTS, narrowed(Set.of()))).isEmpty();
  }

  private static Reader narrowed(Set<UUID> namespaces) {
    return new Reader(HARBOUR, ROSA, Role.MEMBER, new ResourceScope.Namespaces(namespaces));
  }

  @Test
  void anEventIsGoneAtTheInstantOfItsExpiryAndStaysGone() throws InterruptedException {
    it.publish(
        HARBOUR,
        Contents.of("over").at(NOW.minusSeconds(60)).ttl(60),
        Contents.of("not yet").at(NOW.minusSeconds(60)).ttl(61),
        Contents.of("never").ttl(0));

    assertThat(it.summaries(View.EVENTS, TestFeed.reader(Role.OWNER)))
        .containsExactly("not yet", "never");
    it.setTime(NOW.plusSeconds(1));
    assertThat(it.summaries(View.EVENTS, TestFeed.reader(Role.OWNER))).containsExactly("never");
    it.setTime(NOW.minusSeconds(3600));
    assertThat(it.summaries(View.EVENTS, TestFeed.reader(Role.OWNER))).containsExactly("never");

    assertThat(it.expiry.sweep()).isEqualTo(2);
    assertThat(it.rows("event")).isEqualTo(1);
  }

  @Test
  void aNodeThatStartsWithAnEarlierClockShowsNothingThatWasOverForAnother()
      throws InterruptedException {
    it.expiry.sweep();
    it.publish(HARBOUR, Contents.of("over").at(NOW.minusSeconds(60)).ttl(60));
    Expiry another = new Expiry(it.database, new SteppingClock());
    assertThat(another.now()).isBefore(NOW);
    another.sweep();

    EventLists lists = new EventLists(it.database, another, FeedSettings.DEFAULTS);
    List<Event> seen = new ArrayList<>();
    lists.list(query(Order.DEFAULT), seen::add);
    assertThat(seen).isEmpty();
  }

  @Test
  void unreadIsWhatCameSinceTheRoleAndWasNotRead() {
    it.publish(HARBOUR, Contents.of("before"));
    it.bind(HARBOUR, ROSA, Role.VIEWER);
    List<Event> events =
        it.publish(
            HARBOUR,
            Contents.of("first"),
            Contents.of("for admins").visibleTo("admin"),
            Contents.of("log only").destinations(null),
            Contents.of("second"));
    Reader rosa = TestFeed.reader(Role.VIEWER);

    assertThat(it.summaries(View.UNREAD, rosa)).containsExactly("first", "second");
    UUID mark = View.UNREAD.idOf(events.getFirst().id(), ROSA);
    assertThat(it.lists.find(View.UNREAD, rosa, mark)).isPresent();
    assertThat(it.marks.markRead(rosa, mark)).isTrue();
    assertThat(it.marks.markRead(rosa, mark)).isFalse();
    assertThat(it.lists.find(View.UNREAD, rosa, mark)).isEmpty();
    assertThat(it.summaries(View.UNREAD, rosa)).containsExactly("second");
    assertThat(it.summaries(View.NOTIFICATIONS, rosa)).containsExactly("before", "first", "second");
  }

  @Test
  void aChangedRoleHidesMarksAndMakesNoneForWhatCouldNotBeSeen() {
    it.bind(HARBOUR, ROSA, Role.ADMIN);
    it.publish(HARBOUR, Contents.of("as admin").visibleTo("admin"));
    it.bind(HARBOUR, ROSA, Role.VIEWER);
    it.publish(HARBOUR, Contents.of("as viewer").visibleTo("admin"), Contents.of("plain"));
    assertThat(it.summaries(View.UNREAD, TestFeed.reader(Role.VIEWER))).containsExactly("plain");

    it.bind(HARBOUR, ROSA, Role.ADMIN);
    assertThat(it.summaries(View.UNREAD, TestFeed.reader(Role.ADMIN)))
        .containsExactly("as admin", "plain");
    it.bind(HARBOUR, ROSA, null);
    it.publish(HARBOUR, Contents.of("away"));
    it.bind(HARBOUR, ROSA, Role.ADMIN);
    assertThat(it.summaries(View.UNREAD, TestFeed.reader(Role.ADMIN)))
        .containsExactly("as admin", "plain");
  }

  @Test
  void whatWasReadIsForgottenWithTheLastEventOfItsStretch() throws InterruptedException {
    it.bind(HARBOUR, ROSA, Role.VIEWER);
    Reader rosa = TestFeed.reader(Role.VIEWER);
    List<Event> events = it.publish(HARBOUR, Contents.of("short").at(NOW).ttl(60));
    assertThat(it.marks.markRead(rosa, View.UNREAD.idOf(events.getFirst().id(), ROSA))).isTrue();
    assertThat(it.rows("read_block")).isEqualTo(1);

    it.setTime(NOW.plusSeconds(60));
    it.expiry.sweep();

    assertThat(it.rows("read_block")).isZero();
  }

  @Test
  void eachViewHasIdsOfItsOwn() {
    Event event = it.publish(HARBOUR, Contents.of("one")).getFirst();
    Reader reader = TestFeed.reader(Role.OWNER);
    UUID asNotification = View.NOTIFICATIONS.idOf(event.id(), ROSA);

    assertThat(Set.of(event.id(), asNotification, View.UNREAD.idOf(event.id(), ROSA))).hasSize(3);
    assertThat(it.lists.find(View.NOTIFICATIONS, reader, asNotification)).contains(event);
    assertThat(it.lists.find(View.NOTIFICATIONS, reader, event.id())).isEmpty();
    assertThat(it.lists.find(View.EVENTS, reader, asNotification)).isEmpty();
    for (Comparison comparison : Comparison.values()) {
      boolean holds = comparison != Comparison.LESS && comparison != Comparison.GREATER;
      assertThat(
              it.summaries(
                  View.NOTIFICATIONS,
                  reader,
                  new Clause.OfText(EventField.ID, comparison, asNotification.toString())))
          .hasSize(holds ? 1 : 0);
    }
  }

  @Test
  void filtersTextsByCodePoint() {
    it.publish(
        HARBOUR, Contents.of("abc"), Contents.of("aBc"), Contents.of("über"), Contents.of("😀 ok"));

    assertThat(of(EventField.SUMMARY, Comparison.EQUAL, "abc")).containsExactly("abc");
    assertThat(of(EventField.SUMMARY, Comparison.CONTAINS, "c")).containsExactly("abc", "aBc");
    assertThat(of(EventField.SUMMARY, Comparison.CONTAINS, "%")).isEmpty();
    assertThat(of(EventField.SUMMARY, Comparison.LESS, "abc")).containsExactly("aBc");
    assertThat(of(EventField.SUMMARY, Comparison.AT_MOST, "abc")).containsExactly("abc", "aBc");
    assertThat(of(EventField.SUMMARY, Comparison.GREATER, "z")).containsExactly("über", "😀 ok");
    assertThat(of(EventField.SUMMARY, Comparison.AT_LEAST, "😀 ok")).containsExactly("😀 ok");
    assertThat(of(EventField.CORRECTIVE_ACTION, Comparison.LESS, "z")).isEmpty();
  }

  private List<String> of(EventField field, Comparison comparison, String value) {
    return it.summaries(
        View.EVENTS, TestFeed.reader(Role.OWNER), new Clause.OfText(field, comparison, value));
  }

  @Test
  void filtersNumbersAndTimesAlsoByWhatHasAFraction() {
    it.publish(HARBOUR, Contents.of("1"), Contents.of("2"), Contents.of("3").ttl(9_000_000_000L));
    Reader reader = TestFeed.reader(Role.OWNER);

    for (Comparison comparison : numeric()) {
      for (String value : List.of("0", "2", "2.5", "1.5", "3", "1e30", "-1e30")) {
        BigDecimal number = new BigDecimal(value);
        assertThat(
                it.summaries(
                    View.EVENTS,
                    reader,
                    new Clause.OfNumber(EventField.SEQUENCE, comparison, number)))
            .as("%s %s", comparison, value)
            .isEqualTo(expected(comparison, number));
      }
    }
    assertThat(
            it.summaries(
                View.EVENTS,
                reader,
                new Clause.OfNumber(EventField.TTL, Comparison.GREATER, BigDecimal.ONE)))
        .containsExactly("3");
    Instant time = Contents.EVENT_TIME;
    assertThat(times(Comparison.EQUAL, time)).hasSize(3);
    assertThat(times(Comparison.EQUAL, time.plusNanos(1))).isEmpty();
    assertThat(times(Comparison.LESS, time.plusNanos(1))).hasSize(3);
    assertThat(times(Comparison.LESS, time)).isEmpty();
    assertThat(times(Comparison.GREATER, time.minusNanos(1))).hasSize(3);
    assertThat(times(Comparison.GREATER, time)).isEmpty();
    assertThat(times(Comparison.AT_LEAST, time.plusNanos(1))).isEmpty();
    assertThat(times(Comparison.AT_MOST, time.minusNanos(1))).isEmpty();
  }

  private static List<Comparison> numeric() {
    return Arrays.stream(Comparison.values()).filter(c -> c != Comparison.CONTAINS).toList();
  }

  private static List<String> expected(Comparison comparison, BigDecimal value) {
    List<String> fitting = new ArrayList<>();
    for (int i = 1; i <= 3; i++) {
      int order = BigDecimal.valueOf(i).compareTo(value);
      boolean fits =
          switch (comparison) {
            case EQUAL -> order == 0;
            case LESS -> order < 0;
            case GREATER -> order > 0;
            case AT_MOST -> order <= 0;
            case AT_LEAST -> order >= 0;
            case CONTAINS -> false;
          };
      if (fits) {
        fitting.add(Integer.toString(i));
      }
    }
    return fitting;
  }

  private List<String> times(Comparison comparison, Instant value) {
    return it.summaries(
        View.EVENTS,
        TestFeed.reader(Role.OWNER),
        new Clause.OfTime(EventField.EVENT_TIME, comparison, value));
  }

  @Test
  void filtersListsByAnyElement() {
    it.publish(
        HARBOUR,
        Contents.of("both").destinations(List.of("notification", "banner")),
        Contents.of("log").destinations(null),
        Contents.of("labelled").labels(new Label("tier", "gold")),
        Contents.of("more").additional(APP));

    assertThat(of(EventField.DESTINATIONS, Comparison.EQUAL, "banner")).containsExactly("both");
    assertThat(of(EventField.LABEL_VALUES, Comparison.CONTAINS, "old")).containsExactly("labelled");
    assertThat(of(EventField.ADDITIONAL_RESOURCE_IDS, Comparison.EQUAL, APP.toString()))
        .containsExactly("more");
  }

  @ParameterizedTest
  @EnumSource
  void everyFieldCanBeFilteredAndOrderedBy(EventField field) {
    it.bind(HARBOUR, ROSA, Role.OWNER);
    it.publish(
        HARBOUR, Contents.of("a"), Contents.of("b").ttl(0).correctiveAction("x"), Contents.of("c"));
    Clause clause =
        switch (field.kind()) {
          case TEXT, ID, LIST -> new Clause.OfText(field, Comparison.LESS, "~");
          case NUMBER -> new Clause.OfNumber(field, Comparison.LESS, BigDecimal.TEN);
          case TIME ->
              new Clause.OfTime(field, Comparison.LESS, Instant.parse("9999-12-31T23:59:59Z"));
        };
    for (View view : View.values()) {
      assertThat(it.summaries(view, TestFeed.reader(Role.OWNER), clause)).hasSizeBetween(0, 3);
      if (field.kind() != EventField.Kind.LIST) {
        for (boolean isDescending : List.of(true, false)) {
          assertThat(paged(view, new Order(field, isDescending), 1))
              .containsExactlyInAnyOrder("a", "b", "c")
              .isEqualTo(paged(view, new Order(field, isDescending), 3));
        }
      }
    }
  }

  /** All summaries, read in pages of that size. */
  private List<String> paged(View view, Order order, long size) {
    List<String> all = new ArrayList<>();
    Position after = null;
    do {
      EventPage page =
          it.lists.list(
              new EventQuery(
                  view, TestFeed.reader(Role.OWNER), List.of(), order, 0, size, true, after),
              event -> all.add(event.content().summary()));
      assertThat(page.count()).isEqualTo(3);
      after = page.next();
    } while (after != null);
    return all;
  }

  @Test
  void whatLacksTheFieldComesLastInBothDirections() {
    it.publish(
        HARBOUR,
        Contents.of("none 1"),
        Contents.of("b").correctiveAction("b"),
        Contents.of("none 2"),
        Contents.of("a").correctiveAction("a"));
    List<String> ascending = List.of("a", "b", "none 1", "none 2");

    assertThat(it.summaries(query(new Order(EventField.CORRECTIVE_ACTION, false))))
        .isEqualTo(ascending);
    assertThat(it.summaries(query(new Order(EventField.CORRECTIVE_ACTION, true))))
        .containsExactly("b", "a", "none 2", "none 1");
  }

  @Test
  void breaksTiesBySequenceInTheSameDirection() {
    it.publish(HARBOUR, Contents.of("1"), Contents.of("2"), Contents.of("3"));

    List<String> descending = it.summaries(query(new Order(EventField.EVENT_TIME, true)));
    assertThat(descending).containsExactly("3", "2", "1");
    List<String> ascending = it.summaries(query(new Order(EventField.EVENT_TIME, false)));
    Collections.reverse(ascending);
    assertThat(ascending).isEqualTo(descending);
  }

  private static EventQuery query(Order order) {
    return new EventQuery(
        View.EVENTS, TestFeed.reader(Role.OWNER), List.of(), order, 0, null, false, null);
  }

  @Test
  void skipsLimitsAndCounts() {
    it.publish(HARBOUR, Contents.of("1"), Contents.of("2"), Contents.of("3"));
    List<String> seen = new ArrayList<>();

    EventPage page =
        it.lists.list(
            new EventQuery(
                View.EVENTS,
                TestFeed.reader(Role.OWNER),
                List.of(),
                Order.DEFAULT,
                1,
                1L,
                true,
                null),
            event -> seen.add(event.content().summary()));

    assertThat(seen).containsExactly("2");
    assertThat(page).isEqualTo(new EventPage(3L, new Position(null, 2)));
  }

  @Test
  void aSinkWithoutRoomGetsTheSameEventFirstOnTheNextPage() {
    it.publish(HARBOUR, Contents.of("1"), Contents.of("2"), Contents.of("3"));
    List<String> seen = new ArrayList<>();

    EventPage page =
        it.lists.list(
            query(Order.DEFAULT), event -> seen.size() < 2 && seen.add(event.content().summary()));

    assertThat(page.next()).isEqualTo(new Position(null, 2));
  }

  @Test
  void givesUpWhatTakesTheDatabaseTooLong() {
    try (TestFeed impatient = TestFeed.open(new FeedSettings(false, Duration.ofSeconds(1)))) {
      impatient.publish(HARBOUR, Contents.of("one"));
      impatient.database.inTransaction(tx -> {
        tx.execute("alter table event rename to event_rows");
        tx.execute("create view event as select * from event_rows where pg_sleep(5) is not null");
        return tx;
      });

      assertThatThrownBy(() -> impatient.summaries(View.EVENTS, TestFeed.reader(Role.OWNER)))
          .isInstanceOf(TooBroadException.class);
    }
  }
}
