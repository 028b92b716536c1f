package io.tocsin.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Keeps docs/weaknesses.md true: what it says to show something is there. */
class WeaknessesTest {
  private static final Path PAGE = Path.of("../docs/weaknesses.md");
  private static final Path SCENARIOS = Path.of("src/test/resources/scenarios");
  private static final int WEAKNESSES = 42;
  private static final Pattern ROW = Pattern.compile("\\| (W\\d+) \\| .+ \\| .+ \\| (.+) \\|");
  private static final Pattern LINK = Pattern.compile("\\[([^]]+)]\\(([^)#]+)\\)");
  private static final Pattern NUMBER = Pattern.compile("W\\d+");

  /** What is said to show it, for each weakness. */
  private static Map<String, String> rows() throws IOException {
    Map<String, String> rows = new TreeMap<>();
    for (String line : Files.readAllLines(PAGE)) {
      Matcher row = ROW.matcher(line);
      if (row.matches()) {
        assertThat(rows.put(row.group(1), row.group(2))).as(line).isNull();
      }
    }
    return rows;
  }

  private static List<Path> scenarios() throws IOException {
    try (Stream<Path> files = Files.list(SCENARIOS)) {
      return files.sorted().toList();
    }
  }

  @Test
  void hasARowForEveryWeakness() throws IOException {
    assertThat(rows().keySet())
        .containsExactlyInAnyOrderElementsOf(
            IntStream.rangeClosed(1, WEAKNESSES).mapToObj(it -> "W" + it).toList());
    assertThat(rows().values())
        .allMatch(shown -> shown.contains("](") || shown.startsWith("does not apply: "));
  }

  @Test
  void linksWhatIsThere() throws IOException {
    List<String> missing = new ArrayList<>();
    for (MatchResult link : LINK.matcher(Files.readString(PAGE)).results().toList()) {
      Path file = PAGE.resolveSibling(link.group(2));
      if (!Files.exists(file) || !isIn(file, link.group(1))) {
        missing.add(link.group());
      }
    }
    assertThat(missing).isEmpty();
  }

  /** A label that names a method of a test: whether the test has it. */
  private static boolean isIn(Path file, String label) throws IOException {
    int dot = label.indexOf('.');
    return !file.toString().endsWith(".java")
        || dot < 0
        || Files.readString(file).contains(" void " + label.substring(dot + 1) + "(");
  }

  private static boolean isLinkedIn(String shown, Path scenario) {
    return shown.contains("/" + scenario.getFileName() + ")");
  }

  @Test
  void hasEveryScenarioWithTheWeaknessesItNames() throws IOException {
    Map<String, String> rows = rows();
    List<String> missing = new ArrayList<>();
    for (Path scenario : scenarios()) {
      String head =
          Files.readAllLines(scenario).stream()
              .takeWhile(line -> !line.equals(Scenario.DASHES))
              .filter(line -> line.startsWith("#"))
              .collect(Collectors.joining(" "));
      List<String> named = NUMBER.matcher(head).results().map(MatchResult::group).toList();
      if (rows.values().stream().noneMatch(shown -> isLinkedIn(shown, scenario))) {
        missing.add("no row has " + scenario.getFileName());
      }
      for (String weakness : named) {
        if (!isLinkedIn(rows.getOrDefault(weakness, ""), scenario)) {
          missing.add(weakness + " does not have " + scenario.getFileName());
        }
      }
    }
    assertThat(missing).isEmpty();
  }
}
