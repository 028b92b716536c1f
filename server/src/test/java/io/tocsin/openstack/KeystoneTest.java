package io.tocsin.openstack;

import static io.tocsin.openstack.ScriptedServer.cut;
import static io.tocsin.openstack.ScriptedServer.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import ch.qos.logback.classic.Level;
import io.tocsin.Waiting;
import io.tocsin.clock.Clock;
import io.tocsin.clock.Deadline;
import io.tocsin.http.LoggedLines;
import io.tocsin.openstack.CallFailure.NoAccess;
import io.tocsin.openstack.CallFailure.NoAccess.Reason;
import io.tocsin.store.Secret;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.random.RandomGenerator;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;

/** Our session with a Keystone on a real socket. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class KeystoneTest {
  private static final ApiCall VALIDATE =
      ApiCall.read("/auth/tokens", Map.of("X-Subject-Token", "a-users-token"));

  private final SteppingClock clock = new SteppingClock();
  private final ScriptedKeystone server = new ScriptedKeystone();

  @AfterEach
  void stopServer() {
    server.close();
  }

  @Test
  void asksNothingBeforeItIsAskedForSomething() {
    try (Keystone keystone = keystone()) {
      assertThat(server.server().opened()).isZero();
      assertThat(keystone.token()).isEqualTo("token-1");
    }
  }

  @Test
  void logsOnWithPasswordAndNames() {
    try (Keystone keystone = keystone()) {
      keystone.token();
    }
    ScriptedServer.Received request = server.received().getFirst();
    assertThat(request.method() + " " + request.target())
        .isEqualTo("POST /identity/v3/auth/tokens");
    assertThat(request.headers())
        .doesNotContainKey("X-Auth-Token")
        .containsEntry("Content-Type", "application/json");
    assertBody(
        request,
        """
        {"auth": {"identity": {"methods": ["password"], "password": {"user": {
            "name": "tocsin", "domain": {"name": "Default"}, "password": "%s"}}},
          "scope": {"project": {"name": "service", "domain": {"name": "Default"}}}}}
        """
            .formatted(ScriptedKeystone.PASSWORD.value()));
  }

  @Test
  void logsOnWithPasswordAndIds() {
    Credentials.Password ids =
        new Credentials.Password(
            new Credentials.Subject.ById("u1"),
            new Secret("p"),
            new Credentials.Subject.ByName("service", new Credentials.Domain.ById("d1")));
    logOn(ids);
    assertBody(
        server.received().getFirst(),
        """
        {"auth": {"identity": {"methods": ["password"], "password": {"user": {
            "id": "u1", "password": "p"}}},
          "scope": {"project": {"name": "service", "domain": {"id": "d1"}}}}}
        """);
  }

  @Test
  void logsOnWithAnApplicationCredentialAndNoScope() {
    logOn(new Credentials.ApplicationCredential("c1", new Secret("s")));
    assertBody(
        server.received().getFirst(),
        """
        {"auth": {"identity": {"methods": ["application_credential"],
          "application_credential": {"id": "c1", "secret": "s"}}}}
        """);
  }

  private void logOn(Credentials credentials) {
    KeystoneSettings settings =
        new KeystoneSettings(server.url(), credentials, null, Duration.ofSeconds(10));
    try (Keystone keystone = new Keystone(settings, RandomGenerator.getDefault(), clock)) {
      assertThat(keystone.token()).isEqualTo("token-1");
    }
  }

  private static void assertBody(ScriptedServer.Received request, String expected) {
    JsonMapper json = JsonMapper.shared();
    assertThat(json.readTree(request.body())).isEqualTo(json.readTree(expected));
  }

  @ParameterizedTest
  @CsvSource({
    "http://k:5000, http://k:5000/v3",
    "http://k:5000/, http://k:5000/v3",
    "http://k:5000/v3, http://k:5000/v3",
    "http://k:5000/v3/, http://k:5000/v3",
    "https://k/identity, https://k/identity/v3",
    "https://k/identity/v3, https://k/identity/v3"
  })
  void takesItsUrlWithAndWithoutTheVersion(URI url, URI root) {
    assertThat(settings(url).root()).isEqualTo(root);
  }

  @ParameterizedTest
  @ValueSource(strings = {"http://k/v2.0", "http://k/v2.0/", "http://k/?a=1", "ldap://k", "/v3"})
  void refusesAUrlThatCannotBeKeystonesV3(URI url) {
    assertThatThrownBy(() -> settings(url)).isInstanceOf(IllegalArgumentException.class);
  }

  private static KeystoneSettings settings(URI url) {
    return new KeystoneSettings(url, ScriptedKeystone.password(), null, Duration.ofSeconds(1));
  }

  @Test
  void usesATokenUntilAMinuteBeforeItsEnd() {
    try (Keystone keystone = keystone()) {
      assertThat(keystone.token()).isEqualTo("token-1");
      clock.advance(Duration.ofMinutes(59).minusMillis(1));
      assertThat(keystone.token()).isEqualTo("token-1");
      clock.advance(Duration.ofMillis(1));
      assertThat(keystone.token()).isEqualTo("token-2");
    }
    assertThat(server.logOns()).isEqualTo(2);
  }

  @Test
  void usesAShortTokenForThreeQuartersOfItsLife() {
    server.tokensLive(Duration.ofSeconds(40));
    try (Keystone keystone = keystone()) {
      keystone.token();
      clock.advance(Duration.ofSeconds(30).minusMillis(1));
      assertThat(keystone.token()).isEqualTo("token-1");
      clock.advance(Duration.ofMillis(1));
      assertThat(keystone.token()).isEqualTo("token-2");
    }
  }

  @Test
  void aTokenThatWasRefusedIsReplacedOnce() {
    try (Keystone keystone = keystone()) {
      String first = keystone.token();
      keystone.refused(first);
      keystone.refused(first);
      assertThat(keystone.token()).isEqualTo("token-2");
      keystone.refused(first);
      assertThat(keystone.token()).as("old news").isEqualTo("token-2");
    }
  }

  @Test
  void goesOnWithAnAgeingTokenWhileKeystoneIsAway() {
    try (Keystone keystone = keystone()) {
      keystone.token();
      clock.advance(Duration.ofMinutes(59));
      server.script(_ -> cut());
      assertThat(keystone.token()).isEqualTo("token-1");

      clock.advance(Duration.ofMinutes(1));
      assertThat(failureOf(keystone::token).reason()).isEqualTo(Reason.KEYSTONE_UNUSABLE);
    }
  }

  @Test
  void howeverManyAskThereIsOneLogOn() throws Exception {
    CountDownLatch isAsked = new CountDownLatch(1);
    CompletableFuture<Boolean> mayAnswer = new CompletableFuture<>();
    server.script(_ ->
        (in, out) -> {
          isAsked.countDown();
          mayAnswer.join();
          return server.token().write(in, out);
        });
    try (Keystone keystone = keystone(Clock.system());
        ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<String>> tokens = new ArrayList<>();
      for (int i = 0; i < 200; i++) {
        tokens.add(callers.submit(keystone::token));
      }
      isAsked.await();
      mayAnswer.complete(true);
      for (Future<String> token : tokens) {
        assertThat(token.get()).isEqualTo("token-1");
      }
    }
    assertThat(server.received()).hasSize(1);
  }

  @Test
  void howeverManyAskAFailureIsOneLogOnToo() throws Exception {
    CountDownLatch isAsked = new CountDownLatch(1);
    CompletableFuture<Boolean> mayAnswer = new CompletableFuture<>();
    server.script(_ ->
        (in, out) -> {
          isAsked.countDown();
          mayAnswer.join();
          return unauthorized().write(in, out);
        });
    List<Future<NoAccess>> failures = new ArrayList<>();
    try (Keystone keystone = keystone(Clock.system());
        ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < 200; i++) {
        failures.add(callers.submit(() -> failureOf(keystone::token)));
      }
      isAsked.await();
      mayAnswer.complete(true);
    }
    assertThat(failures)
        .hasSize(200)
        .allMatch(f -> f.resultNow().reason() == Reason.CREDENTIALS_REFUSED);
    assertThat(server.received()).hasSize(1);
  }

  @Test
  void saysWhatToCheckWhenThePasswordIsWrongAndNeverThePassword() {
    server.script(_ ->
        json(
            401,
            "{\"error\": {\"code\": 401, \"title\": \"Unauthorized\", \"message\": \"No, "
                + ScriptedKeystone.PASSWORD.value()
                + " is wrong.\"}}"));
    try (Keystone keystone = keystone()) {
      NoAccess failure = failureOf(keystone::token);
      assertThat(failure.reason()).isEqualTo(Reason.CREDENTIALS_REFUSED);
      assertThat(failure.text())
          .contains("tocsin of domain Default", "service of domain Default", "HTTP 401")
          .contains("keystone.username", "keystone.password", "keystone.project", "No, *** is")
          .doesNotContain("hunter2");
      CallFailedException thrown = catchThrowableOfType(CallFailedException.class, keystone::token);
      assertThat(thrown).hasNoCause();
    }
  }

  @Test
  void doesNotKnockAgainAtOnceWhenItWasRefused() {
    server.script(_ -> unauthorized());
    try (Keystone keystone = keystone()) {
      failureOf(keystone::token);
      clock.advance(Sessions.REFUSED_PAUSE.minusMillis(1));
      failureOf(keystone::token);
      assertThat(server.received()).hasSize(1);

      server.recover();
      clock.advance(Duration.ofMillis(1));
      assertThat(keystone.token()).isEqualTo("token-1");
    }
  }

  @Test
  void waitsLongerAndLongerForAKeystoneInTroubleButNotLong() {
    server.script(_ -> json(500, "{\"error\": {\"message\": \"Database\"}}"));
    try (Keystone keystone = keystone()) {
      int rounds = 12;
      for (int round = 0; round < rounds; round++) {
        assertThat(failureOf(keystone::token).text()).contains("HTTP 500: Database");
        int asked = server.received().size();
        failureOf(keystone::token);
        assertThat(server.received()).as("asked at once again").hasSize(asked);
        clock.advance(Duration.ofSeconds(5));
      }
      assertThat(server.received()).hasSize(rounds * KeystoneSettings.TRIES);
      server.recover();
      assertThat(keystone.token()).isEqualTo("token-1");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "404 | {} | is keystone.url",
        "300 | {} | is keystone.url",
        "503 | {} | HTTP 503",
        "201 | {} | names no token",
        "201 | nonsense | not JSON"
      })
  void saysWhatIsWrongWithWhatItFound(int status, String body, String said) {
    server.script(_ -> json(status, body, "X-Subject-Token", "t"));
    try (Keystone keystone = keystone()) {
      NoAccess failure = failureOf(keystone::token);
      assertThat(failure.reason()).isEqualTo(Reason.KEYSTONE_UNUSABLE);
      assertThat(failure.text()).contains(said, server.url() + "/v3");
    }
  }

  @Test
  void logsThatItLoggedOnAndThatItCannotOnceAndNoSecret() {
    try (LoggedLines lines = LoggedLines.of("io.tocsin.openstack");
        Keystone keystone = keystone()) {
      keystone.refused(keystone.token());
      server.script(_ -> json(503, "{}"));
      for (int round = 0; round < 3; round++) {
        failureOf(keystone::token);
        clock.advance(Duration.ofMinutes(1));
      }
      server.recover();
      keystone.token();

      assertThat(lines.atLevel(Level.INFO))
          .hasSize(2)
          .allMatch(line -> line.getMessage().equals("logged on to Keystone"));
      assertThat(lines.atLevel(Level.WARN)).hasSize(1);
      assertThat(lines.atLevel(Level.DEBUG)).isNotEmpty();
      for (Level level : List.of(Level.DEBUG, Level.INFO, Level.WARN)) {
        assertThat(lines.atLevel(level))
            .map(line -> line.getFormattedMessage() + line.getKeyValuePairs())
            .noneMatch(line -> line.contains("token-") || line.contains("hunter2"));
      }
    }
  }

  @Test
  void refusesATokenThatHasExpiredWhenItIsIssued() {
    server.tokensLive(Duration.ZERO);
    try (Keystone keystone = keystone()) {
      assertThat(failureOf(keystone::token).text()).contains("expired when it was issued");
    }
  }

  @Test
  void callsKeystoneWithItsTokenOnBehalfOfTheCaller() {
    server.others(_ -> json(200, "{\"token\": {}}"));
    try (Keystone keystone = keystone()) {
      Answer answer =
          ScopedValue.where(OnBehalfOf.REQUEST_ID, "req-7").call(() -> keystone.call(VALIDATE));
      assertThat(answer.tree().has("token")).isTrue();
    }
    assertThat(server.received())
        .allMatch(r -> "req-7".equals(r.headers().get("X-OpenStack-Request-ID")));
    ScriptedServer.Received call = server.received().getLast();
    assertThat(call.target()).isEqualTo("/identity/v3/auth/tokens");
    assertThat(call.headers())
        .containsEntry("X-Auth-Token", "token-1")
        .containsEntry("X-Subject-Token", "a-users-token");
  }

  @Test
  void logsOnOnceMoreWhenItsTokenIsRefused() {
    server.others(r -> isWith(r, "token-1") ? unauthorized() : json(200, "{}"));
    try (Keystone keystone = keystone()) {
      assertThat(keystone.call(VALIDATE).status()).isEqualTo(200);
      assertThat(keystone.token()).isEqualTo("token-2");
    }
    assertThat(server.received()).hasSize(4);
  }

  @Test
  void givesUpWhenTheNextTokenIsRefusedToo() {
    server.others(_ -> unauthorized());
    try (Keystone keystone = keystone()) {
      NoAccess failure = failureOf(() -> keystone.call(VALIDATE));
      assertThat(failure.reason()).isEqualTo(Reason.TOKEN_REFUSED);
      assertThat(failure.text()).contains("and the one after it", "HTTP 401");
    }
    assertThat(server.received()).hasSize(4);
  }

  @Test
  void aRefusalOfWhatWasAskedIsNoMatterOfAccess() {
    server.others(r -> json(404, "{\"error\": {\"message\": \"Not a token: a-users-token\"}}"));
    try (Keystone keystone = keystone()) {
      assertThat(
              catchThrowableOfType(CallFailedException.class, () -> keystone.call(VALIDATE))
                  .failure())
          .isEqualTo(new CallFailure.Rejected(404, "Not a token: ***"));
    }
  }

  @Test
  void waitsNoLongerForASlowKeystoneThanItsTimeouts() {
    server.script(_ -> server.server().silence());
    Duration callTimeout = Duration.ofMillis(300);
    try (Keystone keystone =
        new Keystone(server.settings(callTimeout), RandomGenerator.getDefault(), Clock.system())) {
      long before = System.nanoTime();
      assertThat(failureOf(keystone::token).text()).contains("no whole answer within 300 ms");
      assertThat(Duration.ofNanos(System.nanoTime() - before))
          .isBetween(callTimeout, Duration.ofSeconds(10));
      int asked = server.received().size();
      failureOf(keystone::token);
      assertThat(server.received()).as("asked at once again").hasSize(asked);
    }
  }

  @Test
  void waitsForSomebodyElsesLogOnNoLongerThanItsOwnTime() throws Exception {
    CompletableFuture<Boolean> mayAnswer = logOnsThatWait();
    Duration callTimeout = Duration.ofSeconds(30);
    try (Keystone keystone =
            new Keystone(
                server.settings(callTimeout), RandomGenerator.getDefault(), Clock.system());
        ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<String> patient = callers.submit(keystone::token);
      Waiting.until(() -> server.received().size() == 1);
      Access access = keystone.at(URI.create("http://nova"));
      long before = System.nanoTime();
      NoAccess failure =
          failureOf(() -> access.grant(Deadline.in(Duration.ofMillis(200), Clock.system())));
      assertThat(failure.text()).contains("still under way");
      assertThat(Duration.ofNanos(System.nanoTime() - before))
          .isLessThan(callTimeout.minusSeconds(10));

      mayAnswer.complete(true);
      assertThat(patient.get()).isEqualTo("token-1");
    }
  }

  @Test
  void aCallerWhoseTimeIsOverSpoilsNothingForOthers() {
    try (Keystone keystone = keystone()) {
      Access access = keystone.at(URI.create("http://nova"));
      failureOf(() -> access.grant(Deadline.in(Duration.ZERO, clock)));
      assertThat(keystone.token()).isEqualTo("token-1");
    }
  }

  @Test
  void nobodyWaitsForANewTokenWhileTheOldOneIsGood() throws Exception {
    try (Keystone keystone = keystone()) {
      keystone.token();
      clock.advance(Duration.ofMinutes(59));
      server.script(_ -> server.server().silence());
      Thread renewing =
          Thread.ofVirtual()
              .start(() ->
                  assertThatThrownBy(keystone::token).isInstanceOf(CallInterruptedException.class));
      Waiting.until(() -> server.received().size() == 2);

      assertThat(keystone.token()).isEqualTo("token-1");

      renewing.interrupt();
      renewing.join();
      assertThat(server.received()).hasSize(2);
    }
  }

  @Test
  void readsACatalogThatLacksAServiceAnewButNotAllTheTime() {
    EndpointQuery query =
        new EndpointQuery(List.of("compute"), EndpointQuery.Interface.PUBLIC, null);
    try (Keystone keystone = keystone()) {
      assertThat(failureOf(() -> keystone.endpoint(query)).reason()).isEqualTo(Reason.NO_ENDPOINT);
      server.catalog(
          "[" + ScriptedKeystone.entry("compute", "public", "One", "http://nova/v2.1") + "]");
      clock.advance(Duration.ofSeconds(30).minusMillis(1));
      failureOf(() -> keystone.endpoint(query));
      assertThat(server.logOns()).isEqualTo(1);

      clock.advance(Duration.ofMillis(1));
      assertThat(keystone.endpoint(query)).isEqualTo(URI.create("http://nova/v2.1"));
      assertThat(server.logOns()).isEqualTo(2);
    }
  }

  @Test
  void anInterruptEndsTheWaitForSomebodyElsesLogOnAndTheLogOnGoesOn() throws Exception {
    CompletableFuture<Boolean> mayAnswer = logOnsThatWait();
    try (Keystone keystone = keystone(Clock.system());
        ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<String> first = callers.submit(keystone::token);
      Waiting.until(() -> server.received().size() == 1);
      CompletableFuture<Boolean> flag = new CompletableFuture<>();
      Thread second =
          Thread.ofVirtual()
              .start(() -> {
                assertThatThrownBy(keystone::token).isInstanceOf(CallInterruptedException.class);
                flag.complete(Thread.currentThread().isInterrupted());
              });
      Waiting.until(() -> second.getState() == Thread.State.TIMED_WAITING);
      second.interrupt();
      assertThat(flag.get(10, TimeUnit.SECONDS)).isTrue();

      mayAnswer.complete(true);
      assertThat(first.get()).isEqualTo("token-1");
    }
  }

  @Test
  void whoWaitsLogsOnWhenTheOneWhoDidIsInterrupted() throws Exception {
    AtomicInteger asked = new AtomicInteger();
    server.script(_ -> asked.incrementAndGet() == 1 ? server.server().silence() : server.token());
    try (Keystone keystone = keystone(Clock.system());
        ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
      Thread first =
          Thread.ofVirtual()
              .start(() ->
                  assertThatThrownBy(keystone::token).isInstanceOf(CallInterruptedException.class));
      Waiting.until(() -> asked.get() == 1);
      Future<String> second = callers.submit(keystone::token);
      first.interrupt();
      assertThat(second.get(10, TimeUnit.SECONDS)).isEqualTo("token-1");
    }
  }

  /** Log-ons are answered when that is complete. */
  private CompletableFuture<Boolean> logOnsThatWait() {
    CompletableFuture<Boolean> mayAnswer = new CompletableFuture<>();
    server.script(_ ->
        (in, out) -> {
          mayAnswer.join();
          return server.token().write(in, out);
        });
    return mayAnswer;
  }

  private static boolean isWith(ScriptedServer.Received request, String token) {
    return token.equals(request.headers().get("X-Auth-Token"));
  }

  private static ScriptedServer.Reply unauthorized() {
    return json(
        401,
        "{\"error\": {\"code\": 401, \"message\": \"The request you have made requires"
            + " authentication.\", \"title\": \"Unauthorized\"}}");
  }

  private Keystone keystone() {
    return keystone(clock);
  }

  private Keystone keystone(Clock itsClock) {
    return new Keystone(server.settings(), RandomGenerator.getDefault(), itsClock);
  }

  private static NoAccess failureOf(ThrowingCallable call) {
    return (NoAccess) catchThrowableOfType(CallFailedException.class, call).failure();
  }
}
