package io.tocsin.simulator;

import io.tocsin.clock.Clock;
import io.tocsin.http.CutConnection;
import io.tocsin.http.Response;
import io.tocsin.simulator.Faults.Misfortune;
import java.time.Duration;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * What every call goes through, whichever service it is to: it is counted, waits as long as calls
 * take here, acts, and suffers the faults that were ordered.
 */
final class Passage {
  private final Region region;
  private final Clock clock;

  Passage(Region region, Clock clock) {
    this.region = region;
    this.clock = clock;
  }

  /**
   * One call.
   *
   * @param misfortune drawn when the call was counted
   * @param act answers the service's refusals too, so that a cut can follow them
   * @param refusal how the service words a fault that is an answer
   */
  Response through(
      Misfortune misfortune, Supplier<Response> act, Function<InjectedFault, Response> refusal) {
    try {
      pause(region.alone(() -> region.sample(region.behaviour().latency())));
      pause(misfortune.delay());
      Response answer = struck(misfortune, act, refusal);
      pause(misfortune.answerDelay());
      return answer;
    } finally {
      region.change(region.calls()::answered);
    }
  }

  private static Response struck(
      Misfortune misfortune, Supplier<Response> act, Function<InjectedFault, Response> refusal) {
    InjectedFault blow = misfortune.blow();
    if (blow == null) {
      return act.get();
    }
    return switch (blow.kind()) {
      case CUT_BEFORE -> throw new CutConnection();
      case CUT_AFTER -> {
        Response _ = act.get();
        throw new CutConnection();
      }
      case THROTTLE, ERROR_500, ERROR_503 -> refusal.apply(blow);
      case DELAY,
          DELAY_ANSWER,
          EVACUATION_FAILS,
          EVACUATION_BOUNCES,
          EVACUATION_HANGS,
          STATE_LAGS ->
          throw new IllegalStateException(blow.kind() + " is no blow to a call");
    };
  }

  /** Waits; a server that is stopping answers no more. */
  void pause(Duration duration) {
    try {
      clock.sleep(duration);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      throw new CutConnection();
    }
  }
}
