package io.tocsin.feed;

import io.tocsin.clock.Clock;
import io.tocsin.identity.AccountId;
import io.tocsin.identity.ResourceScope;
import io.tocsin.identity.Role;
import io.tocsin.identity.UserId;
import io.tocsin.store.Database;
import io.tocsin.store.PostgresVersion;
import io.tocsin.store.TestDatabase;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** The feed's parts over one database, on a clock that stands until it is set. */
final class TestFeed implements AutoCloseable {
  static final AccountId HARBOUR =
      new AccountId(UUID.fromString("5b1f4a52-7d3e-4c86-9f0a-2e6d8c7b1a90"));
  static final AccountId MILL =
      new AccountId(UUID.fromString("11111111-7d3e-4c86-9f0a-2e6d8c7b1a90"));
  static final UserId ROSA = new UserId(UUID.fromString("0c9a6f31-58d2-4b7e-8a14-d3f5e2b69c07"));
  static final UserId OTTO = new UserId(UUID.fromString("1c9a6f31-58d2-4b7e-8a14-d3f5e2b69c07"));
  static final Instant NOW = Instant.parse("2031-03-14T10:00:00Z");

  private final TestDatabase testDatabase;
  private final AtomicReference<Instant> moment = new AtomicReference<>(NOW);
  final Database database;
  final Feed feed = new Feed(new Random(7));
  final Expiry expiry;
  final EventLists lists;
  final ReadMarks marks;
  final Readers readers = new Readers();
  final Publisher publisher;

  private TestFeed(TestDatabase database, FeedSettings settings) {
    this.testDatabase = database;
    this.database = database.database();
    this.expiry = new Expiry(this.database, clock());
    this.lists = new EventLists(this.database, expiry, settings);
    this.marks = new ReadMarks(this.database, lists);
    this.publisher = new Publisher(this.database, Clock.system(), new Random(8));
  }

  static TestFeed open() {
    return open(FeedSettings.DEFAULTS);
  }

  static TestFeed open(FeedSettings settings) {
    return new TestFeed(TestDatabase.create(), settings);
  }

  static TestFeed open(PostgresVersion version) {
    return new TestFeed(TestDatabase.create(version), FeedSettings.DEFAULTS);
  }

  private Clock clock() {
    return new Clock() {
      @Override
      public Instant now() {
        return moment.get();
      }

      @Override
      public long nanoTime() {
        return System.nanoTime();
      }

      @Override
      public void sleep(Duration duration) {}
    };
  }

  void setTime(Instant time) {
    moment.set(time);
  }

  List<Event> publish(AccountId account, Contents... contents) {
    return database.inTransaction(tx ->
        feed.publish(
            tx,
            Arrays.stream(contents).map(it -> new Publication(account, it.content())).toList()));
  }

  void bind(AccountId account, UserId user, @Nullable Role role) {
    database.inTransaction(tx -> {
      readers.roleIs(tx, account, user, role);
      return user;
    });
  }

  static Reader reader(Role role) {
    return new Reader(HARBOUR, ROSA, role, ResourceScope.EVERYTHING);
  }

  /** The summaries of a list in the default order. */
  List<String> summaries(View view, Reader reader, Clause... filter) {
    return summaries(
        new EventQuery(view, reader, List.of(filter), Order.DEFAULT, 0, null, false, null));
  }

  List<String> summaries(EventQuery query) {
    List<String> found = new ArrayList<>();
    lists.list(query, event -> found.add(event.content().summary()));
    return found;
  }

  long rows(String table) {
    return database.read(
        handle -> handle.createQuery("select count(*) from " + table).mapTo(Long.class).one());
  }

  @Override
  public void close() {
    testDatabase.close();
  }
}
