package io.tocsin.cli;

import io.tocsin.cli.Output.Column;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** What operators do with a host. */
@Command(
    name = "host",
    description = "Says what would happen to a host, and puts a repaired one back.",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {HostCommand.WhatIf.class, HostCommand.Return.class})
final class HostCommand implements Runnable {
  private static final List<Column> COLUMNS =
      List.of(
          Column.of("ID", "id"),
          Column.of("NAME", "name"),
          Column.of("SEGMENT", "segmentName"),
          Column.of("MAINTENANCE", "isOnMaintenance"),
          Column.of("RESERVED", "isReserved"));

  @Spec private CommandSpec spec;

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "Do what? host plan or host return.");
  }

  @Command(
      name = "plan",
      description = {
        "What a recovery would do if the host were reported dead now: gates, instances in order, and",
        "whether each finds room. Nothing is changed."
      },
      mixinStandardHelpOptions = true)
  static final class WhatIf implements Runnable {
    @Mixin private Operating operating;

    @Parameters(paramLabel = "HOST", description = "The host's id or name.")
    private String host = "";

    @Override
    public void run() {
      String path = "hosts/%s/plan".formatted(Operating.escaped(host));
      operating.run(client -> {
        JsonNode plan = Operating.get(client, path);
        operating.print(operating.isJson() ? plan.toString() : PlanText.of(plan));
      });
    }
  }

  @Command(
      name = "return",
      description = {
        "Puts a repaired host back: enables its compute service, takes back that it was forced down,",
        "and takes it off maintenance. Repeating it does no harm."
      },
      mixinStandardHelpOptions = true)
  static final class Return implements Runnable {
    @Mixin private Operating operating;

    @Parameters(paramLabel = "HOST", description = "The host's id or name.")
    private String host = "";

    @Option(names = "--why", required = true, paramLabel = "TEXT", description = "Why.")
    private String why = "";

    @Option(
        names = "--reserved",
        arity = "1",
        paramLabel = "true|false",
        description = "Whether it is a spare from now on. Default: as it is.")
    private @Nullable Boolean isReserved;

    @Override
    public void run() {
      ObjectNode body = Operating.body("why", why);
      if (isReserved != null) {
        body.put("reserved", isReserved.booleanValue());
      }
      String path = "hosts/%s/return".formatted(Operating.escaped(host));
      operating.run(client -> operating.output().one(Operating.post(client, path, body), COLUMNS));
    }
  }
}
