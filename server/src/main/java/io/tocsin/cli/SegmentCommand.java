package io.tocsin.cli;

import io.tocsin.cli.Output.Column;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** What operators do with a segment. */
@Command(
    name = "segment",
    description = "Shows and changes the safety rules of a segment.",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {SegmentCommand.Rules.class})
final class SegmentCommand implements Runnable {
  @Spec private CommandSpec spec;

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "Do what? segment rules.");
  }

  @Command(
      name = "rules",
      description = {
        "Shows the safety rules of a segment, and changes in what they differ from the settings:",
        "--rule NAME=VALUE, --default NAME. What is not named stays."
      },
      mixinStandardHelpOptions = true)
  static final class Rules implements Runnable {
    private static final List<Column> COLUMNS =
        List.of(Column.of("RULE", "rule"), Column.of("VALUE", "value"), Column.of("FROM", "from"));

    @Mixin private Operating operating;

    @Parameters(paramLabel = "SEGMENT", description = "The segment's id or name.")
    private String segment = "";

    @Option(
        names = "--rule",
        paramLabel = "NAME=VALUE",
        description = "Such as stormHosts=8 or requiresFencing=false; may be repeated.")
    private Map<String, String> set = new TreeMap<>();

    @Option(
        names = "--default",
        paramLabel = "NAME",
        description = "Back to what the settings say; may be repeated.")
    private List<String> unset = new ArrayList<>();

    @Option(names = "--why", paramLabel = "TEXT", description = "Why; needed for a change.")
    private @Nullable String why;

    @Spec private CommandSpec spec;

    @Override
    public void run() {
      boolean isChange = !set.isEmpty() || !unset.isEmpty();
      if (isChange != (why != null)) {
        throw new ParameterException(
            spec.commandLine(),
            isChange ? "--why is needed for a change." : "--why goes with --rule or --default.");
      }
      String path = "segments/%s/rules".formatted(Operating.escaped(segment));
      operating.run(client -> {
        JsonNode rules = Operating.get(client, path);
        if (isChange) {
          rules = client.call("PUT", AccountClient.OPERATOR + "/" + path, changed(rules));
        }
        operating.output().list(operating.isJson() ? rules : rows(rules), COLUMNS);
      });
    }

    private ObjectNode changed(JsonNode rules) {
      ObjectNode body = Operating.body("why", String.valueOf(why));
      ObjectNode differs = body.putObject("differs");
      rules.path("differs").properties().forEach(it -> differs.set(it.getKey(), it.getValue()));
      Set<String> known = Set.copyOf(rules.path("effective").propertyNames());
      for (String name : unset) {
        if (!known.contains(name)) {
          throw new ParameterException(
              spec.commandLine(), "There is no rule '%s'.".formatted(Output.plain(name)));
        }
        differs.remove(name);
      }
      set.forEach((name, value) -> differs.set(name, value(value)));
      return body;
    }

    /** The server says what is wrong with a value. */
    private static JsonNode value(String text) {
      JsonMapper json = JsonMapper.shared();
      try {
        return json.readTree(text);
      } catch (JacksonException _) {
        return json.getNodeFactory().stringNode(text);
      }
    }

    private static JsonNode rows(JsonNode rules) {
      ObjectNode rows = JsonMapper.shared().createObjectNode();
      ArrayNode items = rows.putArray("items");
      rules
          .path("effective")
          .properties()
          .forEach(it ->
              items
                  .addObject()
                  .put("rule", it.getKey())
                  .put("value", it.getValue().asString())
                  .put("from", rules.path("differs").has(it.getKey()) ? "segment" : "settings"));
      return rows;
    }
  }
}
