package io.tocsin.cli;

import io.tocsin.app.Settings;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Shows settings. */
@Command(
    name = "config",
    description = "Shows settings, and makes them of a Masakari configuration.",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {ConfigCommand.Show.class, ConfigCommand.ListAll.class, ConfigImport.class})
final class ConfigCommand implements Runnable {
  @Spec private CommandSpec spec;

  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(), "Show what? config show, config list, or config import.");
  }

  @Command(
      name = "show",
      description = "Prints the settings in force, secrets as ***.",
      mixinStandardHelpOptions = true)
  static final class Show implements Runnable {
    @Mixin private SettingsFlags flags;
    @Spec private CommandSpec spec;

    @Override
    public void run() {
      for (Settings.Shown setting : flags.load(Map.of()).shown()) {
        spec.commandLine().getOut().println(setting.name() + ": " + setting.text());
      }
    }
  }

  @Command(
      name = "list",
      description = "Prints every setting there is, as a Markdown table.",
      mixinStandardHelpOptions = true)
  static final class ListAll implements Runnable {
    @Spec private CommandSpec spec;

    @Override
    public void run() {
      Settings.table().forEach(spec.commandLine().getOut()::println);
    }
  }
}
