package io.tocsin.accounts;

import static org.assertj.core.api.Assertions.assertThat;

import io.tocsin.accounts.TestAccounts.Member;
import io.tocsin.http.AnswerReader.RawAnswer;
import io.tocsin.http.Damage;
import io.tocsin.http.Line;
import io.tocsin.http.RandomTexts;
import io.tocsin.identity.AccountId;
import io.tocsin.identity.Role;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.IntFunction;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * Filters, tokens, bodies and headers that no client sends: most straight to what reads them, the
 * rest over real sockets to the real services on a real database. Each is taken or refused in this
 * API's words, in time, and none ends in a failure of ours. And what is right finds what it should:
 * the same as a search by hand.
 *
 * <p>Each batch has a seed of its own. To replay one: {@code -Dfuzz.seed=} what the failure names
 * and {@code -Dfuzz.cases=25}. To go further: another seed, more cases.
 */
class FeedFuzzTest {
  private static final long SEED = Long.getLong("fuzz.seed", 20260203L);
  private static final int CASES = Integer.getInteger("fuzz.cases", 300_000);

  /** One in so many goes over a socket. */
  private static final int ASKED_SHARE = 6;

  /** And one in so many is a search. */
  private static final int SEARCHED_SHARE = 500;

  private static final int WORKERS = 4;

  /** Requests sent before their answers are read; together they fit into the socket's buffers. */
  private static final int AT_ONCE = 25;

  /**
   * A request over what the listener takes; it closes the connection, so nothing is sent behind.
   */
  private static final int LONG_ENOUGH = 16_000;

  /** Every so many batches one is hurt as bytes. */
  private static final int HURT_EVERY = 6;

  /** After so many batches of a worker its town is in ruins. */
  private static final int BATCHES_OF_A_TOWN = 40;

  private static final int SEARCHED_EVENTS = 200;

  /** Of what is in memory alone; honest ones take microseconds, and this machine may be busy. */
  private static final Duration LONGEST_READING = Duration.ofSeconds(2);

  /** A request takes two looks at the database at most, of 5 s each (docs/account-feed.md). */
  private static final Duration LONGEST_ANSWER = Duration.ofSeconds(10);

  private static final List<Integer> STATUSES =
      List.of(200, 201, 204, 400, 401, 403, 404, 405, 406, 409, 413);

  /** What is too rare to be counted on. */
  private static final List<Integer> BESIDES = List.of(414, 431);

  /** What HTTP itself says to hurt requests alone. */
  private static final List<Integer> TO_HURT = List.of(100, 408, 417, 426, 501, 505);

  private final Map<Integer, Integer> seen = new ConcurrentHashMap<>();
  private final AtomicLong slowest = new AtomicLong();

  @Test
  void whatReadsRequestsTakesOrRefusesThem() throws Exception {
    int cases = CASES - CASES / ASKED_SHARE;
    AtomicInteger taken = new AtomicInteger();
    long start = System.nanoTime();
    work(worker ->
        () -> {
          for (int batch = worker; batch * (long) AT_ONCE < cases; batch += WORKERS) {
            taken.addAndGet(read(SEED + batch));
          }
          return null;
        });
    report("cases read, of which %d taken,".formatted(taken.get()), cases, start);
    if (cases >= 20_000) {
      assertThat(taken.get()).as("cases taken").isBetween(cases / 5, cases * 4 / 5);
    }
  }

  private int read(long seed) {
    int taken = 0;
    ParserFuzz fuzz = new ParserFuzz(seed);
    for (int i = 0; i < AT_ONCE; i++) {
      long start = System.nanoTime();
      try {
        taken += fuzz.next() ? 1 : 0;
      } catch (RuntimeException | AssertionError failure) {
        throw new AssertionError("seed %d, case %d".formatted(seed, i), failure);
      }
      int number = i;
      requireInTime(start, LONGEST_READING, () -> "seed %d, case %d".formatted(seed, number));
    }
    return taken;
  }

  @Test
  void everyRequestIsAnsweredAsItShouldBe() throws Exception {
    int cases = CASES / ASKED_SHARE;
    long start = System.nanoTime();
    try (TestAccounts accounts = TestAccounts.start()) {
      work(worker ->
          () -> {
            ask(accounts, worker, cases);
            return null;
          });
    }
    report("requests answered", seen.values().stream().mapToInt(it -> it).sum(), start);
    if (cases >= 20_000) {
      assertThat(seen.keySet())
          .as("all kinds of answers, or the test asks too little")
          .containsAll(STATUSES);
    }
  }

  private void ask(TestAccounts accounts, int worker, int cases) throws IOException {
    try (Line line = new Line(accounts.address())) {
      Town town = Town.build(accounts);
      int done = 0;
      for (int batch = worker; batch * (long) AT_ONCE < cases; batch += WORKERS) {
        if (++done % BATCHES_OF_A_TOWN == 0) {
          town = Town.build(accounts);
        }
        long seed = SEED + batch;
        FeedRequests requests = new FeedRequests(new Random(seed), town);
        if (batch % HURT_EVERY == HURT_EVERY - 1) {
          hurt(accounts, requests, seed);
        } else {
          run(line, requests, seed);
        }
      }
    }
  }

  private void run(Line line, FeedRequests requests, long seed) throws IOException {
    List<byte[]> sent = new ArrayList<>();
    do {
      sent.add(requests.next());
    } while (sent.size() < AT_ONCE && sent.getLast().length < LONG_ENOUGH);
    if (!isKept(line, sent, seed)) {
      line.renew();
    }
  }

  /** Asks all of it; false where the server ends the connection. */
  private boolean isKept(Line line, List<byte[]> requests, long seed) throws IOException {
    line.send(requests);
    for (byte[] request : requests) {
      long start = System.nanoTime();
      RawAnswer answer;
      try {
        answer = line.answer(request);
      } catch (IOException failure) {
        // Where more is sent than the server throws away, the answer can get lost.
        if (failure instanceof SocketException && request.length >= LONG_ENOUGH) {
          return false;
        }
        throw new IOException(failure + " on " + described(request, seed), failure);
      }
      requireInTime(start, LONGEST_ANSWER, () -> described(request, seed));
      check(answer, request, seed, BESIDES);
      if (answer.endsConnection()) {
        return false;
      }
    }
    return true;
  }

  /** As bytes, over a connection of its own, until the server has no more to say. */
  private void hurt(TestAccounts accounts, FeedRequests requests, long seed) throws IOException {
    Random random = new Random(~seed);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (int i = random.nextInt(3); i >= 0; i--) {
      byte[] whole = requests.next();
      // How long an answer is must not depend on what the damage has made of its request.
      bytes.writeBytes(Line.isHead(whole) ? new byte[0] : whole);
    }
    byte[] request = Damage.of(bytes.toByteArray(), random);
    List<Integer> besides = new ArrayList<>(BESIDES);
    besides.addAll(TO_HURT);
    try {
      Line.exchange(accounts.address(), request)
          .forEach(answer -> check(answer, request, seed, besides));
    } catch (IOException failure) {
      throw new IOException(failure + " on " + described(request, seed), failure);
    }
  }

  private void check(RawAnswer answer, byte[] request, long seed, List<Integer> besides) {
    boolean isExpected = STATUSES.contains(answer.status()) || besides.contains(answer.status());
    String complaint =
        isExpected
            ? ProblemForm.complaint(answer, Line.isHead(request))
            : "status " + answer.status();
    if (complaint != null) {
      throw new AssertionError(
          "%s: %s%s%nto %s"
              .formatted(
                  complaint,
                  answer.head(),
                  new String(answer.body(), StandardCharsets.UTF_8),
                  described(request, seed)));
    }
    seen.merge(answer.status(), 1, Integer::sum);
  }

  @Test
  void listsHoldWhatIsAskedForInThatOrder() throws Exception {
    int searches = Math.max(1, CASES / SEARCHED_SHARE);
    long start = System.nanoTime();
    AtomicInteger found = new AtomicInteger();
    try (TestAccounts accounts = TestAccounts.start()) {
      AccountId account = accounts.account("archive");
      List<Member> readers =
          List.of(accounts.member(account, Role.OWNER), accounts.member(account, Role.VIEWER));
      fill(accounts.client(), readers.getFirst());
      List<RandomSearches> lists = new ArrayList<>();
      for (Member reader : readers) {
        for (Noun noun : Noun.values()) {
          lists.add(new RandomSearches(accounts.client(), reader, noun));
        }
      }
      assertThat(lists.getFirst().documents()).hasSize(SEARCHED_EVENTS);
      work(worker ->
          () -> {
            for (int i = worker; i < searches; i += WORKERS) {
              long seed = SEED + i;
              RandomSearches list = lists.get(Math.floorMod(seed, lists.size()));
              found.addAndGet(list.search(seed));
            }
            return null;
          });
    }
    report("searches, which found %d items,".formatted(found.get()), searches, start);
    assertThat(found.get()).as("items found").isGreaterThan(searches);
  }

  private static void fill(AccountClient client, Member author) {
    RandomEvents random = new RandomEvents(new RandomTexts(new Random(SEARCHED_EVENTS)));
    for (int i = 0; i < SEARCHED_EVENTS; i++) {
      Noun noun = i % 2 == 0 ? Noun.EVENT : Noun.NOTIFICATION;
      String path = author.core(noun == Noun.EVENT ? "events" : "notifications");
      String event = RandomEvents.object(random.members(noun));
      assertThat(client.post(author, path, event).status()).as(event).isEqualTo(201);
    }
  }

  private static void work(IntFunction<Callable<Void>> work) throws Exception {
    try (ExecutorService threads = Executors.newFixedThreadPool(WORKERS)) {
      List<Future<Void>> workers =
          IntStream.range(0, WORKERS).mapToObj(i -> threads.submit(work.apply(i))).toList();
      for (Future<Void> worker : workers) {
        worker.get();
      }
    }
  }

  private void requireInTime(long start, Duration longest, Supplier<String> what) {
    long took = System.nanoTime() - start;
    slowest.accumulateAndGet(took, Math::max);
    if (took > longest.toNanos()) {
      throw new AssertionError("after %s: %s".formatted(Duration.ofNanos(took), what.get()));
    }
  }

  private static String described(byte[] request, long seed) {
    return "seed %d: %s".formatted(seed, new String(request, StandardCharsets.UTF_8));
  }

  private void report(String what, int cases, long start) {
    double seconds = (System.nanoTime() - start) / 1e9;
    System.out.printf(
        "FeedFuzzTest: %d %s in %.1f s (%.0f a second) from seed %d%s%s%n",
        cases,
        what,
        seconds,
        cases / seconds,
        SEED,
        slowest.get() == 0 ? "" : ", the slowest in " + slowest.get() / 1_000_000 + " ms",
        seen.isEmpty() ? "" : ": " + seen);
  }
}
