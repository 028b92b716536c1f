package io.tocsin.instanceha;

import static org.assertj.core.api.Assertions.assertThat;

import io.tocsin.http.AnswerReader.RawAnswer;
import io.tocsin.http.Damage;
import io.tocsin.http.HttpSettings;
import io.tocsin.http.Line;
import io.tocsin.identity.Authenticator;
import io.tocsin.identity.Caller;
import io.tocsin.identity.Identification;
import io.tocsin.identity.Policy;
import io.tocsin.identity.Scope;
import io.tocsin.store.TestDatabase;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * Hundreds of thousands of requests that no client sends, over a real socket to the real services
 * on a real database. Each gets an answer in one of this API's forms, none is a 5xx that would be
 * our fault, none tells of our inside, and none that is refused changes a table.
 *
 * <p>Each batch has a seed of its own. To replay one: {@code -Dfuzz.seed=} what the failure names
 * and {@code -Dfuzz.cases=25}. To go further: another seed, more cases.
 */
class FuzzTest {
  private static final long SEED = Long.getLong("fuzz.seed", 20260203L);
  private static final int CASES = Integer.getInteger("fuzz.cases", 200_000);
  private static final int CONNECTIONS = 4;

  /** Requests sent before their answers are read; together they fit into the socket's buffers. */
  private static final int AT_ONCE = 25;

  /** Every so many batches one is hurt as bytes, one is sent one by one with the tables watched. */
  private static final int HURT_EVERY = 6;

  private static final int WATCHED_EVERY = 80;

  private static final List<Integer> STATUSES =
      List.of(200, 201, 202, 204, 300, 400, 404, 405, 406, 409, 413, 415, 431);

  /** What is too rare to be counted on, or the answer to hurt requests alone. */
  private static final List<Integer> BESIDES = List.of(100, 403, 408, 414, 417, 426, 501, 505);

  private final Map<Integer, Integer> seen = new ConcurrentHashMap<>();
  private final AtomicInteger answered = new AtomicInteger();

  /** Held for writing by the batch that watches the tables. */
  private final ReadWriteLock tables = new ReentrantReadWriteLock();

  /** In the same JVM a part of them does: the code below the first checks is the same. */
  private static final int ASKED_SHARE = 8;

  @Test
  void everyRequestIsAnsweredAsItShouldBe() throws Exception {
    fuzz(CASES, TestApi.Access.OPEN, STATUSES);
  }

  /** The tokens of {@link RandomRequests}. */
  @Test
  void everybodyIsAskedWhoTheyAre() throws Exception {
    Authenticator authenticator =
        presented ->
            switch (presented.token()) {
              case "admin" -> new Identification.Known(caller("admin"));
              case "member" -> new Identification.Known(caller("member"));
              case "away" -> new Identification.Unavailable();
              case null, default ->
                  new Identification.Rejected("Keystone uri=\"http://k.example\"");
            };
    List<Integer> statuses = new ArrayList<>(STATUSES);
    statuses.addAll(List.of(401, 403, 503));
    fuzz(CASES / ASKED_SHARE, new TestApi.Access(authenticator, Policy.defaults()), statuses);
  }

  private static Caller caller(String role) {
    Caller.User user = new Caller.User("u", "u", "default");
    return new Caller(user, new Scope.Nothing(), Set.of(role), null);
  }

  private void fuzz(int cases, TestApi.Access access, List<Integer> expected) throws Exception {
    long start = System.nanoTime();
    HttpSettings http = HttpSettings.at("127.0.0.1", 0).trustingProxy(true);
    try (TestDatabase database = TestDatabase.create();
        TestApi api =
            TestApi.start(database.database(), new InstanceHaSettings(20, ""), access, http);
        ExecutorService threads = Executors.newFixedThreadPool(CONNECTIONS)) {
      FuzzTables stored = FuzzTables.filled(database.database());
      List<Future<?>> workers =
          IntStream.range(0, CONNECTIONS)
              .<Future<?>>mapToObj(worker ->
                  threads.submit(() -> work(worker, new Target(api, stored, cases, expected))))
              .toList();
      for (Future<?> worker : workers) {
        worker.get();
      }
    }

    System.out.printf(
        "FuzzTest: %d requests answered in %d s from seed %d: %s%n",
        answered.get(), (System.nanoTime() - start) / 1_000_000_000, SEED, seen);
    if (cases >= 20_000) {
      assertThat(seen.keySet())
          .as("all kinds of answers, or the test asks too little")
          .containsAll(expected);
    }
  }

  /** What one run of the fuzz is aimed at. */
  private record Target(TestApi api, FuzzTables stored, int cases, List<Integer> expected) {}

  private Void work(int worker, Target target) throws IOException {
    try (Line line = new Line(target.api().address())) {
      for (int batch = worker; batch * (long) AT_ONCE < target.cases(); batch += CONNECTIONS) {
        long seed = SEED + batch;
        RandomRequests requests = new RandomRequests(new Random(seed));
        if (batch % WATCHED_EVERY == WATCHED_EVERY - 1) {
          tables.writeLock().lock();
          try {
            watch(line, requests, seed, target);
          } finally {
            tables.writeLock().unlock();
          }
          continue;
        }
        tables.readLock().lock();
        try {
          if (batch % HURT_EVERY == HURT_EVERY - 1) {
            hurt(target, requests, seed);
          } else {
            run(line, requests, seed, target);
          }
        } finally {
          tables.readLock().unlock();
        }
      }
    }
    return null;
  }

  private void run(Line line, RandomRequests requests, long seed, Target target)
      throws IOException {
    List<byte[]> sent = new ArrayList<>();
    for (int i = 0; i < AT_ONCE; i++) {
      sent.add(requests.next());
    }
    line.send(sent);
    for (byte[] request : sent) {
      if (check(answer(line, request, seed), request, seed, target).endsConnection()) {
        line.renew();
        return;
      }
    }
  }

  /** One by one: whatever is refused has left every table as it was. */
  private void watch(Line line, RandomRequests requests, long seed, Target target)
      throws IOException {
    FuzzTables stored = target.stored();
    String before = stored.fingerprint();
    for (int i = 0; i < AT_ONCE; i++) {
      byte[] request = requests.next();
      line.send(List.of(request));
      RawAnswer answer = check(answer(line, request, seed), request, seed, target);
      String after = stored.fingerprint();
      if (answer.status() >= 300) {
        assertThat(after)
            .as(() -> "tables after %d; %s".formatted(answer.status(), described(request, seed)))
            .isEqualTo(before);
      }
      before = after;
      if (answer.endsConnection()) {
        line.renew();
      }
    }
    stored.prune();
  }

  /** As bytes, over a connection of its own, until the server has no more to say. */
  private void hurt(Target target, RandomRequests requests, long seed) throws IOException {
    Random random = new Random(~seed);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (int i = random.nextInt(3); i >= 0; i--) {
      byte[] whole = requests.next();
      // How long an answer is must not depend on what the damage has made of its request.
      bytes.writeBytes(Line.isHead(whole) ? new byte[0] : whole);
    }
    byte[] request = Damage.of(bytes.toByteArray(), random);
    try {
      Line.exchange(target.api().address(), request)
          .forEach(answer -> check(answer, request, seed, target));
    } catch (IOException failure) {
      throw new IOException(failure + " on " + described(request, seed), failure);
    }
  }

  private static RawAnswer answer(Line line, byte[] request, long seed) throws IOException {
    try {
      return line.answer(request);
    } catch (IOException failure) {
      throw new IOException(failure + " on " + described(request, seed), failure);
    }
  }

  private RawAnswer check(RawAnswer answer, byte[] request, long seed, Target target) {
    boolean isExpected =
        target.expected().contains(answer.status()) || BESIDES.contains(answer.status());
    String complaint = isExpected ? AnswerForm.complaint(answer) : "status " + answer.status();
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
    answered.incrementAndGet();
    return answer;
  }

  private static String described(byte[] request, long seed) {
    return "seed %d: %s".formatted(seed, new String(request, StandardCharsets.UTF_8));
  }
}
