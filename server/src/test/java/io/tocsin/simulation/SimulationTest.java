package io.tocsin.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.tocsin.simulation.World.Result;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Nodes, hosts, the cloud and the database fail in every way that docs/simulation.md lists, and no
 * promise is broken. {@code -Dsimulation.seeds} and {@code -Dsimulation.from} say how many worlds,
 * and from which seed.
 */
class SimulationTest {
  private static final long SEEDS = Long.getLong("simulation.seeds", 200);
  private static final long FROM = Long.getLong("simulation.from", 1);

  /** How much of a broken world's log a failure shows. */
  private static final int LAST_LINES = 60;

  @Test
  void noPromiseIsBrokenInAnyWorld() {
    List<Simulations.End> ends = new ArrayList<>();
    Simulations.sideBySide(FROM, SEEDS, Sabotage.NONE, ends::add);
    assertThat(ends).as("worlds").hasSize(Math.toIntExact(SEEDS));
    List<Simulations.End> broken = ends.stream().filter(it -> !it.broken().isEmpty()).toList();
    assertThat(broken)
        .as(() -> told(Simulations.one(Draw.world(broken.getFirst().seed()), Sabotage.NONE)))
        .isEmpty();
  }

  static String told(Result it) {
    List<WorldLog.Line> lines = it.log().lines();
    StringBuilder text = new StringBuilder("seed " + it.plan().seed() + ": " + it.broken());
    text.append("\n  ./tocsin simulate --seed ").append(it.plan().seed()).append(" --log");
    lines
        .subList(Math.max(0, lines.size() - LAST_LINES), lines.size())
        .forEach(line -> text.append("\n  ").append(line));
    return text.toString();
  }

  @Test
  void aSeedReproducesItsWorldLineByLine() {
    WorldAppender.install();
    try (SimulationDatabase database = new SimulationDatabase()) {
      for (long seed = 1; seed <= 5; seed++) {
        List<String> once = lines(World.live(database, Draw.world(seed), Sabotage.NONE));
        List<String> again = lines(World.live(database, Draw.world(seed), Sabotage.NONE));
        assertThat(again).as("the log of seed " + seed).isEqualTo(once);
        assertThat(once).hasSizeGreaterThan(20);
      }
      List<String> late = lines(World.live(database, Draw.world(1), Sabotage.NONE));
      try (SimulationDatabase fresh = new SimulationDatabase()) {
        assertThat(lines(World.live(fresh, Draw.world(1), Sabotage.NONE))).isEqualTo(late);
      }
    }
  }

  private static List<String> lines(Result result) {
    return result.log().lines().stream().map(WorldLog.Line::toString).toList();
  }
}
