package io.tocsin.cli;

import io.tocsin.app.SettingsException;
import io.tocsin.app.StartRefusedException;
import io.tocsin.http.ListenException;
import io.tocsin.identity.PolicyException;
import io.tocsin.masakari.SourceException;
import io.tocsin.openstack.TrustException;
import io.tocsin.store.StoreStartException;
import io.tocsin.store.StoreUnavailableException;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.Spec;

/** The command line's entry; {@code ./tocsin} runs it. */
@Command(
    name = "tocsin",
    description = "Hears that a host has failed, brings its instances back, tells who should know.",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    synopsisSubcommandLabel = "COMMAND",
    footer = {
      "",
      "The launcher also knows: build, test, bench.",
      "Exit codes: 0 done, 1 refused or failed (one line says why), 2 wrong usage."
    },
    subcommands = {
      DemoCommand.class,
      ServeCommand.class,
      SimulatorCommand.class,
      ImportCommand.class,
      ConfigCommand.class,
      PolicyCommand.class,
      AccountCommand.class,
      UserCommand.class,
      GroupCommand.class,
      TokenCommand.class,
      WatchCommand.class,
      RecoveryCommand.class,
      PauseCommand.class,
      PausesCommand.class,
      ResumeCommand.class,
      HostCommand.class,
      SegmentCommand.class,
      ActionsCommand.class,
      PurgeCommand.class
    })
final class Main implements Runnable {
  @Spec private CommandSpec spec;

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "Which command?");
  }

  public static void main(String[] args) {
    System.exit(commandLine().execute(args));
  }

  static CommandLine commandLine() {
    return new CommandLine(new Main())
        .setExecutionExceptionHandler(Main::refuse)
        .setCaseInsensitiveEnumValuesAllowed(true);
  }

  /** What an operator can mend is one line; everything else is a bug and keeps its stack trace. */
  private static int refuse(Exception failure, CommandLine command, ParseResult arguments)
      throws Exception {
    boolean isForTheOperator =
        failure instanceof SettingsException
            || failure instanceof PolicyException
            || failure instanceof StoreStartException
            || failure instanceof ListenException
            || failure instanceof ApiClient.CallException
            || failure instanceof SourceException
            || failure instanceof TrustException
            || failure instanceof StoreUnavailableException
            || failure instanceof StartRefusedException;
    if (!isForTheOperator) {
      throw failure;
    }
    command.getErr().println("tocsin: " + failure.getMessage());
    return ExitCode.SOFTWARE;
  }
}
