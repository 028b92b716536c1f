package io.tocsin.openstack;

import io.tocsin.clock.Clock;
import io.tocsin.clock.Deadline;
import io.tocsin.clock.Durations;
import java.io.IOException;
import java.net.ConnectException;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpResponse;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.random.RandomGenerator;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLHandshakeException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Calls one service of a cloud, blocking. A call ends with a whole answer of status 2xx, a {@link
 * CallFailedException} or, when its thread is interrupted, at once with a {@link
 * CallInterruptedException}; never later than {@link CallSettings#overallTimeout()}.
 *
 * <p>Every try has a time limit on the whole of it. {@code java.net.http}'s own limit ends with the
 * headers, and a body that trickles for ever would hold the caller; so the limit is on the future,
 * and giving up closes the connection. Redirects are not followed. Safe for use by many threads.
 *
 * <p>The JDK sends a {@code GET} whose kept-alive connection broke before the first byte of an
 * answer once more by itself; a server may see one read more than the tries.
 */
public final class OpenStackClient implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(OpenStackClient.class);

  private final Access access;
  private final CallSettings settings;
  private final CallLimit limit;
  private final RepeatRule rule;
  private final Clock clock;
  private final HttpClient http;
  private final Runnable beforeEachTry;
  private final CallMetrics metrics;

  /**
   * @param access asked before each try where it goes and with which token
   * @param trust whose certificates the service may show
   * @param limit shared by all clients of one cloud
   * @param random spreads repeats; shared by threads, so it must be safe for that
   */
  public OpenStackClient(
      Access access,
      CallSettings settings,
      Trust trust,
      CallLimit limit,
      RandomGenerator random,
      Clock clock) {
    this(access, settings, connections(settings, trust), limit, random, clock);
  }

  /** The same over connections of the caller's; {@link #close} ends them. */
  public OpenStackClient(
      Access access,
      CallSettings settings,
      HttpClient http,
      CallLimit limit,
      RandomGenerator random,
      Clock clock) {
    this.access = access;
    this.settings = settings;
    this.limit = limit;
    this.rule = new RepeatRule(random);
    this.clock = clock;
    this.http = http;
    this.beforeEachTry = () -> {};
    this.metrics = CallMetrics.none();
  }

  private static HttpClient connections(CallSettings settings, Trust trust) {
    HttpClient.Builder builder =
        HttpClient.newBuilder()
            // The JDK otherwise offers HTTP/2 in headers that some servers answer with an error.
            .version(HttpClient.Version.HTTP_1_1)
            .followRedirects(HttpClient.Redirect.NEVER)
            // Below the limit of the whole try: then we know that nothing was sent.
            .connectTimeout(settings.callTimeout().dividedBy(2))
            .executor(Executors.newVirtualThreadPerTaskExecutor());
    SSLContext authorities = trust.context();
    return (authorities == null ? builder : builder.sslContext(authorities)).build();
  }

  private OpenStackClient(OpenStackClient original, Runnable beforeEachTry, CallMetrics metrics) {
    this.access = original.access;
    this.settings = original.settings;
    this.limit = original.limit;
    this.rule = original.rule;
    this.clock = original.clock;
    this.http = original.http;
    this.beforeEachTry = beforeEachTry;
    this.metrics = metrics;
  }

  /**
   * The same client, connections and limit included, that runs {@code guard} right before each try
   * is sent, after all waiting, a log-on included. When it throws, nothing is sent and the call
   * ends with that.
   */
  public OpenStackClient guardedBy(Runnable guard) {
    return new OpenStackClient(this, guard, metrics);
  }

  /** The same client, connections and limit included, whose calls are counted there. */
  public OpenStackClient countedBy(CallMetrics newMetrics) {
    return new OpenStackClient(this, beforeEachTry, newMetrics);
  }

  /** The limit that this client's calls count against. */
  public CallLimit limit() {
    return limit;
  }

  /**
   * Where calls go now, without a slash at its end; for people.
   *
   * @throws CallFailedException {@link CallFailure.NoAccess} when that is not known
   */
  public String endpoint() {
    return access.grant(Deadline.in(settings.overallTimeout(), clock)).endpoint();
  }

  /**
   * Makes the call, and makes it again where {@link RepeatRule} says that this may help and cannot
   * harm.
   *
   * @throws CallFailedException with what is known after the last try
   * @throws CallInterruptedException when the thread was interrupted; its flag is set
   */
  public Answer call(ApiCall call) {
    return call(call, Deadline.in(settings.overallTimeout(), clock));
  }

  /** The same, over by that deadline too. */
  Answer call(ApiCall call, Deadline by) {
    Deadline overall =
        Deadline.in(Durations.shorter(by.remaining(), settings.overallTimeout()), clock);
    boolean mayHaveActed = false;
    boolean isSecondToken = false;
    int tries = 0;
    while (true) {
      try {
        return send(call, isSecondToken, overall);
      } catch (CallFailedException e) {
        if (isTokenRefused(e.failure()) && !isSecondToken) {
          // It did nothing, whatever the call does. The next try logs on first.
          isSecondToken = true;
          continue;
        }
        tries++;
        mayHaveActed |= e.failure().mayHaveActed();
        Duration pause = rule.pauseAfter(tries);
        if (tries >= settings.tries()
            || !rule.mayRepeat(call.repeat(), e.failure())
            || overall.remaining().compareTo(pause) <= 0) {
          throw mayHaveActed ? withoutSayingItWasNotSent(e) : e;
        }
        log.atDebug()
            .addKeyValue("call", call.label())
            .addKeyValue("tries", tries)
            .addKeyValue("pause", pause)
            .addKeyValue("failure", e.failure())
            .log("A call failed and is sent again");
        sleep(pause, call);
      }
    }
  }

  private static boolean isTokenRefused(CallFailure failure) {
    return failure instanceof CallFailure.NoAccess noAccess
        && noAccess.reason() == CallFailure.NoAccess.Reason.TOKEN_REFUSED;
  }

  /** An earlier try may have acted; that the last one did not go out does not undo it. */
  private static CallFailedException withoutSayingItWasNotSent(CallFailedException last) {
    return switch (last.failure()) {
      case CallFailure.NotSent _, CallFailure.NoAccess _ ->
          new CallFailedException(
              new CallFailure.NoAnswer(
                  "no answer to an earlier try, then " + last.failure().text()),
              last);
      case CallFailure.NoAnswer _, CallFailure.Rejected _, CallFailure.Unreadable _ -> last;
    };
  }

  private void sleep(Duration pause, ApiCall call) {
    try {
      clock.sleep(pause);
    } catch (InterruptedException e) {
      throw interrupted(call, e);
    }
  }

  /** One try. */
  private Answer send(ApiCall call, boolean isSecondToken, Deadline overall) {
    try (CallLimit.Permit permit = limit.acquire(overall)) {
      Access.Grant grant = access.grant(overall);
      beforeEachTry.run();
      HttpResponse<byte[]> response = counted(call, grant, permit, overall);
      int status = response.statusCode();
      if (status == 429 || status == 503 || status == 504) {
        permit.overloaded(retryAfter(response));
      } else if (status < 500) {
        permit.wentWell();
      }
      if (status >= 200 && status <= 299) {
        return new Answer(status, response.headers(), response.body());
      }
      String text = OutgoingRequest.withoutTokens(response, call, grant);
      if (status == 401 && grant.token() != null) {
        access.refused(grant);
        throw new CallFailedException(refusedToken(call, grant, text, isSecondToken), null);
      }
      throw new CallFailedException(new CallFailure.Rejected(status, text), null);
    } catch (InterruptedException e) {
      throw interrupted(call, e);
    }
  }

  private static CallFailure refusedToken(
      ApiCall call, Access.Grant grant, String text, boolean isSecondToken) {
    return new CallFailure.NoAccess(
        CallFailure.NoAccess.Reason.TOKEN_REFUSED,
        "%s: %s refuses the token that Keystone gave us%s (HTTP 401: %s); does it use the same Keystone?"
            .formatted(
                call.label(),
                grant.endpoint(),
                isSecondToken ? ", and the one after it" : "",
                text));
  }

  private HttpResponse<byte[]> counted(
      ApiCall call, Access.Grant grant, CallLimit.Permit permit, Deadline overall)
      throws InterruptedException {
    long sentAtNanos = clock.nanoTime();
    try {
      HttpResponse<byte[]> response = exchange(call, grant, permit, overall);
      ended(call, CallResult.of(response.statusCode()), sentAtNanos);
      return response;
    } catch (CallFailedException e) {
      ended(call, CallResult.of(e.failure()), sentAtNanos);
      throw e;
    }
  }

  private void ended(ApiCall call, CallResult result, long sentAtNanos) {
    metrics.ended(call.operation(), result, Duration.ofNanos(clock.nanoTime() - sentAtNanos));
  }

  private HttpResponse<byte[]> exchange(
      ApiCall call, Access.Grant grant, CallLimit.Permit permit, Deadline overall)
      throws InterruptedException {
    Duration left = overall.remaining();
    if (left.isZero()) {
      throw new CallFailedException(
          new CallFailure.NotSent(call.label() + ": not sent, its time was over"), null);
    }
    Duration timeout = Durations.shorter(left, settings.callTimeout());
    CompletableFuture<HttpResponse<byte[]>> answer =
        http.sendAsync(
            OutgoingRequest.of(call, grant),
            head -> new BodyCollector(head.statusCode(), settings.maxBodyBytes()));
    try {
      if (!clock.await(answer, timeout)) {
        answer.cancel(true);
        permit.overloaded(null);
        throw new CallFailedException(
            new CallFailure.NoAnswer(
                call.label() + ": no whole answer within " + timeout.toMillis() + " ms"),
            null);
      }
      return answer.get();
    } catch (InterruptedException e) {
      answer.cancel(true);
      throw e;
    } catch (ExecutionException e) {
      throw failed(call, grant, permit, e.getCause());
    }
  }

  private static CallFailedException failed(
      ApiCall call, Access.Grant grant, CallLimit.Permit permit, @Nullable Throwable cause) {
    String text = call.label() + ": " + (cause == null ? "failed" : describe(cause));
    return switch (cause) {
      case BodyCollector.TooLargeException tooLarge ->
          new CallFailedException(new CallFailure.Unreadable(tooLarge.status(), text), tooLarge);
      case HttpConnectTimeoutException timeout -> {
        permit.overloaded(null);
        yield new CallFailedException(new CallFailure.NotSent(text), timeout);
      }
      case ConnectException refused ->
          new CallFailedException(
              new CallFailure.NotSent(text + " (no connection to " + grant.endpoint() + ")"),
              refused);
      case SSLHandshakeException noTrust ->
          new CallFailedException(
              new CallFailure.NotSent(text + " (no TLS with " + grant.endpoint() + ")"), noTrust);
      case IOException cut -> new CallFailedException(new CallFailure.NoAnswer(text), cut);
      case null, default -> throw new IllegalStateException(text, cause);
    };
  }

  /** The JDK's connect failures often have their reason only in a cause, or only in their class. */
  private static String describe(Throwable failure) {
    for (Throwable t = failure; t != null; t = t.getCause()) {
      String message = t.getMessage();
      if (message != null && !message.isBlank()) {
        return message;
      }
    }
    Throwable last = failure.getCause() == null ? failure : failure.getCause();
    if (last instanceof ClosedChannelException) {
      return "refused or cut";
    }
    return last.getClass().getSimpleName();
  }

  private @Nullable Duration retryAfter(HttpResponse<?> response) {
    return response
        .headers()
        .firstValue("Retry-After")
        .map(value -> RetryAfter.parse(value, clock.now()))
        .orElse(null);
  }

  private static CallInterruptedException interrupted(ApiCall call, InterruptedException e) {
    Thread.currentThread().interrupt();
    return new CallInterruptedException(call.label() + ": interrupted", e);
  }

  /** Ends calls that are still under way; they fail with {@link CallFailure.NoAnswer}. */
  @Override
  public void close() {
    http.shutdownNow();
  }
}
