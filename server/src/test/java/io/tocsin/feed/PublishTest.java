package io.tocsin.feed;

import static io.tocsin.feed.TestFeed.HARBOUR;
import static io.tocsin.feed.TestFeed.MILL;
import static io.tocsin.feed.TestFeed.ROSA;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tocsin.identity.Role;
import io.tocsin.store.PostgresVersion;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class PublishTest {
  @ParameterizedTest
  @EnumSource
  void givesEachAccountPlacesWithoutGaps(PostgresVersion version) {
    try (TestFeed it = TestFeed.open(version)) {
      assertThat(it.publish(HARBOUR, Contents.of("one"), Contents.of("two")))
          .extracting(Event::sequence)
          .containsExactly(1L, 2L);
      assertThat(it.publish(MILL, Contents.of("other")))
          .extracting(Event::sequence)
          .containsExactly(1L);
      assertThat(it.publish(HARBOUR, Contents.of("three")))
          .extracting(Event::sequence)
          .containsExactly(3L);
    }
  }

  @Test
  void leavesNoGapWhereATransactionIsRolledBack() {
    try (TestFeed it = TestFeed.open()) {
      it.publish(HARBOUR, Contents.of("one"));
      assertThatThrownBy(() ->
              it.database.inTransaction(tx -> {
                it.feed.publish(tx, List.of(new Publication(HARBOUR, Contents.of("no").content())));
                throw new IllegalArgumentException("changed its mind");
              }))
          .hasMessage("changed its mind");

      assertThat(it.publish(HARBOUR, Contents.of("two")))
          .extracting(Event::sequence)
          .containsExactly(2L);
    }
  }

  @Test
  void showsAnEventAsItWasPublished() {
    try (TestFeed it = TestFeed.open()) {
      EventContent content =
          Contents.of("All there is ✓ \"quoted\" \\ {,}")
              .visibleTo("viewer", "owner")
              .destinations(List.of("notification", "banner"))
              .additional(ROSA.value(), HARBOUR.value())
              .correctiveAction("Line\nand\ttab")
              .resourceUri("/accounts/x")
              .urls("https://a.example/,{}", "https://b.example/\"")
              .ttl(604_800)
              .acknowledgeable(true)
              .labels(new Label("a", "1"), new Label("b", "{NULL}"))
              .content();
      Event published =
          it.database
              .inTransaction(tx -> it.feed.publish(tx, List.of(new Publication(HARBOUR, content))))
              .getFirst();

      List<Event> listed = new ArrayList<>();
      it.lists.list(
          new EventQuery(
              View.EVENTS,
              TestFeed.reader(Role.OWNER),
              List.of(),
              Order.DEFAULT,
              0,
              null,
              false,
              null),
          listed::add);

      assertThat(listed).containsExactly(published);
      assertThat(published.content()).isEqualTo(content);
    }
  }

  @Test
  void appliesTheAccountsRulesOfLife() {
    try (TestFeed it = TestFeed.open()) {
      Lives lives = new Lives(it.database);
      lives.set(HARBOUR, new Life(Duration.ofSeconds(60), Duration.ofSeconds(100)));
      lives.set(MILL, new Life(null, Duration.ofSeconds(100)));

      assertThat(
              it.publish(
                  HARBOUR,
                  Contents.of("none"),
                  Contents.of("zero").ttl(0),
                  Contents.of("at").ttl(100),
                  Contents.of("above").ttl(101)))
          .extracting(event -> event.content().ttl())
          .containsExactly(60L, 60L, 100L, 100L);
      assertThat(it.publish(MILL, Contents.of("none")))
          .extracting(event -> event.content().ttl())
          .containsExactly(100L);
      assertThat(lives.of(HARBOUR).longest()).isEqualTo(Duration.ofSeconds(100));
    }
  }

  @Test
  void keepsALifeBeyondAnyClock() {
    try (TestFeed it = TestFeed.open()) {
      it.publish(HARBOUR, Contents.of("for ever").ttl((1L << 53) - 1));

      assertThat(it.summaries(View.EVENTS, TestFeed.reader(Role.OWNER)))
          .containsExactly("for ever");
    }
  }

  @Test
  void manyPublishersLeaveOneSequenceThatReadersSeeInOrder() throws Exception {
    try (TestFeed it = TestFeed.open();
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      int writers = 8;
      int each = 40;
      List<Future<?>> writing = new ArrayList<>();
      for (int w = 0; w < writers; w++) {
        Callable<Object> work =
            () -> {
              for (int i = 0; i < each; i++) {
                it.publish(HARBOUR, Contents.of("event"), Contents.of("event"));
              }
              return "done";
            };
        writing.add(threads.submit(work));
      }
      List<Long> seen = new ArrayList<>();
      Reader reader = TestFeed.reader(Role.VIEWER);
      while (seen.size() < writers * each * 2) {
        Position after = seen.isEmpty() ? null : new Position(null, seen.getLast());
        it.lists.list(
            new EventQuery(View.EVENTS, reader, List.of(), Order.DEFAULT, 0, 50L, false, after),
            event -> seen.add(event.sequence()));
        if (writing.stream().allMatch(Future::isDone) && seen.isEmpty()) {
          break;
        }
      }
      for (Future<?> writer : writing) {
        writer.get();
      }

      assertThat(seen)
          .containsExactlyElementsOf(
              LongStream.rangeClosed(1, 2L * writers * each).boxed().toList());
    }
  }

  @Test
  void doesARequestWithAKeyOnce() {
    try (TestFeed it = TestFeed.open()) {
      Publisher.Request request =
          new Publisher.Request(
              HARBOUR,
              ROSA,
              List.of(Contents.of("one").content(), Contents.of("two").content()),
              new Publisher.Key("k1", "00ff"));

      List<Event> first = it.publisher.publish(request);

      assertThat(it.publisher.publish(request)).isEqualTo(first);
      assertThat(it.rows("event")).isEqualTo(2);
    }
  }

  @Test
  void refusesAKeyWithAnotherRequest() {
    try (TestFeed it = TestFeed.open()) {
      List<EventContent> events = List.of(Contents.of("one").content());
      it.publisher.publish(
          new Publisher.Request(HARBOUR, ROSA, events, new Publisher.Key("k1", "00ff")));

      assertThatThrownBy(() ->
              it.publisher.publish(
                  new Publisher.Request(HARBOUR, ROSA, events, new Publisher.Key("k1", "00fe"))))
          .isInstanceOf(KeyReusedException.class);
      assertThat(
              it.publisher.publish(
                  new Publisher.Request(MILL, ROSA, events, new Publisher.Key("k1", "00fe"))))
          .hasSize(1);
      assertThat(
              it.publisher.publish(
                  new Publisher.Request(
                      HARBOUR, TestFeed.OTTO, events, new Publisher.Key("k1", "00fe"))))
          .hasSize(1);
    }
  }

  @Test
  void answersARepeatAlsoWhenItsEventsHaveGone() throws InterruptedException {
    try (TestFeed it = TestFeed.open()) {
      Publisher.Request request =
          new Publisher.Request(
              HARBOUR,
              ROSA,
              List.of(Contents.of("short").ttl(1).content()),
              new Publisher.Key("k1", "00ff"));
      List<Event> first = it.publisher.publish(request);
      assertThat(it.expiry.sweep()).isEqualTo(1);

      assertThat(it.publisher.publish(request)).isEqualTo(first);
      assertThat(it.rows("event")).isZero();
    }
  }

  @Test
  void oneOfManyRepeatsAtTheSameTimeIsDone() throws Exception {
    try (TestFeed it = TestFeed.open();
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Publisher.Request request =
          new Publisher.Request(
              HARBOUR,
              ROSA,
              List.of(Contents.of("once").content()),
              new Publisher.Key("k1", "00ff"));
      List<Future<List<Event>>> answers = new ArrayList<>();
      for (int i = 0; i < 32; i++) {
        answers.add(threads.submit(() -> it.publisher.publish(request)));
      }

      for (Future<List<Event>> answer : answers) {
        assertThat(answer.get()).isEqualTo(answers.getFirst().get());
      }
      assertThat(it.rows("event")).isEqualTo(1);
    }
  }
}
