package io.tocsin.cli;

import io.tocsin.app.ImportRun;
import io.tocsin.app.Settings;
import io.tocsin.app.SourceAccess;
import io.tocsin.app.StartRefusedException;
import io.tocsin.clock.Clock;
import io.tocsin.masakari.Import;
import io.tocsin.masakari.ImportReport;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Brings everything of a running Masakari here. */
@Command(
    name = "import",
    description = {
      "Reads segments, hosts, and notifications with their vmoves and workflow",
      "details from a running Masakari over its API, and stores them with their ids",
      "and times in the database that 'serve' would use. Starts no recovery: what is",
      "over there is over here, and what is open there is left to it. Run it as",
      "often as you like; it goes on where it was. See docs/migrating.md.",
    },
    footer = {
      "",
      "Exit codes: 0 all that is over at the source is here; 1 stopped, or something was left out that",
      "needs you (lines that begin with 'problem')."
    },
    mixinStandardHelpOptions = true)
final class ImportCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private SettingsFlags flags;
  @Mixin private OpenStackFlags openStack;

  @Option(
      names = "--from",
      paramLabel = "URL",
      description = {
        "The source: http://HOST:15868, with or without /v1 and a project behind it.",
        "Default: what the catalog of OS_AUTH_URL names for instance-ha."
      })
  private @Nullable URI from;

  @Option(names = "--dry-run", description = "Only look and report; write nothing of the source.")
  private boolean isDryRun;

  @Option(
      names = "--since",
      paramLabel = "TIME",
      description = "Leave out notifications generated before: 2026-01-31, 2026-01-31T12:00:00Z.")
  private @Nullable String since;

  @Option(
      names = "--no-details",
      description = "Leave out workflow details, for which Masakari has to ask its engine.")
  private boolean isWithoutDetails;

  @Option(
      names = "--report",
      paramLabel = "FILE",
      description = "Write every id that was left out, and why, to that file.")
  private @Nullable Path reportFile;

  @Option(
      names = "--page-size",
      paramLabel = "N",
      defaultValue = "200",
      description = "Rows asked for and stored at once, 1 to 1000. Default: ${DEFAULT-VALUE}.")
  private int pageSize;

  @Option(
      names = "--calls",
      paramLabel = "N",
      defaultValue = "8",
      description = "Most calls to the source at one moment, 1 to 100. Default: ${DEFAULT-VALUE}.")
  private int calls;

  private final Clock clock = Clock.system();

  @Override
  public Integer call() {
    check(pageSize >= 1 && pageSize <= 1000, "--page-size: expected 1 to 1000");
    check(calls >= 1 && calls <= 100, "--calls: expected 1 to 100");
    Import.Options options = new Import.Options(isDryRun, time(since), !isWithoutDetails, pageSize);
    Settings settings = flags.load(Map.of("log.level", "warn"));
    ImportRun run =
        new ImportRun(
            settings,
            new SourceAccess(from, openStack.variables(System.getenv())),
            calls,
            clock,
            line -> System.err.println("tocsin: " + line));
    try (PrintWriter list = list()) {
      return run(run, options, new ImportReport(isDryRun, list::println));
    }
  }

  private int run(ImportRun run, Import.Options options, ImportReport report) {
    Screen screen = Screen.standard();
    ImportScreen shown = new ImportScreen(screen, clock);
    boolean isAtEnd = false;
    try {
      run.run(options, report, shown);
      isAtEnd = true;
    } finally {
      shown.end();
      if (!isAtEnd) {
        screen.line("Stopped before the end. So far:");
      }
      report.lines().forEach(screen::line);
    }
    return report.hasProblems() ? ExitCode.SOFTWARE : ExitCode.OK;
  }

  private PrintWriter list() {
    Path file = reportFile;
    try {
      return file == null
          ? new PrintWriter(PrintWriter.nullWriter())
          : new PrintWriter(Files.newBufferedWriter(file, StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new StartRefusedException("--report: %s cannot be written".formatted(file));
    }
  }

  private @Nullable Instant time(@Nullable String text) {
    if (text == null) {
      return null;
    }
    try {
      return text.length() == "2026-01-31".length()
          ? LocalDate.parse(text).atStartOfDay(ZoneOffset.UTC).toInstant()
          : Instant.parse(text);
    } catch (DateTimeException _) {
      throw new ParameterException(
          spec.commandLine(), "--since: expected 2026-01-31 or 2026-01-31T12:00:00Z");
    }
  }

  private void check(boolean isGood, String complaint) {
    if (!isGood) {
      throw new ParameterException(spec.commandLine(), complaint);
    }
  }
}
