package io.tocsin.openstack;

import io.tocsin.clock.Clock;
import io.tocsin.clock.Deadline;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.random.RandomGenerator;
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

  private final String endpoint;
  private final CallSettings settings;
  private final CallLimit limit;
  private final RepeatRule rule;
  private final Clock clock;
  private final HttpClient http;
  private final Runnable beforeEachTry;

  /**
   * @param endpoint what every path is appended to, with or without a slash at its end
   * @param limit shared by all clients of one cloud
   * @param random spreads repeats; shared by threads, so it must be safe for that
   */
  public OpenStackClient(
      URI endpoint, CallSettings settings, CallLimit limit, RandomGenerator random, Clock clock) {
    this.endpoint = endpoint.toString().replaceFirst("/+$", "");
    this.settings = settings;
    this.limit = limit;
    this.rule = new RepeatRule(random);
    this.clock = clock;
    this.http =
        HttpClient.newBuilder()
            // The JDK otherwise offers HTTP/2 in headers that some servers answer with an error.
            .version(HttpClient.Version.HTTP_1_1)
            .followRedirects(HttpClient.Redirect.NEVER)
            // Below the limit of the whole try: then we know that nothing was sent.
            .connectTimeout(settings.callTimeout().dividedBy(2))
            .executor(Executors.newVirtualThreadPerTaskExecutor())
            .build();
    this.beforeEachTry = () -> {};
  }

  private OpenStackClient(OpenStackClient original, Runnable beforeEachTry) {
    this.endpoint = original.endpoint;
    this.settings = original.settings;
    this.limit = original.limit;
    this.rule = original.rule;
    this.clock = original.clock;
    this.http = original.http;
    this.beforeEachTry = beforeEachTry;
  }

  /**
   * The same client, connections and limit included, that runs {@code guard} right before each try
   * is sent, after all waiting. When it throws, nothing is sent and the call ends with that.
   */
  public OpenStackClient guardedBy(Runnable guard) {
    return new OpenStackClient(this, guard);
  }

  /** The limit that this client's calls count against. */
  public CallLimit limit() {
    return limit;
  }

  /** The endpoint without a slash at its end. */
  public String endpoint() {
    return endpoint;
  }

  /**
   * Makes the call, and makes it again where {@link RepeatRule} says that this may help and cannot
   * harm.
   *
   * @throws CallFailedException with what is known after the last try
   * @throws CallInterruptedException when the thread was interrupted; its flag is set
   */
  public Answer call(ApiCall call) {
    Deadline overall = Deadline.in(settings.overallTimeout(), clock);
    boolean mayHaveActed = false;
    int tries = 0;
    while (true) {
      try {
        return send(call, overall);
      } catch (CallFailedException e) {
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

  /** An earlier try may have acted; that the last one did not go out does not undo it. */
  private static CallFailedException withoutSayingItWasNotSent(CallFailedException last) {
    return switch (last.failure()) {
      case CallFailure.NotSent notSent ->
          new CallFailedException(
              new CallFailure.NoAnswer("no answer to an earlier try, then " + notSent.text()),
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
  private Answer send(ApiCall call, Deadline overall) {
    try (CallLimit.Permit permit = limit.acquire(overall)) {
      beforeEachTry.run();
      HttpResponse<byte[]> response = exchange(call, permit, overall);
      int status = response.statusCode();
      if (status == 429 || status == 503 || status == 504) {
        permit.overloaded(retryAfter(response));
      } else if (status < 500) {
        permit.wentWell();
      }
      if (status < 200 || status > 299) {
        throw new CallFailedException(
            new CallFailure.Rejected(status, FaultText.of(status, response.body())), null);
      }
      return new Answer(status, response.headers(), response.body());
    } catch (InterruptedException e) {
      throw interrupted(call, e);
    }
  }

  private HttpResponse<byte[]> exchange(ApiCall call, CallLimit.Permit permit, Deadline overall)
      throws InterruptedException {
    Duration left = overall.remaining();
    if (left.isZero()) {
      throw new CallFailedException(
          new CallFailure.NotSent(call.label() + ": not sent, its time was over"), null);
    }
    Duration timeout = left.compareTo(settings.callTimeout()) < 0 ? left : settings.callTimeout();
    CompletableFuture<HttpResponse<byte[]>> answer =
        http.sendAsync(
            request(call), head -> new BodyCollector(head.statusCode(), settings.maxBodyBytes()));
    try {
      return answer.get(timeout.toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      answer.cancel(true);
      permit.overloaded(null);
      throw new CallFailedException(
          new CallFailure.NoAnswer(
              call.label() + ": no whole answer within " + timeout.toMillis() + " ms"),
          e);
    } catch (InterruptedException e) {
      answer.cancel(true);
      throw e;
    } catch (ExecutionException e) {
      throw failed(call, permit, e.getCause());
    }
  }

  /** Everything a request carries is put together here; a token will be one more header. */
  private HttpRequest request(ApiCall call) {
    String body = call.body();
    BodyPublisher publisher =
        body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(body);
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(endpoint + call.path()))
            .method(call.method(), publisher)
            .header("Accept", "application/json")
            .header("User-Agent", "tocsin");
    if (body != null) {
      request.header("Content-Type", "application/json");
    }
    call.headers().forEach(request::header);
    return request.build();
  }

  private static CallFailedException failed(
      ApiCall call, CallLimit.Permit permit, @Nullable Throwable cause) {
    String text = call.label() + ": " + (cause == null ? "failed" : describe(cause));
    return switch (cause) {
      case BodyCollector.TooLargeException tooLarge ->
          new CallFailedException(new CallFailure.Unreadable(tooLarge.status(), text), tooLarge);
      case HttpConnectTimeoutException timeout -> {
        permit.overloaded(null);
        yield new CallFailedException(new CallFailure.NotSent(text), timeout);
      }
      case ConnectException refused ->
          new CallFailedException(new CallFailure.NotSent(text), refused);
      case SSLHandshakeException noTrust ->
          new CallFailedException(new CallFailure.NotSent(text), noTrust);
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
