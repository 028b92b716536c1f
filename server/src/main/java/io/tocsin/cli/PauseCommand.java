package io.tocsin.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import tools.jackson.databind.node.ObjectNode;

/** Pauses recoveries. */
@Command(
    name = "pause",
    description = {
      "Pauses recoveries in the whole region, or in a segment or of a host: none begins or goes on",
      "with another instance until it is resumed, or the time is over. 'tocsin pauses' lists them."
    },
    mixinStandardHelpOptions = true)
final class PauseCommand implements Runnable {
  @Mixin private Operating operating;
  @Mixin private ScopeFlags scope;

  @Option(names = "--reason", required = true, paramLabel = "TEXT", description = "Why.")
  private String reason = "";

  @Option(
      names = "--for",
      paramLabel = "TIME",
      converter = Lifetime.Converter.class,
      defaultValue = "1h",
      description = "How long at most: 30m, 1h (default), up to 7d.")
  private Lifetime duration = new Lifetime(0);

  @Override
  public void run() {
    ObjectNode body = scope.addTo(Operating.body("reason", reason));
    body.put("durationSeconds", duration.seconds());
    operating.run(client ->
        operating.output().one(Operating.post(client, "pauses", body), PausesCommand.COLUMNS));
  }
}
