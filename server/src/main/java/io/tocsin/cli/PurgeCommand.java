package io.tocsin.cli;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Removes what ended long ago. */
@Command(
    name = "purge",
    description = {
      "Removes failure notifications that ended long ago, with everything that their recoveries left,",
      "pauses that are over, and deleted hosts and segments that nothing refers to. What has not ended",
      "stays, and so does what operators did. With retention.recoveries the server does the same by itself."
    },
    mixinStandardHelpOptions = true)
final class PurgeCommand implements Runnable {
  /** Of what --max-rows counts. */
  private static final List<String> HEADS = List.of("notifications", "pauses", "hosts", "segments");

  @Mixin private Operating operating;

  @Option(names = "--why", paramLabel = "TEXT", description = "Why; not needed with --dry-run.")
  private @Nullable String why;

  @Option(
      names = "--older-than",
      paramLabel = "TIME",
      converter = Lifetime.Converter.class,
      defaultValue = "30d",
      description = "Only what ended so long ago: 1d to 3650d, 30d by default.")
  private Lifetime olderThan = new Lifetime(0);

  @Option(
      names = "--max-rows",
      paramLabel = "N",
      description = {
        "So many notifications, pauses, hosts and segments at most; what hangs on them goes with",
        "them, uncounted. All by default."
      })
  private @Nullable Integer max;

  @Option(names = "--dry-run", description = "Only count.")
  private boolean isDryRun;

  @Spec private CommandSpec spec;

  @Override
  public void run() {
    if (why == null && !isDryRun) {
      throw new ParameterException(
          spec.commandLine(), "What is gone is gone: --why is needed, or --dry-run.");
    }
    if (max != null && max < 1) {
      throw new ParameterException(spec.commandLine(), "--max-rows must be at least 1.");
    }
    operating.run(this::purge);
  }

  /** A call works for some seconds only; so many calls as it takes. */
  private void purge(AccountClient client) {
    Map<String, Long> removed = new LinkedHashMap<>();
    long left = max == null ? Long.MAX_VALUE : max;
    boolean isComplete = false;
    boolean goesOn = true;
    while (goesOn) {
      JsonNode answer = Operating.post(client, "purge", body(left));
      answer
          .path("removed")
          .properties()
          .forEach(it -> removed.merge(it.getKey(), it.getValue().asLong(), Long::sum));
      left -= HEADS.stream().mapToLong(it -> answer.path("removed").path(it).asLong(0)).sum();
      isComplete = answer.path("isComplete").asBoolean();
      goesOn = !isDryRun && !isComplete && left > 0;
    }
    print(removed, isComplete);
  }

  private ObjectNode body(long left) {
    ObjectNode body = JsonMapper.shared().createObjectNode();
    body.put("olderThanSeconds", olderThan.seconds()).put("isDryRun", isDryRun);
    if (why != null) {
      body.put("why", why);
    }
    if (max != null) {
      body.put("max", left);
    }
    return body;
  }

  private void print(Map<String, Long> removed, boolean isComplete) {
    if (operating.isJson()) {
      ObjectNode document =
          JsonMapper.shared()
              .createObjectNode()
              .put("isDryRun", isDryRun)
              .put("isComplete", isComplete);
      ObjectNode counts = document.putObject("removed");
      removed.forEach(counts::put);
      operating.print(document.toString());
      return;
    }
    operating.print(isDryRun ? "Would remove:" : "Removed:");
    removed.forEach((kind, count) -> operating.print("%9d  %s".formatted(count, words(kind))));
    if (!isComplete) {
      operating.print("There may be more.");
    }
  }

  /** {@code stepMessages}: step messages. */
  private static String words(String kind) {
    return kind.replaceAll("([A-Z])", " $1").toLowerCase(Locale.ROOT);
  }
}
