package io.tocsin.cli;

import io.tocsin.cli.Output.Column;
import java.util.List;
import java.util.Map;
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
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Shows what recoveries do and why, and intervenes. */
@Command(
    name = "recovery",
    description = "Shows recoveries and explains them; cancels, retries and approves them.",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {
      RecoveryCommand.Summary.class,
      RecoveryCommand.All.class,
      RecoveryCommand.Show.class,
      RecoveryCommand.Cancel.class,
      RecoveryCommand.Retry.class,
      RecoveryCommand.Approve.class
    })
final class RecoveryCommand implements Runnable {
  private static final List<Column> COLUMNS =
      List.of(
          Column.of("ID", "id"),
          Column.of("RECEIVED", "receivedAt"),
          Column.of("TYPE", "type"),
          Column.of("HOST", "host"),
          Column.of("STATE", "state"),
          Column.of("STATUS", "status"),
          Column.of("ATTEMPTS", "attempts"),
          new Column("WAITS FOR", it -> RecoveryText.wait(it.path("waitsFor"))),
          Column.of("MESSAGE", "message"));

  @Spec private CommandSpec spec;

  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(), "Do what? recovery summary, list, show, cancel, retry or approve.");
  }

  @Command(
      name = "summary",
      description = "How recoveries stand all together; what to look at first.",
      mixinStandardHelpOptions = true)
  static final class Summary implements Runnable {
    @Mixin private Operating operating;

    @Override
    public void run() {
      operating.run(client -> {
        JsonNode summary = Operating.get(client, "summary");
        operating.print(operating.isJson() ? summary.toString() : RecoveryText.summary(summary));
      });
    }
  }

  @Command(
      name = "list",
      description = "Lists recoveries, the newest first.",
      mixinStandardHelpOptions = true)
  static final class All implements Runnable {
    @Mixin private Operating operating;

    @Option(names = "--state", paramLabel = "STATE", description = "due, held, running or done.")
    private @Nullable String state;

    @Option(
        names = "--status",
        paramLabel = "STATUS",
        description = "new, running, error, failed, ignored or finished.")
    private @Nullable String status;

    @Option(names = "--segment", paramLabel = "SEGMENT", description = "A segment's id or name.")
    private @Nullable String segment;

    @Option(names = "--host", paramLabel = "HOST", description = "A host's id or name.")
    private @Nullable String host;

    @Option(names = "--limit", paramLabel = "N", description = "So many at most; 1 to 1000.")
    private @Nullable String limit;

    @Option(names = "--after", paramLabel = "ID", description = "Only those older than that one.")
    private @Nullable String after;

    @Override
    public void run() {
      Map<String, @Nullable String> parameters = Operating.parameters();
      parameters.put("state", state);
      parameters.put("status", status);
      parameters.put("segment", segment);
      parameters.put("host", host);
      parameters.put("limit", limit);
      parameters.put("after", after);
      operating.run(client ->
          operating.output().list(Operating.get(client, "recoveries", parameters), COLUMNS));
    }
  }

  @Command(
      name = "show",
      description = {
        "Explains a recovery: trigger, gates, plan, attempts, steps, what became of each instance,",
        "and who overrode what."
      },
      mixinStandardHelpOptions = true)
  static final class Show implements Runnable {
    @Mixin private Operating operating;

    @Parameters(paramLabel = "RECOVERY", description = "The id of its notification.")
    private String recovery = "";

    @Override
    public void run() {
      operating.run(client -> show(operating, Operating.get(client, path(recovery))));
    }
  }

  @Command(
      name = "cancel",
      description = {
        "Has a recovery end as failed before it goes on with another instance; what is done stays",
        "done, and where no other is left it may finish all the same."
      },
      mixinStandardHelpOptions = true)
  static final class Cancel implements Runnable {
    @Mixin private Operating operating;

    @Parameters(paramLabel = "RECOVERY", description = "The id of its notification.")
    private String recovery = "";

    @Option(names = "--why", required = true, paramLabel = "TEXT", description = "Why.")
    private String why = "";

    @Override
    public void run() {
      ObjectNode body = Operating.body("why", why);
      operating.run(
          client -> line(operating, Operating.post(client, path(recovery) + "/cancel", body)));
    }
  }

  @Command(
      name = "retry",
      description = {
        "Has a recovery tried at once: one that waits does so no longer, one that failed or was",
        "ignored begins anew."
      },
      mixinStandardHelpOptions = true)
  static final class Retry implements Runnable {
    @Mixin private Operating operating;

    @Parameters(paramLabel = "RECOVERY", description = "The id of its notification.")
    private String recovery = "";

    @Option(names = "--why", required = true, paramLabel = "TEXT", description = "Why.")
    private String why = "";

    @Option(
        names = "--override",
        split = ",",
        paramLabel = "GATE",
        description = "Gates that it need not pass: fenced, alive, isolation, storm.")
    private List<String> override = List.of();

    @Override
    public void run() {
      ObjectNode body = addTo(Operating.body("why", why), "override", override);
      operating.run(
          client -> line(operating, Operating.post(client, path(recovery) + "/retry", body)));
    }
  }

  @Command(
      name = "approve",
      description = {
        "Lets recoveries go on that a gate holds: one, or those of a host, a segment, or with",
        "--region of all."
      },
      mixinStandardHelpOptions = true)
  static final class Approve implements Runnable {
    private static final List<Column> APPROVED =
        List.of(
            Column.of("RECOVERY", "recovery"),
            Column.of("HOST", "host"),
            Column.of("GATE", "gate"));

    @Mixin private Operating operating;
    @Mixin private ScopeFlags scope;

    @Parameters(arity = "0..1", paramLabel = "RECOVERY", description = "One recovery's id.")
    private @Nullable String recovery;

    @Option(names = "--region", description = "All that are held.")
    private boolean isRegion;

    @Option(
        names = "--gate",
        split = ",",
        paramLabel = "GATE",
        description = "Only those held by these: fenced, alive, isolation, storm.")
    private List<String> gates = List.of();

    @Option(names = "--why", required = true, paramLabel = "TEXT", description = "Why.")
    private String why = "";

    @Spec private CommandSpec spec;

    @Override
    public void run() {
      int named = (recovery == null ? 0 : 1) + (isRegion ? 1 : 0) + (scope.isRegion() ? 0 : 1);
      if (named != 1) {
        throw new ParameterException(
            spec.commandLine(), "Name one: RECOVERY, --host, --segment or --region.");
      }
      ObjectNode body = addTo(Operating.body("why", why), "gates", gates);
      if (recovery == null) {
        scope.addTo(body);
      } else {
        body.put("scope", "recovery").put("target", recovery);
      }
      operating.run(client -> {
        JsonNode answer = Operating.post(client, "approvals", body);
        operating
            .output()
            .list(
                operating.isJson()
                    ? answer
                    : JsonMapper.shared().createObjectNode().set("items", answer.path("approved")),
                APPROVED);
      });
    }
  }

  private static String path(String recovery) {
    return "recoveries/" + Operating.escaped(recovery);
  }

  private static void show(Operating operating, JsonNode recovery) {
    operating.print(operating.isJson() ? recovery.toString() : new RecoveryText(recovery).whole());
  }

  private static void line(Operating operating, JsonNode recovery) {
    operating.output().one(recovery, COLUMNS);
  }

  private static ObjectNode addTo(ObjectNode body, String name, List<String> texts) {
    if (!texts.isEmpty()) {
      ArrayNode array = body.putArray(name);
      texts.forEach(array::add);
    }
    return body;
  }
}
