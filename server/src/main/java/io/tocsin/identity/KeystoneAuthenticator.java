package io.tocsin.identity;

import io.tocsin.clock.Clock;
import io.tocsin.clock.Deadline;
import io.tocsin.openstack.Keystone;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Knows callers by Keystone's tokens.
 *
 * <p>Keystone is asked once about a token, however many requests bring it at the same time, and
 * again when what it said has aged. It is asked on threads of our own, of which there are few:
 * requests wait for the answer no longer than they can, and when too many wait already they are
 * told that Keystone is not there. So a slow Keystone holds neither them nor the server.
 *
 * <p>While Keystone cannot be asked, what it said last holds for a while longer. That is never so
 * for a token that it has refused since, nor beyond the token's own end.
 */
public final class KeystoneAuthenticator implements Authenticator, AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(KeystoneAuthenticator.class);

  /** Questions to Keystone at one moment, about tokens that are new to us. */
  static final int MAX_QUESTIONS = 48;

  /**
   * The same, about tokens known from before: whoever floods us with new ones is not in the way.
   */
  static final int MAX_REPEATED_QUESTIONS = 16;

  /** Requests that wait for answers at one moment, several perhaps for the same one. */
  static final int MAX_WAITING = 1024;

  /** The longest wait of a request. Clients give up at 30 to 60 seconds. */
  static final Duration PATIENCE = Duration.ofSeconds(15);

  /** The longest wait of a request whose token is known from before. */
  static final Duration STALE_PATIENCE = Duration.ofSeconds(1);

  /**
   * After a failure to ask about a token known from before, none of them is asked about for so
   * long. A new token does not start it: whoever sends one that Keystone stumbles over would keep
   * the others, revoked ones among them, from being looked at.
   */
  static final Duration RETRY_PAUSE = Duration.ofSeconds(5);

  /** Longer ones are no tokens. Keystone's have two to three hundred characters. */
  static final int MAX_TOKEN_LENGTH = 4096;

  /** Of a service that may pass requests on for users. */
  private static final String SERVICE_ROLE = "service";

  private static final Duration CLOSE_TIME = Duration.ofSeconds(5);

  private final TokenValidation validation;
  private final TokenCache cache;
  private final Clock clock;
  private final Identification.Rejected rejected;
  private final Semaphore questions = new Semaphore(MAX_QUESTIONS);
  private final Semaphore repeatedQuestions = new Semaphore(MAX_REPEATED_QUESTIONS);
  private final Semaphore waiting = new Semaphore(MAX_WAITING);
  private final Map<TokenKey, CompletableFuture<Judgement>> underWay = new ConcurrentHashMap<>();
  private final AtomicLong askAgainNanos;
  private final ExecutorService threads =
      Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("token-", 0).factory());

  public KeystoneAuthenticator(Keystone keystone, AuthSettings settings, Clock clock) {
    this.validation = new TokenValidation(keystone);
    this.cache = new TokenCache(settings, clock);
    this.clock = clock;
    this.askAgainNanos = new AtomicLong(clock.nanoTime());
    this.rejected =
        new Identification.Rejected("Keystone uri=\"%s\"".formatted(settings.identityUrl()));
  }

  @Override
  public Identification identify(Presented presented) {
    if (presented.serviceToken() == null) {
      return identify(presented, null);
    }
    return switch (judge(presented.serviceToken(), false)) {
      case Judgement.Good(KeystoneToken service)
          when service.caller().roles().contains(SERVICE_ROLE) ->
          identify(presented, service.caller());
      case Judgement.Good _, Judgement.Bad _ -> rejected;
      case Judgement.Open _ -> new Identification.Unavailable();
    };
  }

  /** A service that vouches for a request may do so for longer than its user's token lives. */
  private Identification identify(Presented presented, @Nullable Caller service) {
    return switch (judge(presented.token(), service != null)) {
      case Judgement.Good(KeystoneToken token)
          when service != null || token.allows(presented.method(), presented.path()) ->
          new Identification.Known(token.caller().by(service));
      case Judgement.Good _, Judgement.Bad _ -> rejected;
      case Judgement.Open _ -> new Identification.Unavailable();
    };
  }

  private Judgement judge(@Nullable String sent, boolean mayBeExpired) {
    String token = sent == null ? "" : sent.strip();
    if (!mayBeToken(token)) {
      return new Judgement.Bad();
    }
    TokenKey key = TokenKey.of(token, mayBeExpired);
    return switch (cache.find(key)) {
      case TokenCache.Found.Fresh(KeystoneToken known) -> new Judgement.Good(known);
      case TokenCache.Found.Bad _ -> new Judgement.Bad();
      case TokenCache.Found.Stale _ -> judgeAgain(key, token);
      case TokenCache.Found.Nothing _ -> ask(key, token, false);
    };
  }

  private static boolean mayBeToken(String token) {
    return !token.isEmpty()
        && token.length() <= MAX_TOKEN_LENGTH
        && token.chars().allMatch(c -> c > ' ' && c < 0x7f);
  }

  private Judgement judgeAgain(TokenKey key, String token) {
    boolean isTooEarly = askAgainNanos.get() - clock.nanoTime() > 0;
    Judgement judgement = isTooEarly ? new Judgement.Open() : ask(key, token, true);
    if (!(judgement instanceof Judgement.Open)) {
      return judgement;
    }
    return switch (cache.find(key)) {
      case TokenCache.Found.Fresh(KeystoneToken known) -> new Judgement.Good(known);
      case TokenCache.Found.Stale(KeystoneToken known) -> new Judgement.Good(known);
      case TokenCache.Found.Bad _ -> new Judgement.Bad();
      case TokenCache.Found.Nothing _ -> judgement;
    };
  }

  /**
   * What Keystone says, if it says so in time.
   *
   * @param isKnown whether it said that the token is good, some time ago
   */
  private Judgement ask(TokenKey key, String token, boolean isKnown) {
    if (!waiting.tryAcquire()) {
      return new Judgement.Open();
    }
    try {
      Deadline deadline = Deadline.in(isKnown ? STALE_PATIENCE : PATIENCE, clock);
      CompletableFuture<Judgement> answer =
          underWay.computeIfAbsent(key, it -> question(it, token, isKnown));
      return answer == null
          ? new Judgement.Open()
          : answer.get(deadline.remaining().toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException _) {
      return new Judgement.Open();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      return new Judgement.Open();
    } catch (ExecutionException e) {
      throw new IllegalStateException("a question about a token ended without an answer", e);
    } finally {
      waiting.release();
    }
  }

  /** Null when too many are under way, or when we are stopping. */
  private @Nullable CompletableFuture<Judgement> question(
      TokenKey key, String token, boolean isKnown) {
    Semaphore places = isKnown ? repeatedQuestions : questions;
    if (!places.tryAcquire()) {
      return null;
    }
    CompletableFuture<Judgement> answer = new CompletableFuture<>();
    try {
      threads.execute(() -> {
        try {
          put(key, token, isKnown, answer);
        } finally {
          places.release();
        }
      });
      return answer;
    } catch (RejectedExecutionException _) {
      places.release();
      return null;
    }
  }

  private void put(
      TokenKey key, String token, boolean isKnown, CompletableFuture<Judgement> answer) {
    Judgement judgement = new Judgement.Open();
    try {
      judgement = validation.judge(token, key.mayBeExpired());
      if (judgement instanceof Judgement.Good(KeystoneToken it) && cache.isOver(key, it)) {
        judgement = new Judgement.Bad();
      }
      if (judgement instanceof Judgement.Open && isKnown) {
        askAgainNanos.set(clock.nanoTime() + RETRY_PAUSE.toNanos());
      }
      cache.put(key, judgement);
    } catch (RuntimeException e) {
      log.atError().setCause(e).log("A token could not be looked at");
    } finally {
      underWay.remove(key);
      answer.complete(judgement);
    }
  }

  /** Tokens that Keystone is being asked about. */
  int questionsUnderWay() {
    return underWay.size();
  }

  /** Requests that wait for what Keystone says. */
  int requestsWaiting() {
    return MAX_WAITING - waiting.availablePermits();
  }

  /** Ends questions that are still under way; their requests are told that Keystone is away. */
  @Override
  public void close() {
    threads.shutdownNow();
    try {
      boolean _ = threads.awaitTermination(CLOSE_TIME.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }
}
