package io.tocsin.cli;

import io.tocsin.cli.Output.Column;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Lists pauses. */
@Command(
    name = "pauses",
    description = "Lists the pauses that are in force.",
    mixinStandardHelpOptions = true)
final class PausesCommand implements Runnable {
  static final List<Column> COLUMNS =
      List.of(
          Column.of("ID", "id"),
          Column.of("SCOPE", "scope"),
          Column.of("OF", "target"),
          Column.of("UNTIL", "expiresAt"),
          Column.of("BY", "by"),
          Column.of("RESUMED", "resumedAt"),
          Column.of("REASON", "reason"));

  @Mixin private Operating operating;

  @Option(names = "--all", description = "Also those that are over; the newest 100.")
  private boolean isAll;

  @Override
  public void run() {
    operating.run(client ->
        operating
            .output()
            .list(Operating.get(client, isAll ? "pauses?all=true" : "pauses"), COLUMNS));
  }
}
