package io.tocsin.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.tocsin.Waiting;
import io.tocsin.cli.TocsinProcess;
import io.tocsin.clock.Clock;
import io.tocsin.feed.Readers;
import io.tocsin.identity.AccountId;
import io.tocsin.identity.Actor;
import io.tocsin.identity.Directory;
import io.tocsin.identity.NewApiToken;
import io.tocsin.identity.NewRoleBinding;
import io.tocsin.identity.NewUser;
import io.tocsin.identity.Role;
import io.tocsin.identity.UserId;
import io.tocsin.store.DatabaseSettings;
import io.tocsin.store.TestDatabase;
import java.net.http.HttpClient;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The order of account feeds where it could break: writers and readers on two server processes over
 * one database, of which one is killed twice.
 */
class FeedOrderTest {
  private static final Duration PATIENCE = Duration.ofMinutes(10);
  private static final long SEED = Long.getLong("order.seed", 20260203L);

  private static final int EVENTS = 200_000;
  private static final int WRITERS = 4;
  private static final int ACCOUNTS = 3;

  private static final int FIRST_KILL = EVENTS * 3 / 10;
  private static final int SECOND_KILL = EVENTS * 6 / 10;

  /** So often a server has written in its present life before it is killed. */
  private static final int WRITES_BEFORE_A_KILL = 10;

  @TempDir Path directory;

  private final AtomicInteger published = new AtomicInteger();
  private final AtomicInteger cut = new AtomicInteger();

  /** The writers wait here for the killed server, so that work is left for it to be killed in. */
  private final AtomicInteger barrier = new AtomicInteger(SECOND_KILL);

  /** Set when all is written, or never will be. */
  private volatile boolean isOver;

  private record Account(
      AccountId id, String writing, String reading, Map<Integer, Integer> places) {
    String events() {
      return "/accounts/%s/core/v1/events".formatted(id);
    }
  }

  @Test
  void eachReaderEndsWithTheWholeSequenceAlthoughAServerIsKilledTwice() throws Exception {
    System.out.println("FeedOrderTest: seed " + SEED);
    try (TestDatabase database = TestDatabase.create();
        MortalServer doomed = server(database.settings()).start();
        MortalServer other = server(database.settings()).start();
        HttpClient http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Account> accounts = accounts(database);
      List<MortalServer> servers = List.of(doomed, other);
      servers.forEach(MortalServer::awaitReady);

      long start = System.nanoTime();
      List<Future<List<Integer>>> followers = new ArrayList<>();
      for (int i = 0; i < 2 * ACCOUNTS; i++) {
        // Of the two that follow an account one is on each server, and they go on by other ways.
        Account account = accounts.get(i % ACCOUNTS);
        FeedClient client = new FeedClient(http, servers, i % 2, account.reading(), cut);
        FeedFollower.Way way = i < ACCOUNTS ? FeedFollower.Way.TOKEN : FeedFollower.Way.FILTER;
        followers.add(
            threads.submit(new FeedFollower(client, account.events(), way, () -> total(account))));
      }
      List<Future<Void>> writers = new ArrayList<>();
      for (int i = 0; i < WRITERS; i++) {
        writers.add(threads.submit(writer(i, http, servers, accounts)));
      }
      try {
        killAt(FIRST_KILL, doomed, writers);
        barrier.set(EVENTS);
        killAt(SECOND_KILL, doomed, writers);
        for (Future<Void> writer : writers) {
          writer.get();
        }
      } finally {
        isOver = true;
      }
      long written = System.nanoTime();
      assertThat(accounts.stream().mapToInt(account -> account.places().size()).sum())
          .isEqualTo(EVENTS);
      for (int i = 0; i < followers.size(); i++) {
        assertIsWhole(followers.get(i).get(), accounts.get(i % ACCOUNTS).places());
      }
      report(written - start, System.nanoTime() - start);
      assertThat(doomed.log() + other.log()).doesNotContain("ERROR");
    }
  }

  private MortalServer server(DatabaseSettings database) {
    return new MortalServer(() ->
        TocsinProcess.start(
            directory,
            Map.of("TOCSIN_DATABASE_PASSWORD", database.password().value()),
            "serve",
            "--listen",
            "127.0.0.1:0",
            "--set",
            "database.url=" + database.url(),
            "--set",
            "database.user=" + database.user(),
            "--set",
            "accounts.publish=true",
            // Nothing here has to do with a cloud.
            "--set",
            "cloud.endpoint=http://127.0.0.1:9/compute/v2.1"));
  }

  private static List<Account> accounts(TestDatabase database) {
    Directory identities =
        new Directory(database.database(), new Readers(), new SecureRandom(), Clock.system());
    List<Account> accounts = new ArrayList<>();
    for (int i = 0; i < ACCOUNTS; i++) {
      AccountId account = identities.createAccount(Actor.SYSTEM, "account " + i).id();
      accounts.add(
          new Account(
              account,
              token(identities, account, Role.ADMIN),
              token(identities, account, Role.VIEWER),
              FeedWriter.places()));
    }
    return accounts;
  }

  private static String token(Directory identities, AccountId account, Role role) {
    NewUser user = new NewUser(role.wire(), null, role, NewRoleBinding.EVERYTHING);
    UserId id = identities.createUser(Actor.SYSTEM, account, user).id();
    NewApiToken token = new NewApiToken("of a test", false, null);
    return identities.createToken(Actor.SYSTEM, account, id, token).secret().value();
  }

  private FeedWriter writer(
      int number, HttpClient http, List<MortalServer> servers, List<Account> accounts) {
    List<FeedWriter.Target> targets =
        accounts.stream()
            .map(account ->
                new FeedWriter.Target(
                    new FeedClient(http, servers, number % 2, account.writing(), cut),
                    account.events(),
                    account.places()))
            .toList();
    int share = EVENTS / WRITERS;
    return new FeedWriter(
        "writer-" + number,
        targets,
        this::pass,
        SEED + number,
        number * share,
        (number + 1) * share);
  }

  private void pass(int events) {
    published.addAndGet(events);
    Waiting.until(PATIENCE, () -> published.get() <= barrier.get());
  }

  /** Kills it while it writes, sees that this was noticed, and waits until it is back. */
  private void killAt(int events, MortalServer server, List<Future<Void>> writers) {
    Waiting.until(
        PATIENCE,
        () ->
            (published.get() >= events && server.isInTheMidstOfWriting(WRITES_BEFORE_A_KILL))
                || writers.stream().anyMatch(Future::isDone));
    int before = cut.get();
    server.kill();
    server.start().awaitReady();
    assertThat(cut.get()).as("requests to publish that the kill cut off").isGreaterThan(before);
  }

  private int total(Account account) {
    return isOver ? account.places().size() : Integer.MAX_VALUE;
  }

  /** Every event once, where its writer was told that it stands, and nothing else. */
  private static void assertIsWhole(List<Integer> numbers, Map<Integer, Integer> places) {
    assertThat(numbers).hasSize(places.size());
    for (int i = 0; i < numbers.size(); i++) {
      assertThat(places.get(numbers.get(i))).as("place of %d", numbers.get(i)).isEqualTo(i + 1);
    }
  }

  private void report(long writing, long all) {
    System.out.printf(
        "FeedOrderTest: %d events written in %.1f s (%.0f a second) and read by %d readers in %.1f"
            + " s (%.0f a second); %d requests to publish cut off%n",
        EVENTS,
        writing / 1e9,
        EVENTS / (writing / 1e9),
        2 * ACCOUNTS,
        all / 1e9,
        2.0 * EVENTS / (all / 1e9),
        cut.get());
  }
}
