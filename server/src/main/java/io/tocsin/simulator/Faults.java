package io.tocsin.simulator;

import io.tocsin.simulator.InjectedFault.Kind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The faults in force, oldest first. Not thread-safe: {@link Region} guards it. */
final class Faults {
  static final int MAX = 1000;

  private final Journal journal;
  private final TreeMap<Integer, InjectedFault> byId = new TreeMap<>();
  private int lastId;

  Faults(Journal journal) {
    this.journal = journal;
  }

  /**
   * What will go wrong with one call.
   *
   * @param delay to wait before acting
   * @param answerDelay to wait after acting
   * @param blow the fault that decides how the call ends; null when it may go on
   */
  record Misfortune(Duration delay, Duration answerDelay, @Nullable InjectedFault blow) {}

  List<InjectedFault> all() {
    return List.copyOf(byId.values());
  }

  int nextId() {
    return lastId + 1;
  }

  void put(InjectedFault fault) {
    load(fault);
    journal.append(fault);
  }

  void load(InjectedFault fault) {
    byId.put(fault.id(), fault);
    lastId = Math.max(lastId, fault.id());
  }

  /** False when there is none with that id. */
  boolean remove(int id) {
    boolean isKnown = unload(id);
    if (isKnown) {
      journal.appendFaultRemoved(id);
    }
    return isKnown;
  }

  boolean unload(int id) {
    return byId.remove(id) != null;
  }

  void clear() {
    for (Integer id : new ArrayList<>(byId.keySet())) {
      remove(id);
    }
  }

  /** Draws every fault that concerns the call itself: delays add up, the first blow counts. */
  Misfortune draw(Call call, @Nullable UUID instance, @Nullable String host) {
    Duration delay = Duration.ZERO;
    Duration answerDelay = Duration.ZERO;
    InjectedFault blow = null;
    for (InjectedFault fault : all()) {
      if (!fault.fits(call, instance, host)) {
        continue;
      }
      switch (fault.kind()) {
        case DELAY -> delay = delay.plus(hit(fault) ? fault.delay() : Duration.ZERO);
        case DELAY_ANSWER ->
            answerDelay = answerDelay.plus(hit(fault) ? fault.delay() : Duration.ZERO);
        case THROTTLE, ERROR_500, ERROR_503, CUT_BEFORE, CUT_AFTER -> {
          if (blow == null && hit(fault)) {
            blow = fault;
          }
        }
        case EVACUATION_FAILS, EVACUATION_BOUNCES, EVACUATION_HANGS, STATE_LAGS -> {}
      }
    }
    return new Misfortune(delay, answerDelay, blow);
  }

  /** How an evacuation that is about to be accepted will end badly; empty when it will not. */
  Optional<Work.Mishap> drawMishap(UUID instance, String host) {
    for (InjectedFault fault : all()) {
      Work.Ending ending =
          switch (fault.kind()) {
            case EVACUATION_FAILS -> Work.Ending.FAILS;
            case EVACUATION_BOUNCES -> Work.Ending.BOUNCES;
            case EVACUATION_HANGS -> Work.Ending.HANGS;
            case DELAY,
                DELAY_ANSWER,
                THROTTLE,
                ERROR_500,
                ERROR_503,
                CUT_BEFORE,
                CUT_AFTER,
                STATE_LAGS ->
                null;
          };
      if (ending != null && fault.fits(Call.EVACUATE, instance, host) && hit(fault)) {
        return Optional.of(new Work.Mishap(ending, fault.text()));
      }
    }
    return Optional.empty();
  }

  /** How much longer than it is true a host's service looks up. */
  Duration lagOf(String host) {
    Predicate<InjectedFault> lags =
        fault -> fault.kind() == Kind.STATE_LAGS && fault.fits(fault.call(), null, host);
    return byId.values().stream()
        .filter(lags)
        .map(InjectedFault::delay)
        .reduce(Duration.ZERO, Duration::plus);
  }

  private boolean hit(InjectedFault fault) {
    boolean strikes = fault.strikes();
    put(fault.drawn(strikes));
    return strikes;
  }
}
