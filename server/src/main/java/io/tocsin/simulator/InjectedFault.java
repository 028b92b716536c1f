package io.tocsin.simulator;

import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A misfortune that was ordered: what, to whom, how often.
 *
 * @param call null: any call
 * @param instance null: any instance, and calls about none
 * @param host null: any host, and calls about none
 * @param remaining how often it will still strike; null: without end
 * @param probability that it strikes a call it fits, 0 to 1
 * @param seed what its luck grows from: the same seed strikes the same calls in a row
 * @param draws how many calls it was drawn for
 * @param hits how often it struck
 * @param delay of {@link Kind#DELAY}, {@link Kind#DELAY_ANSWER} and {@link Kind#STATE_LAGS}
 * @param retryAfter of {@link Kind#THROTTLE} and {@link Kind#ERROR_503}
 * @param text of the errors
 */
record InjectedFault(
    int id,
    Kind kind,
    Call.@Nullable Service service,
    @Nullable Call call,
    @Nullable UUID instance,
    @Nullable String host,
    @Nullable Integer remaining,
    double probability,
    long seed,
    int draws,
    int hits,
    Duration delay,
    Duration retryAfter,
    String text) {

  /** What happens. */
  enum Kind {
    /** The call waits longer before it acts. */
    DELAY,
    /** The call acts at once and is answered late. */
    DELAY_ANSWER,
    /** 429 with Retry-After, nothing done. */
    THROTTLE,
    /** 500, nothing done. */
    ERROR_500,
    /** 503, nothing done. */
    ERROR_503,
    /** The connection ends without an answer, nothing done. */
    CUT_BEFORE,
    /** The connection ends without an answer, but the call has acted. */
    CUT_AFTER,
    /** An accepted evacuation ends in error. */
    EVACUATION_FAILS,
    /** An accepted evacuation ends where it began, without a fault. */
    EVACUATION_BOUNCES,
    /** An accepted evacuation never ends. */
    EVACUATION_HANGS,
    /** A host that is down, or was forced down, still looks up for {@code delay}. */
    STATE_LAGS;

    String text() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    static Optional<Kind> parse(String text) {
      for (Kind kind : values()) {
        if (kind.text().equals(text)) {
          return Optional.of(kind);
        }
      }
      return Optional.empty();
    }
  }

  boolean fits(@Nullable Call asked, @Nullable UUID about, @Nullable String on) {
    return (remaining == null || remaining > 0)
        && (call == null ? asked == null || asked.service() == struckService() : call == asked)
        && (instance == null || instance.equals(about))
        && (host == null || host.equals(on));
  }

  /** Nova's calls where nothing is said, as in the journals of older versions. */
  Call.Service struckService() {
    if (call != null) {
      return call.service();
    }
    return service == null ? Call.Service.NOVA : service;
  }

  /**
   * Of a fault that is an answer.
   *
   * @throws IllegalStateException it is none
   */
  int status() {
    return switch (kind) {
      case THROTTLE -> 429;
      case ERROR_500 -> 500;
      case ERROR_503 -> 503;
      case DELAY,
          DELAY_ANSWER,
          CUT_BEFORE,
          CUT_AFTER,
          EVACUATION_FAILS,
          EVACUATION_BOUNCES,
          EVACUATION_HANGS,
          STATE_LAGS ->
          throw new IllegalStateException(kind + " is no answer");
    };
  }

  /** Rounded up, as the header wants it. */
  String retryAfterSeconds() {
    return Long.toString((retryAfter.toMillis() + 999) / 1000);
  }

  /** Whether the next call that it fits is struck. */
  boolean strikes() {
    if (probability >= 1) {
      return true;
    }
    return new SplittableRandom(seed * 1_000_003 + draws).nextDouble() < probability;
  }

  /** The same fault after one more call that it fits. */
  InjectedFault drawn(boolean struck) {
    return new InjectedFault(
        id,
        kind,
        service,
        call,
        instance,
        host,
        remaining == null || !struck ? remaining : Integer.valueOf(remaining - 1),
        probability,
        seed,
        draws + 1,
        struck ? hits + 1 : hits,
        delay,
        retryAfter,
        text);
  }
}
