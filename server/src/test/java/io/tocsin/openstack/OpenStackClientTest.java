package io.tocsin.openstack;

import static io.tocsin.openstack.ScriptedServer.cut;
import static io.tocsin.openstack.ScriptedServer.json;
import static io.tocsin.openstack.ScriptedServer.raw;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.tocsin.Waiting;
import io.tocsin.clock.Clock;
import io.tocsin.openstack.ApiCall.Repeat;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Calls over real sockets, to a server that breaks the rules. */
@Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class OpenStackClientTest {
  private static final ApiCall READ = ApiCall.read("/servers/1", Map.of());
  private static final ApiCall ACTION =
      new ApiCall(
          "POST", "/servers/1/action", "{\"go\":null}", Map.of(), Repeat.ONLY_IF_IT_DID_NOT_ACT);
  private static final Duration SHORT = Duration.ofMillis(400);
  private static final Duration LONG = Duration.ofSeconds(20);

  private final SteppingClock clock = new SteppingClock();
  private final ScriptedServer server = new ScriptedServer();

  @AfterEach
  void stopServer() {
    server.close();
  }

  @Test
  void givesStatusHeadersAndBody() {
    server.reply(json(202, "{\"a\": [1, \"é\"]}", "X-Compute-Request-Id", "req-1"));
    try (OpenStackClient client = client(LONG, 1)) {
      Answer answer = client.call(READ);

      assertThat(answer.status()).isEqualTo(202);
      assertThat(answer.headers().firstValue("x-compute-request-id")).contains("req-1");
      assertThat(answer.tree().path("a").path(1).asString()).isEqualTo("é");
    }
  }

  @Test
  void sendsPlainHttp11WithTheCallsHeadersAndBody() {
    server.reply(json(200, "{}"));
    try (OpenStackClient client = client(LONG, 1)) {
      client.call(new ApiCall("PUT", "/x?y=1", "{\"é\":1}", Map.of("X-One", "1"), Repeat.HARMLESS));
    }
    ScriptedServer.Received request = server.received().getFirst();
    assertThat(request.method()).isEqualTo("PUT");
    assertThat(request.target()).isEqualTo("/compute/v2.1/x?y=1");
    assertThat(request.body()).isEqualTo("{\"é\":1}");
    assertThat(request.headers())
        .containsEntry("X-One", "1")
        .containsEntry("Accept", "application/json")
        .containsEntry("Content-Type", "application/json")
        .doesNotContainKeys("Upgrade", "HTTP2-Settings");
  }

  @Test
  void keepsItsConnection() {
    server.reply(json(200, "{}"));
    try (OpenStackClient client = client(LONG, 1)) {
      for (int i = 0; i < 20; i++) {
        client.call(READ);
      }
    }
    assertThat(server.opened()).isEqualTo(1);
  }

  @Test
  void readsABodyThatOnlyTheEndOfTheConnectionEnds() {
    server.reply(raw("HTTP/1.0 200 OK\r\nContent-Type: application/json\r\n\r\n{\"a\":1}"));
    try (OpenStackClient client = client(LONG, 1)) {
      assertThat(client.call(READ).tree().path("a").asInt()).isEqualTo(1);
    }
  }

  @Test
  void givesUpAServerThatNeverAnswersAndLeavesItsConnection() {
    server.script(_ -> server.silence());
    assertEndsUnansweredInTime();
  }

  @Test
  void givesUpAServerThatStopsInTheHeaders() {
    server.script(_ -> server.thenSilence("HTTP/1.1 200 OK\r\nContent-Le"));
    assertEndsUnansweredInTime();
  }

  @Test
  void givesUpABodyThatStops() {
    server.script(_ -> server.thenSilence("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{\"a\""));
    assertEndsUnansweredInTime();
  }

  @Test
  void givesUpABodyThatTricklesForEver() {
    server.script(_ -> server.trickle("HTTP/1.1 200 OK\r\nContent-Length: 99999\r\n\r\n"));
    assertEndsUnansweredInTime();
  }

  private void assertEndsUnansweredInTime() {
    try (OpenStackClient client = client(SHORT, 1)) {
      long before = System.nanoTime();
      CallFailure failure = failureOf(client, READ);
      Duration took = Duration.ofNanos(System.nanoTime() - before);

      assertThat(failure).isInstanceOf(CallFailure.NoAnswer.class);
      assertThat(failure.text()).contains("GET /servers/1", "400 ms");
      assertThat(took).isBetween(SHORT, Duration.ofSeconds(10));
      Waiting.until(() -> server.abandoned() == 1);
      assertThat(client.limit().inFlight()).isZero();
    }
  }

  @Test
  void readsABodyAtItsBoundAndNoneAboveIt() {
    String atBound = "\"" + "x".repeat(998) + "\"";
    server.reply(json(200, atBound), json(200, atBound + " "));
    try (OpenStackClient client = client(LONG, 5)) {
      assertThat(client.call(READ).body()).hasSize(1000);
      assertThat(failureOf(client, READ))
          .isEqualTo(
              new CallFailure.Unreadable(
                  200, "GET /servers/1: the answer has more than 1000 bytes"));
    }
    assertThat(server.received()).as("no repeat of what ends the same way").hasSize(2);
  }

  @Test
  void endsABodyWithoutEnd() {
    String chunk = "400\r\n" + "x".repeat(1024) + "\r\n";
    server.script(_ ->
        (_, out) -> {
          out.write(
              "HTTP/1.1 500 No\r\nTransfer-Encoding: chunked\r\n\r\n"
                  .getBytes(StandardCharsets.US_ASCII));
          while (true) {
            out.write(chunk.getBytes(StandardCharsets.US_ASCII));
          }
        });
    try (OpenStackClient client = client(LONG, 1)) {
      assertThat(failureOf(client, READ)).isInstanceOf(CallFailure.Unreadable.class);
    }
  }

  @Test
  void saysWhereAnAnswerStopsBeingJson() {
    server.reply(json(200, "{\"servers\": [oops"));
    try (OpenStackClient client = client(LONG, 1)) {
      Answer answer = client.call(READ);
      assertThatThrownBy(answer::tree)
          .isInstanceOfSatisfying(
              CallFailedException.class,
              e ->
                  assertThat(e.failure())
                      .isInstanceOf(CallFailure.Unreadable.class)
                      .extracting(CallFailure::text)
                      .asString()
                      .contains("not JSON", "byte"));
    }
  }

  @Test
  void saysThatNothingWasSentWhenTheConnectionIsRefused() {
    server.reply(json(200, "{}"));
    server.refuse();
    try (OpenStackClient client = client(LONG, 4)) {
      assertThat(failureOf(client, ACTION))
          .isInstanceOf(CallFailure.NotSent.class)
          .extracting(CallFailure::text)
          .asString()
          .contains("POST /servers/1/action")
          .doesNotEndWith("null");
    }
    assertThat(clock.sleeps()).as("pauses between four tries").hasSize(3);
  }

  @Test
  void saysThatNothingWasSentWhenTheNameIsUnknown() {
    try (OpenStackClient client =
        client(URI.create("http://no-such-host.invalid:1/v2.1"), LONG, 1, 8, clock)) {
      assertThat(failureOf(client, ACTION)).isInstanceOf(CallFailure.NotSent.class);
    }
  }

  @Test
  void repeatsAHarmlessCallWhoseConnectionWasCut() {
    ApiCall put = new ApiCall("PUT", "/x", "{}", Map.of(), Repeat.HARMLESS);
    server.reply(cut(), raw("HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\n{"), json(200, "7"));
    try (OpenStackClient client = client(LONG, 3)) {
      assertThat(client.call(put).tree().asInt()).isEqualTo(7);
    }
    assertThat(server.received()).hasSize(3);
  }

  @Test
  void neverRepeatsAnActionWhoseConnectionWasCut() {
    server.reply(cut(), json(202, ""));
    try (OpenStackClient client = client(LONG, 5)) {
      assertThat(failureOf(client, ACTION)).isInstanceOf(CallFailure.NoAnswer.class);
    }
    assertThat(server.received()).hasSize(1);
  }

  @Test
  void neverRepeatsAnActionWhoseAnswerBrokeOff() {
    server.reply(raw("HTTP/1.1 202 Acc"), json(202, ""));
    try (OpenStackClient client = client(LONG, 5)) {
      assertThat(failureOf(client, ACTION)).isInstanceOf(CallFailure.NoAnswer.class);
    }
    assertThat(server.received()).hasSize(1);
  }

  @ParameterizedTest
  @CsvSource({
    "302, 1, 1",
    "400, 1, 1",
    "401, 1, 1",
    "403, 1, 1",
    "404, 1, 1",
    "409, 1, 1",
    "422, 1, 1",
    "429, 3, 3",
    "500, 3, 1",
    "501, 1, 1",
    "502, 3, 1",
    "503, 3, 3",
    "504, 3, 1"
  })
  void repeatsByStatusAndByWhatTheCallDoes(int status, int readTries, int actionTries) {
    server.reply(json(status, "{\"fault\": {\"message\": \"because\", \"code\": 1}}"));
    try (OpenStackClient client = client(LONG, 3)) {
      assertThat(failureOf(client, READ)).isEqualTo(new CallFailure.Rejected(status, "because"));
      assertThat(server.received()).hasSize(readTries);
      assertThat(failureOf(client, ACTION)).isEqualTo(new CallFailure.Rejected(status, "because"));
      assertThat(server.received()).hasSize(readTries + actionTries);
    }
  }

  @Test
  void doesNotSayThatNothingWasSentWhenAnEarlierTryMayHaveActed() {
    server.script(_ -> {
      server.refuse();
      return cut();
    });
    ApiCall put = new ApiCall("PUT", "/x", "{}", Map.of(), Repeat.HARMLESS);
    try (OpenStackClient client = client(LONG, 3)) {
      assertThat(failureOf(client, put))
          .isInstanceOf(CallFailure.NoAnswer.class)
          .extracting(CallFailure::text)
          .asString()
          .contains("earlier try");
    }
  }

  @Test
  void pausesGrowAndAreSpread() {
    server.reply(json(503, ""));
    try (OpenStackClient client = client(LONG, 8)) {
      failureOf(client, READ);
    }
    long[] full = {250, 500, 1000, 2000, 4000, 5000, 5000};
    assertThat(clock.sleeps()).hasSize(full.length);
    for (int i = 0; i < full.length; i++) {
      assertThat(clock.sleeps().get(i))
          .isBetween(Duration.ofMillis(full[i] / 2), Duration.ofMillis(full[i]));
    }
  }

  @Test
  void endsAtItsOverallTimeHoweverManyTriesAreLeft() {
    server.reply(json(503, ""));
    try (OpenStackClient client = client(LONG, 1000)) {
      failureOf(client, READ);
    }
    Duration slept = clock.sleeps().stream().reduce(Duration.ZERO, Duration::plus);
    assertThat(slept).isBetween(Duration.ofSeconds(55), Duration.ofSeconds(60));
  }

  @Test
  void startsNoCallWhileTheServerAskedForPeaceInSeconds() {
    assertNextCallAfter("1", Duration.ofSeconds(1));
  }

  @Test
  void startsNoCallWhileTheServerAskedForPeaceUntilADate() {
    Instant until = Instant.now().plusSeconds(2).truncatedTo(ChronoUnit.SECONDS);
    String date = DateTimeFormatter.RFC_1123_DATE_TIME.format(until.atOffset(ZoneOffset.UTC));
    assertNextCallAfter(date, Duration.between(Instant.now(), until));
  }

  private void assertNextCallAfter(String retryAfter, Duration atLeast) {
    server.reply(json(429, "", "Retry-After", retryAfter), json(200, "{}"));
    long before = System.nanoTime();
    try (OpenStackClient client = client(server.endpoint(), LONG, 2, 8, Clock.system())) {
      client.call(ACTION);
    }
    Duration gap = Duration.ofNanos(server.received().get(1).atNanos() - before);
    assertThat(gap).isBetween(atLeast, atLeast.plusSeconds(5));
  }

  @Test
  void waitingForAPlaceCountsAgainstTheCallsTime() throws Exception {
    server.script(_ -> server.silence());
    Duration time = Duration.ofSeconds(1);
    try (OpenStackClient client =
        new OpenStackClient(
            Access.open(server.endpoint()),
            new CallSettings(time, time, 1, 1000),
            Trust.usual(),
            new CallLimit(1, Clock.system()),
            RandomGenerator.getDefault(),
            Clock.system())) {
      Thread first = Thread.ofVirtual().start(() -> failureOf(client, READ));
      Waiting.until(() -> client.limit().inFlight() == 1);
      Thread second = Thread.ofVirtual().start(() -> failureOf(client, READ));
      Waiting.until(() -> client.limit().waiting() == 1);
      long before = System.nanoTime();
      first.join();
      second.join();
      assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofSeconds(10));
      assertThat(client.limit().inFlight()).isZero();
      assertThat(client.limit().waiting()).isZero();
    }
  }

  /**
   * A server that does ten calls at a time and turns the others away: all callers are served, and
   * the limit settles near the ten, far from the ceiling.
   */
  @Test
  void findsOutHowManyCallsAServerCanDo() throws Exception {
    Semaphore places = new Semaphore(10);
    AtomicInteger turnedAway = new AtomicInteger();
    server.script(_ ->
        (in, out) -> {
          if (!places.tryAcquire()) {
            turnedAway.incrementAndGet();
            return json(503, "").write(in, out);
          }
          LockSupport.parkNanos(3_000_000);
          places.release();
          return json(200, "{}").write(in, out);
        });
    int calls = 1500;
    try (OpenStackClient client = client(server.endpoint(), LONG, 20, 200, Clock.system())) {
      List<Future<Answer>> answers = new ArrayList<>();
      try (ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
        for (int i = 0; i < calls; i++) {
          answers.add(callers.submit(() -> client.call(READ)));
        }
      }
      for (Future<Answer> answer : answers) {
        assertThat(answer.get().status()).isEqualTo(200);
      }
      assertThat(client.limit().limit()).isBetween(1, 40);
      assertThat(turnedAway.get()).isBetween(1, calls / 2);
      assertThat(client.limit().inFlight()).isZero();
    }
  }

  @Test
  void anInterruptEndsACallAtOnceAndLeavesItsConnection() throws Exception {
    server.script(_ -> server.silence());
    try (OpenStackClient client = client(LONG, 5)) {
      assertInterruptEnds(client, () -> !server.received().isEmpty());
      Waiting.until(() -> server.abandoned() == 1);
    }
  }

  @Test
  void anInterruptEndsTheWaitForAPlace() throws Exception {
    server.script(_ -> server.silence());
    try (OpenStackClient client = client(server.endpoint(), LONG, 1, 1, Clock.system())) {
      Thread first =
          Thread.ofVirtual()
              .start(() ->
                  assertThatThrownBy(() -> client.call(READ))
                      .isInstanceOf(CallInterruptedException.class));
      Waiting.until(() -> client.limit().inFlight() == 1);
      assertInterruptEnds(client, () -> client.limit().waiting() == 1);
      first.interrupt();
      first.join();
    }
  }

  @Test
  void anInterruptEndsThePauseBetweenTries() throws Exception {
    server.reply(json(503, "", "Retry-After", "100"));
    try (OpenStackClient client = client(server.endpoint(), LONG, 9, 8, Clock.system())) {
      assertInterruptEnds(client, () -> !server.received().isEmpty());
    }
  }

  private static void assertInterruptEnds(OpenStackClient client, BooleanSupplier underWay)
      throws Exception {
    AtomicReference<Throwable> thrown = new AtomicReference<>();
    CompletableFuture<Boolean> flag = new CompletableFuture<>();
    Thread caller =
        Thread.ofVirtual()
            .start(() -> {
              try {
                client.call(READ);
              } catch (RuntimeException e) {
                thrown.set(e);
              }
              flag.complete(Thread.currentThread().isInterrupted());
            });
    Waiting.until(underWay);
    caller.interrupt();
    assertThat(flag.get(5, TimeUnit.SECONDS)).as("interrupt flag").isTrue();
    assertThat(thrown.get()).isInstanceOf(CallInterruptedException.class);
  }

  private OpenStackClient client(Duration callTimeout, int tries) {
    return client(server.endpoint(), callTimeout, tries, 8, clock);
  }

  private static OpenStackClient client(
      URI endpoint, Duration callTimeout, int tries, int ceiling, Clock clock) {
    return new OpenStackClient(
        Access.open(endpoint),
        new CallSettings(callTimeout, Duration.ofSeconds(60), tries, 1000),
        Trust.usual(),
        new CallLimit(ceiling, clock),
        RandomGenerator.getDefault(),
        clock);
  }

  private static CallFailure failureOf(OpenStackClient client, ApiCall call) {
    return catchThrowableOfType(CallFailedException.class, () -> client.call(call)).failure();
  }
}
