package io.tocsin.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.tocsin.simulation.World.Result;
import io.tocsin.simulation.WorldLog.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Scenarios that people can read: what happens, and line by line what the engine makes of it. With
 * {@code -Dscenario.record=true} the expected lines are written anew; look at the difference.
 */
class ScenarioTest {
  private static final boolean IS_RECORDING = Boolean.getBoolean("scenario.record");
  private static final Path DIRECTORY = Path.of("src/test/resources/scenarios");
  private static final Set<Kind> SHOWN =
      Set.of(Kind.WORLD, Kind.STORED, Kind.CALL, Kind.BROKEN, Kind.END);

  private static SimulationDatabase database;

  @BeforeAll
  static void open() {
    WorldAppender.install();
    database = new SimulationDatabase();
  }

  @AfterAll
  static void close() {
    database.close();
  }

  static List<String> scenarios() throws IOException {
    try (Stream<Path> files = Files.list(DIRECTORY)) {
      return files.map(it -> it.getFileName().toString()).sorted().toList();
    }
  }

  @ParameterizedTest
  @MethodSource("scenarios")
  void happensAsWritten(String name) throws IOException {
    Path file = DIRECTORY.resolve(name);
    Scenario scenario = Scenario.parse(Files.readAllLines(file));
    Result result = World.live(database, scenario.plan(), Sabotage.NONE);
    List<String> log =
        result.log().lines().stream()
            .filter(line -> SHOWN.contains(line.kind()))
            .map(WorldLog.Line::toString)
            .toList();
    if (IS_RECORDING) {
      List<String> lines = new ArrayList<>(scenario.head());
      lines.add(Scenario.DASHES);
      lines.addAll(log);
      Files.write(file, lines);
    }
    assertThat(result.broken()).as(String.join("\n", log)).isNull();
    assertThat(log).isEqualTo(IS_RECORDING ? log : scenario.expected());
  }
}
