package io.tocsin.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** docs/simulator.md names everything there is. */
class SimulatorManualTest {
  private static String manual() throws IOException {
    return Files.readString(Path.of("..", "docs", "simulator.md"));
  }

  @Test
  void namesEveryKindOfFaultAndOfCall() throws IOException {
    String manual = manual();

    assertThat(FaultJson.kinds())
        .allSatisfy(kind -> assertThat(manual).contains("| `" + kind + "` |"));
    assertThat(Call.values())
        .allSatisfy(call -> assertThat(manual).contains("`" + call.text() + "`"));
  }

  @Test
  void namesEverySettingWithItsDefault() throws IOException {
    String manual = manual();

    assertThat(Behaviour.DEMO.toMap())
        .allSatisfy(
            (name, value) -> assertThat(manual).contains("| `" + name + "` | `" + value + "` |"));
  }

  @Test
  void namesEverybodyWhoCanLogOn() throws IOException {
    String manual = manual();

    assertThat(Cast.USERS)
        .allSatisfy(user ->
            assertThat(manual).contains("| `%s` | `%s` |".formatted(user.name(), Cast.PASSWORD)));
    assertThat(manual).contains("`" + Cast.CREDENTIAL.id() + "`");
    assertThat(manual).contains("`" + Cast.CREDENTIAL.name() + "`");
  }
}
