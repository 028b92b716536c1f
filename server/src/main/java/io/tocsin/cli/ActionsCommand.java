package io.tocsin.cli;

import io.tocsin.cli.Output.Column;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Lists what operators did. */
@Command(
    name = "actions",
    description = "Lists what operators did, the newest first: who, what, why.",
    mixinStandardHelpOptions = true)
final class ActionsCommand implements Runnable {
  private static final List<Column> COLUMNS =
      List.of(
          Column.of("AT", "at"),
          Column.of("BY", "by"),
          Column.of("ACTION", "action"),
          new Column("SCOPE", it -> it.path("details").path("scope").asString("-")),
          new Column("OF", it -> it.path("details").path("target").asString("-")),
          Column.of("WHY", "why"),
          Column.of("ID", "id"));

  @Mixin private Operating operating;

  @Option(names = "--limit", paramLabel = "N", description = "So many at most; 1 to 1000.")
  private @Nullable String limit;

  @Option(names = "--before", paramLabel = "ID", description = "Only those before that one.")
  private @Nullable String before;

  @Override
  public void run() {
    Map<String, @Nullable String> parameters = Operating.parameters();
    parameters.put("limit", limit);
    parameters.put("before", before);
    operating.run(
        client -> operating.output().list(Operating.get(client, "actions", parameters), COLUMNS));
  }
}
