package io.tocsin.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.tocsin.simulation.World.Result;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Each promise broken on purpose is noticed within so many worlds. */
class SabotageTest {
  /** Half of the ways are noticed in the first three worlds; the rarest in one world of sixteen. */
  static final int SEEDS = 100;

  @ParameterizedTest
  @EnumSource(names = "NONE", mode = EnumSource.Mode.EXCLUDE)
  void isNoticed(Sabotage sabotage) {
    List<Result> broken = new ArrayList<>();
    Simulations.row(
        1,
        1 + SEEDS,
        1,
        sabotage,
        it -> {
          if (it.broken() != null) {
            broken.add(it);
          }
          return it.broken() == null;
        });
    assertThat(broken).as("worlds in which " + sabotage + " was noticed").isNotEmpty();
    assertThat(broken.getFirst().broken())
        .as(() -> SimulationTest.told(broken.getFirst()))
        .extracting(Promise.Broken::promise)
        .isEqualTo(sabotage.promise());
  }
}
