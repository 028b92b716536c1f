package io.tocsin.simulation;

import io.tocsin.failover.FailureNotification;
import io.tocsin.failover.FailureReport;
import io.tocsin.failover.RefusedException;
import io.tocsin.simulation.WorldLog.Kind;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.random.RandomGenerator;

/**
 * Masakari's monitors: each tells a node what it has seen, and tries on until it gets an answer.
 */
final class Monitors {
  private static final Duration ANSWER_WITHIN = Duration.ofSeconds(8);
  private static final Duration PAUSE = Duration.ofSeconds(4);
  private static final int TRIES = 200;

  private final World world;
  private final Loop.Lane lane;
  private final VirtualClock clock;
  private final RandomGenerator random;
  private final List<FailureNotification> accepted = new ArrayList<>();
  private int telling;

  Monitors(World world, Loop.Lane lane, VirtualClock clock, RandomGenerator random) {
    this.world = world;
    this.lane = lane;
    this.clock = clock;
    this.random = random;
  }

  /** What nodes said yes to. */
  List<FailureNotification> accepted() {
    return accepted;
  }

  /** Nobody has anything left to tell. */
  boolean haveSettled() {
    return telling == 0;
  }

  void report(Happening.Report it) {
    Instant seen = clock.now().plus(it.clockError());
    for (int i = 1; i <= it.monitors(); i++) {
      String name = it.monitors() == 1 ? "monitor" : "monitor-" + i;
      FailureReport report =
          new FailureReport(
              it.type(), it.host(), seen.plusMillis(random.nextInt(500)), it.payload());
      telling++;
      Thread _ =
          lane.start(
              name,
              () -> {
                tell(name, report);
                telling--;
              });
    }
  }

  private void tell(String name, FailureReport report) {
    try {
      for (int i = 0; i < TRIES; i++) {
        clock.sleep(Duration.ofMillis(random.nextInt(i == 0 ? 20 : (int) PAUSE.toMillis())));
        SimulatedNode node = world.nodes().get(random.nextInt(world.nodes().size()));
        CompletableFuture<FailureNotification> answer = node.accept(report);
        if (clock.await(answer, ANSWER_WITHIN) && isAnswer(name, answer)) {
          return;
        }
      }
      world.log(Kind.WORLD, name, "gives up");
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private boolean isAnswer(String name, CompletableFuture<FailureNotification> answer) {
    if (!answer.isCompletedExceptionally()) {
      accepted.add(answer.resultNow());
      world.log(
          Kind.WORLD, name, "is told that report " + answer.resultNow().number() + " is accepted");
      return true;
    }
    if (answer.exceptionNow() instanceof RefusedException refused) {
      world.log(Kind.WORLD, name, "is refused: " + refused.getMessage());
      return true;
    }
    return false;
  }
}
