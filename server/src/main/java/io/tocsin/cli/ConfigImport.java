package io.tocsin.cli;

import io.tocsin.app.Settings;
import io.tocsin.app.SettingsException;
import io.tocsin.app.SettingsLoader;
import io.tocsin.app.StartRefusedException;
import io.tocsin.masakari.ConfigTranslation;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Makes our configuration of a Masakari's. */
@Command(
    name = "import",
    description = {
      "Turns a Masakari configuration into ours, and names every option that has no meaning here.",
      "Without -o it is printed, without secrets. Options left out are named on standard error.",
      "Several files are read as one, the last value counting: masakari.conf, then what follows it."
    },
    mixinStandardHelpOptions = true)
final class ConfigImport implements Callable<Integer> {
  private static final long LARGEST_FILE = 16L << 20;

  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "FILE", arity = "1..*", description = "masakari.conf")
  private List<Path> files = List.of();

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FILE",
      description = "Write tocsin.yaml there, secrets included, readable by you alone.")
  private @Nullable Path output;

  @Override
  public Integer call() {
    ConfigTranslation translation =
        ConfigTranslation.of(
            files.stream().flatMap(file -> read(file).stream()).toList(), Settings::complaint);
    Path file = output;
    if (file == null) {
      translation.yaml(false).forEach(spec.commandLine().getOut()::println);
    } else {
      write(file, translation.yaml(true));
    }
    for (String line : translation.leftOut()) {
      spec.commandLine().getErr().println("left out: " + line);
    }
    return file == null ? ExitCode.OK : check(file, translation.size());
  }

  /** Each file ends its last value. */
  private static List<String> read(Path file) {
    try {
      if (Files.size(file) > LARGEST_FILE) {
        throw new StartRefusedException(file + ": is too large for a configuration");
      }
      return Files.readString(file, StandardCharsets.UTF_8).concat("\n\n").lines().toList();
    } catch (IOException _) {
      throw new StartRefusedException(file + ": no such file, or it cannot be read as UTF-8 text");
    }
  }

  private static void write(Path file, List<String> lines) {
    try {
      Files.createFile(
          file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
      Files.write(file, lines, StandardCharsets.UTF_8);
    } catch (FileAlreadyExistsException _) {
      throw new StartRefusedException(file + ": exists already; name another");
    } catch (IOException _) {
      throw new StartRefusedException(file + ": cannot be written");
    }
  }

  /** What the server would say about it. */
  private int check(Path file, int size) {
    var err = spec.commandLine().getErr();
    try {
      SettingsLoader.load(file, Map.of(), Map.of(), Map.of());
      err.println("%s: %d settings, good to start with".formatted(file, size));
      return ExitCode.OK;
    } catch (SettingsException e) {
      err.println("%s: %d settings; before 'serve' takes it, mend:".formatted(file, size));
      e.problems().forEach(problem -> err.println("  " + problem));
      return ExitCode.SOFTWARE;
    }
  }
}
