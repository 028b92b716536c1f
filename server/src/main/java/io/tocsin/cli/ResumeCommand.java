package io.tocsin.cli;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Ends pauses. */
@Command(
    name = "resume",
    description = {
      "Ends a pause, or all pauses of the whole region, or of a segment or host. Pauses of hosts are",
      "not those of their segment."
    },
    mixinStandardHelpOptions = true)
final class ResumeCommand implements Runnable {
  @Mixin private Operating operating;
  @Mixin private ScopeFlags scope;

  @Parameters(
      arity = "0..1",
      paramLabel = "PAUSE",
      description = "One pause's id; without it all of what the flags name.")
  private @Nullable String pause;

  @Option(names = "--why", required = true, paramLabel = "TEXT", description = "Why.")
  private String why = "";

  @Spec private CommandSpec spec;

  @Override
  public void run() {
    if (pause != null && !scope.isRegion()) {
      throw new ParameterException(
          spec.commandLine(), "A pause's id says which; --segment and --host do not go with it.");
    }
    ObjectNode body = Operating.body("why", why);
    operating.run(client -> {
      if (pause != null) {
        String path = "pauses/%s/resume".formatted(Operating.escaped(pause));
        operating.output().one(Operating.post(client, path, body), PausesCommand.COLUMNS);
        return;
      }
      JsonNode answer = Operating.post(client, "resumptions", scope.addTo(body));
      operating
          .output()
          .list(
              operating.isJson()
                  ? answer
                  : JsonMapper.shared().createObjectNode().set("items", answer.path("resumed")),
              PausesCommand.COLUMNS);
    });
  }
}
