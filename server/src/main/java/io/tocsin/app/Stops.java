package io.tocsin.app;

import io.tocsin.clock.Deadline;
import java.util.ArrayDeque;
import java.util.Deque;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What has been started, to be stopped in reverse order. Used by one thread at a time. */
final class Stops {
  private static final Logger log = LoggerFactory.getLogger(Stops.class);

  /** Ends one thing, if it can by the deadline; at once where there is nothing to wait for. */
  @FunctionalInterface
  interface Stop {
    void by(Deadline deadline);
  }

  private record Started(String name, Stop stop) {}

  private final Deque<Started> started = new ArrayDeque<>();

  void add(String name, Stop stop) {
    started.push(new Started(name, stop));
  }

  /** Stops everything, whatever one of them throws. May be repeated. */
  void all(Deadline deadline) {
    while (!started.isEmpty()) {
      Started next = started.pop();
      try {
        next.stop().by(deadline);
      } catch (RuntimeException e) {
        log.atError().addKeyValue("part", next.name()).setCause(e).log("stopping a part failed");
      }
    }
  }
}
