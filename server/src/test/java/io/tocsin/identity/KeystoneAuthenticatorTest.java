package io.tocsin.identity;

import static io.tocsin.openstack.ScriptedServer.json;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import io.tocsin.Waiting;
import io.tocsin.http.LoggedLines;
import io.tocsin.identity.Authenticator.Presented;
import io.tocsin.openstack.Keystone;
import io.tocsin.openstack.ScriptedServer.Received;
import io.tocsin.openstack.SteppingClock;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KeystoneAuthenticatorTest {
  private static final String TOKEN = "gAAAAAB-the-token_of_ute";
  private static final Duration CACHE = Duration.ofMinutes(5);
  private static final Duration STALE = Duration.ofMinutes(3);
  private static final AuthSettings SETTINGS =
      new AuthSettings(CACHE, 100, STALE, URI.create("https://keystone.example/v3"));
  private static final Identification REJECTED =
      new Identification.Rejected("Keystone uri=\"https://keystone.example/v3\"");
  private static final Identification UNAVAILABLE = new Identification.Unavailable();
  private static final Duration CALL_TIMEOUT = Duration.ofSeconds(20);

  private final SteppingClock clock = new SteppingClock();
  private final TokenDesk desk = new TokenDesk();
  private final Keystone keystone =
      new Keystone(desk.keystone().settings(CALL_TIMEOUT), new Random(7), clock);
  private final KeystoneAuthenticator authenticator =
      new KeystoneAuthenticator(keystone, SETTINGS, clock);

  @AfterEach
  void close() {
    authenticator.close();
    keystone.close();
    desk.close();
  }

  @Test
  void asksAsTheMiddlewareDoes() {
    desk.knows(TOKEN, TokenDesk.properties("member", "Reader"));

    assertThat(identify(TOKEN))
        .isEqualTo(
            new Identification.Known(
                new Caller(
                    new Caller.User("u7", "ute", "default"),
                    new Scope.Project("aa", "d7", true),
                    java.util.Set.of("member", "Reader"),
                    null)));
    Received question = desk.keystone().received().getLast();
    assertThat(question.method()).isEqualTo("GET");
    assertThat(question.target()).endsWith("/identity/v3/auth/tokens?nocatalog");
    assertThat(question.headers())
        .containsEntry("X-Auth-Token", "token-1")
        .containsEntry("X-Subject-Token", TOKEN)
        .containsEntry("OpenStack-Identity-Access-Rules", "1");
  }

  @Test
  void knowsEveryScope() {
    String user = "\"expires_at\": \"2026-02-03T12:00:00.000000Z\", \"user\": {\"id\": \"u7\"}";
    desk.knows("domain", user + ", \"domain\": {\"id\": \"d1\", \"name\": \"D\"}");
    desk.knows("system", user + ", \"system\": {\"all\": true}");
    desk.knows("unscoped", user);
    desk.knows("other", user + ", \"project\": {\"id\": \"p\"}, \"is_admin_project\": false");

    assertThat(caller("domain").scope()).isEqualTo(new Scope.Domain("d1"));
    assertThat(caller("system").scope()).isEqualTo(new Scope.Everything());
    assertThat(caller("unscoped").scope()).isEqualTo(new Scope.Nothing());
    assertThat(caller("other").scope()).isEqualTo(new Scope.Project("p", null, false));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "   ", "a b", "a\tb", "tökén", "\u007f", "a\u0000b", "a,é"})
  void doesNotAskAboutWhatIsNoToken(String token) {
    assertThat(identify(token)).isEqualTo(REJECTED);
    assertThat(identify(null)).isEqualTo(REJECTED);
    assertThat(desk.keystone().received()).isEmpty();
  }

  @Test
  void asksAboutTokensOfABoundedLength() {
    String longest = "x".repeat(KeystoneAuthenticator.MAX_TOKEN_LENGTH);
    desk.knows(longest, TokenDesk.properties());

    assertThat(identify(longest)).isInstanceOf(Identification.Known.class);
    assertThat(identify("  " + longest + " ")).isInstanceOf(Identification.Known.class);
    assertThat(identify(longest + "x")).isEqualTo(REJECTED);
    assertThat(desk.questions(longest)).isEqualTo(1);
    assertThat(desk.questions(longest + "x")).isZero();
  }

  @Test
  void remembersForTheCacheTime() {
    desk.knows(TOKEN, TokenDesk.properties("member"));
    identify(TOKEN);
    clock.advance(CACHE.minusMillis(1));
    identify(TOKEN);
    assertThat(desk.questions(TOKEN)).isEqualTo(1);

    clock.advance(Duration.ofMillis(1));
    identify(TOKEN);
    assertThat(desk.questions(TOKEN)).isEqualTo(2);
  }

  @Test
  void honoursARevocationAfterTheCacheTimeAndForGood() {
    desk.knows(TOKEN, TokenDesk.properties("member"));
    identify(TOKEN);
    desk.revoke(TOKEN);

    clock.advance(CACHE.minusMillis(1));
    assertThat(identify(TOKEN)).isInstanceOf(Identification.Known.class);
    clock.advance(Duration.ofMillis(1));
    assertThat(identify(TOKEN)).isEqualTo(REJECTED);

    desk.keystone().script(_ -> json(503, "{}"));
    clock.advance(TokenCache.BAD_TIME);
    assertThat(identify(TOKEN)).isEqualTo(UNAVAILABLE);
  }

  @Test
  void remembersRejectionsShortly() {
    assertThat(identify(TOKEN)).isEqualTo(REJECTED);
    desk.knows(TOKEN, TokenDesk.properties("member"));
    clock.advance(TokenCache.BAD_TIME.minusMillis(1));
    assertThat(identify(TOKEN)).isEqualTo(REJECTED);
    assertThat(desk.questions(TOKEN)).isEqualTo(1);

    clock.advance(Duration.ofMillis(1));
    assertThat(identify(TOKEN)).isInstanceOf(Identification.Known.class);
    assertThat(identify(TOKEN)).isInstanceOf(Identification.Known.class);
    assertThat(desk.questions(TOKEN)).isEqualTo(2);
  }

  @Test
  void noTokenLivesLongerThanItSays() {
    desk.knows(TOKEN, TokenDesk.properties(SteppingClock.START.plusSeconds(60), "member"));
    assertThat(identify(TOKEN)).isInstanceOf(Identification.Known.class);
    clock.advance(Duration.ofSeconds(60).minusMillis(1));
    assertThat(identify(TOKEN)).isInstanceOf(Identification.Known.class);

    clock.advance(Duration.ofMillis(1));
    assertThat(identify(TOKEN)).isEqualTo(REJECTED);
    assertThat(desk.questions(TOKEN)).isEqualTo(1);
  }

  @Test
  void aTokenThatIsOverIsRejectedWhateverKeystoneSays() {
    desk.knows(TOKEN, TokenDesk.properties(SteppingClock.START, "member"));

    assertThat(identify(TOKEN)).isEqualTo(REJECTED);
  }

  @ParameterizedTest
  @ValueSource(ints = {400, 429, 500, 502, 503, 504})
  void tokensSeenLatelySurviveAnOutage(int status) {
    desk.knows(TOKEN, TokenDesk.properties("member"));
    identify(TOKEN);
    Identification known = identify(TOKEN);
    desk.keystone().script(_ -> json(status, "{\"error\": {}}"));

    clock.advance(CACHE);
    assertThat(identify(TOKEN)).isEqualTo(known);
    assertThat(identify("new")).isEqualTo(UNAVAILABLE);
    clock.advance(STALE.minusSeconds(30));
    assertThat(identify(TOKEN)).isEqualTo(known);
    clock.advance(Duration.ofSeconds(30));
    assertThat(identify(TOKEN)).isEqualTo(UNAVAILABLE);

    desk.recover();
    assertThat(identify(TOKEN)).isEqualTo(known);
  }

  @Test
  void anOutageDoesNotLengthenATokensLife() {
    desk.knows(
        TOKEN, TokenDesk.properties(SteppingClock.START.plus(CACHE).plusSeconds(60), "member"));
    identify(TOKEN);
    desk.keystone().script(_ -> json(503, "{}"));

    clock.advance(CACHE);
    assertThat(identify(TOKEN)).isInstanceOf(Identification.Known.class);
    clock.advance(Duration.ofSeconds(60));
    assertThat(identify(TOKEN)).isEqualTo(REJECTED);
  }

  @Test
  void duringAnOutageKnownTokensAreNotAskedAboutEachTime() {
    desk.knows(TOKEN, TokenDesk.properties("member"));
    identify(TOKEN);
    clock.advance(CACHE);
    desk.keystone().script(_ -> json(400, "{}"));

    for (int i = 0; i < 20; i++) {
      assertThat(identify(TOKEN)).isInstanceOf(Identification.Known.class);
    }
    assertThat(desk.questions(TOKEN)).isEqualTo(2);

    clock.advance(KeystoneAuthenticator.RETRY_PAUSE);
    desk.recover();
    desk.revoke(TOKEN);
    assertThat(identify(TOKEN)).isEqualTo(REJECTED);
  }

  @Test
  void aNewTokenThatKeystoneStumblesOverKeepsNoKnownOneFromBeingAskedAbout() {
    desk.knows(TOKEN, TokenDesk.properties("member"));
    identify(TOKEN);
    clock.advance(CACHE);
    desk.revoke(TOKEN);
    desk.answers("stumbling-block", () -> json(400, "{}"));

    assertThat(identify("stumbling-block")).isEqualTo(UNAVAILABLE);
    assertThat(identify(TOKEN)).isEqualTo(REJECTED);
  }

  @Test
  void aSilentKeystoneHoldsKnownTokensUpOnlyShortly() {
    desk.knows(TOKEN, TokenDesk.properties("member"));
    identify(TOKEN);
    clock.advance(CACHE);
    desk.answers(TOKEN, desk.keystone().server()::silence);

    long before = System.nanoTime();
    assertThat(identify(TOKEN)).isInstanceOf(Identification.Known.class);
    assertThat(Duration.ofNanos(System.nanoTime() - before))
        .isLessThan(CALL_TIMEOUT.minusSeconds(5));
  }

  @Test
  void aKeystoneThatTalksNonsenseIsAway() {
    for (String nonsense :
        List.of("[]", "{}", "<html>", "{\"token\": {\"user\": {\"id\": \"u\"}}}")) {
      desk.answers(TOKEN, () -> json(200, nonsense));
      assertThat(identify(TOKEN)).as(nonsense).isEqualTo(UNAVAILABLE);
    }
  }

  @Test
  void aTokenWithoutAUserIsRejected() {
    desk.knows(TOKEN, "\"expires_at\": \"2026-02-03T12:00:00.000000Z\", \"roles\": []");

    assertThat(identify(TOKEN)).isEqualTo(REJECTED);
  }

  @Test
  void ourOwnTokenIsRenewedOnce() {
    desk.knows(TOKEN, TokenDesk.properties("member"));
    identify(TOKEN);
    clock.advance(CACHE);
    desk.keystone()
        .others(request ->
            "token-1".equals(request.headers().get("X-Auth-Token"))
                ? json(401, "{}")
                : json(200, "{\"token\": {" + TokenDesk.properties("member") + "}}"));

    assertThat(identify(TOKEN)).isInstanceOf(Identification.Known.class);
    assertThat(desk.keystone().logOns()).isEqualTo(2);
    assertThat(desk.questions(TOKEN)).isEqualTo(3);
  }

  @Test
  void saysOnceWhenKeystoneRefusesUs() {
    try (LoggedLines lines = LoggedLines.of(TokenValidation.class.getName())) {
      desk.keystone().script(_ -> json(401, "{}"));
      assertThat(identify(TOKEN)).isEqualTo(UNAVAILABLE);
      assertThat(identify("other")).isEqualTo(UNAVAILABLE);
      assertThat(lines.atLevel(Level.ERROR)).hasSize(1);

      desk.recover();
      clock.advance(Duration.ofMinutes(1));
      assertThat(identify(TOKEN)).isEqualTo(REJECTED);
      assertThat(lines.atLevel(Level.INFO)).hasSize(1);

      desk.answers(TOKEN, () -> json(403, "{}"));
      clock.advance(TokenCache.BAD_TIME);
      assertThat(identify(TOKEN)).isEqualTo(UNAVAILABLE);
      assertThat(lines.atLevel(Level.ERROR)).hasSize(2);
      assertThat(lines.atLevel(Level.ERROR).getLast().getKeyValuePairs().toString())
          .contains("may not validate tokens");
    }
  }

  @Test
  void manyRequestsWithANewTokenAskOnce() {
    desk.knows(TOKEN, TokenDesk.properties("member"));
    CompletableFuture<Void> go = new CompletableFuture<>();
    desk.answers(
        TOKEN,
        () -> {
          go.join();
          return json(200, "{\"token\": {" + TokenDesk.properties("member") + "}}");
        });

    List<CompletableFuture<Identification>> requests = start(200, TOKEN);
    Waiting.until(Duration.ofSeconds(20), () -> desk.questions(TOKEN) == 1);
    go.complete(null);

    assertThat(requests).allMatch(it -> it.join() instanceof Identification.Known);
    assertThat(desk.questions(TOKEN)).isEqualTo(1);
  }

  @Test
  void aSlowKeystoneIsAskedAboutSoManyNewTokensAndOthersStillWork() {
    desk.knows("known", TokenDesk.properties("member"));
    identify("known");
    CompletableFuture<Void> go = new CompletableFuture<>();
    List<CompletableFuture<Identification>> requests = new ArrayList<>();
    for (int i = 0; i < KeystoneAuthenticator.MAX_QUESTIONS; i++) {
      desk.answers(
          "slow-" + i,
          () -> {
            go.join();
            return TokenDesk.unknown();
          });
      requests.addAll(start(1, "slow-" + i));
    }
    Waiting.until(
        Duration.ofSeconds(20),
        () -> authenticator.questionsUnderWay() == KeystoneAuthenticator.MAX_QUESTIONS);
    assertThat(identify("too-many")).isEqualTo(UNAVAILABLE);
    assertThat(desk.questions("too-many")).isZero();
    assertThat(identify("known")).isInstanceOf(Identification.Known.class);

    go.complete(null);
    assertThat(requests).allMatch(it -> it.join().equals(REJECTED));
    Waiting.until(Duration.ofSeconds(20), () -> authenticator.questionsUnderWay() == 0);
    assertThat(identify("too-many")).isEqualTo(REJECTED);
  }

  @Test
  void soManyRequestsWait() {
    CompletableFuture<Void> go = new CompletableFuture<>();
    desk.answers(
        TOKEN,
        () -> {
          go.join();
          return TokenDesk.unknown();
        });
    List<CompletableFuture<Identification>> requests =
        start(KeystoneAuthenticator.MAX_WAITING, TOKEN);

    Waiting.until(
        Duration.ofSeconds(20),
        () -> authenticator.requestsWaiting() == KeystoneAuthenticator.MAX_WAITING);
    assertThat(identify("one-more")).isEqualTo(UNAVAILABLE);
    assertThat(desk.questions("one-more")).isZero();

    go.complete(null);
    assertThat(requests).allMatch(it -> it.join().equals(REJECTED));
    assertThat(authenticator.requestsWaiting()).isZero();
  }

  @Test
  void garbagePushesOutNoGoodToken() {
    desk.knows(TOKEN, TokenDesk.properties("member"));
    identify(TOKEN);
    for (int i = 0; i < 1000; i++) {
      identify("garbage-" + i);
    }

    identify(TOKEN);
    assertThat(desk.questions(TOKEN)).isEqualTo(1);
  }

  @Test
  void stoppingEndsTheWaiting() {
    desk.answers(TOKEN, desk.keystone().server()::silence);
    List<CompletableFuture<Identification>> requests = start(1, TOKEN);
    Waiting.until(Duration.ofSeconds(20), () -> desk.questions(TOKEN) == 1);

    authenticator.close();

    assertThat(requests.getFirst().join()).isEqualTo(UNAVAILABLE);
    assertThat(identify("later")).isEqualTo(UNAVAILABLE);
  }

  @Test
  void saysNothingOfATokenToAnybody() {
    try (LoggedLines lines = LoggedLines.of("io.tocsin")) {
      desk.answers(
          TOKEN,
          () -> json(404, "{\"error\": {\"message\": \"Could not find token: " + TOKEN + "\"}}"));
      identify(TOKEN);
      desk.answers("b" + TOKEN, () -> json(500, "{\"error\": {\"message\": \"b" + TOKEN + "\"}}"));
      identify("b" + TOKEN);
      desk.answers("c" + TOKEN, () -> json(200, "{\"" + TOKEN + "\": oops"));
      identify("c" + TOKEN);

      String digest = TokenKey.of(TOKEN, false).digest();
      for (Level level : List.of(Level.DEBUG, Level.INFO, Level.WARN, Level.ERROR)) {
        assertThat(lines.atLevel(level).toString()).doesNotContain(TOKEN, digest);
        lines
            .atLevel(level)
            .forEach(it ->
                assertThat("" + it.getKeyValuePairs() + it.getThrowableProxy())
                    .doesNotContain(TOKEN, digest));
      }
      assertThat(lines.atLevel(Level.WARN)).isNotEmpty();
      assertThat(new Presented(TOKEN, TOKEN, "GET", "/v1").toString()).doesNotContain(TOKEN);
      assertThat(TokenKey.of(TOKEN, true).toString()).isEqualTo("TokenKey");
    }
  }

  @Test
  void aServiceMayPassOnAUserWhoseTokenIsOver() {
    Instant over = SteppingClock.START.minus(Duration.ofHours(1));
    desk.knows("service", TokenDesk.properties("service"));
    desk.knows("expired", TokenDesk.properties(over, "member"));

    Identification passedOn = identify("expired", "service");

    assertThat(passedOn)
        .isInstanceOfSatisfying(
            Identification.Known.class,
            it -> {
              assertThat(it.caller().roles()).containsExactly("member");
              assertThat(it.caller().service()).isNotNull();
            });
    assertThat(desk.keystone().received().getLast().target())
        .endsWith("/v3/auth/tokens?nocatalog&allow_expired=1");
    assertThat(identify("expired")).isEqualTo(REJECTED);
  }

  @Test
  void aTokenThatNoServiceMayPassOnIsGoodForNobodyElse() {
    desk.knows("service", TokenDesk.properties("service"));
    desk.knows(TOKEN, TokenDesk.properties("member"));
    identify(TOKEN);
    desk.revoke(TOKEN);
    assertThat(identify(TOKEN, "service")).isEqualTo(REJECTED);

    desk.keystone().script(_ -> json(503, "{}"));
    assertThat(identify(TOKEN)).isEqualTo(UNAVAILABLE);
  }

  @Test
  void notForMoreThanTwoDays() {
    Instant expiresAt = SteppingClock.START.minus(Duration.ofDays(2)).plusSeconds(60);
    desk.knows("service", TokenDesk.properties("service"));
    desk.knows("expired", TokenDesk.properties(expiresAt, "member"));
    assertThat(identify("expired", "service")).isInstanceOf(Identification.Known.class);

    clock.advance(Duration.ofSeconds(60));
    assertThat(identify("expired", "service")).isEqualTo(REJECTED);
  }

  @Test
  void whatIsNoServiceMayPassOnNobody() {
    desk.knows("user", TokenDesk.properties("admin"));
    desk.knows("no-service", TokenDesk.properties("admin", "services"));

    assertThat(identify("user", "no-service")).isEqualTo(REJECTED);
    assertThat(identify("user", "unknown")).isEqualTo(REJECTED);
    assertThat(identify("user", "")).isEqualTo(REJECTED);
    assertThat(identify(null, "user")).isEqualTo(REJECTED);
    assertThat(identify("user")).isInstanceOf(Identification.Known.class);
  }

  @Test
  void accessRulesRestrictATokenButNotAService() {
    desk.knows("service", TokenDesk.properties("service"));
    desk.knows(
        TOKEN,
        TokenDesk.properties("admin")
            + """
            , "application_credential": {"id": "c", "restricted": true, "access_rules": [
              {"id": "1", "service": "compute", "method": "GET", "path": "/v1/**"},
              {"id": "2", "service": "instance-ha", "method": "GET", "path": "/v1/segments/*"}]}
            """);
    desk.knows(
        "nothing",
        TokenDesk.properties("admin") + ", \"application_credential\": {\"access_rules\": []}");

    assertThat(identify(TOKEN, null, "GET", "/v1/segments/7"))
        .isInstanceOf(Identification.Known.class);
    assertThat(identify(TOKEN, null, "DELETE", "/v1/segments/7")).isEqualTo(REJECTED);
    assertThat(identify(TOKEN, null, "GET", "/v1/segments")).isEqualTo(REJECTED);
    assertThat(identify(TOKEN, "service", "DELETE", "/v1/segments/7"))
        .isInstanceOf(Identification.Known.class);
    assertThat(identify("nothing")).isEqualTo(REJECTED);
  }

  private Caller caller(String token) {
    Identification found = identify(token);
    assertThat(found).isInstanceOf(Identification.Known.class);
    return ((Identification.Known) found).caller();
  }

  private Identification identify(@Nullable String token) {
    return identify(token, null);
  }

  private Identification identify(@Nullable String token, @Nullable String serviceToken) {
    return identify(token, serviceToken, "GET", "/v1/segments");
  }

  private Identification identify(
      @Nullable String token, @Nullable String serviceToken, String method, String path) {
    return authenticator.identify(new Presented(token, serviceToken, method, path));
  }

  private List<CompletableFuture<Identification>> start(int count, String token) {
    Executor threads = task -> Thread.ofVirtual().start(task);
    List<CompletableFuture<Identification>> requests = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      requests.add(CompletableFuture.supplyAsync(() -> identify(token), threads));
    }
    return requests;
  }
}
