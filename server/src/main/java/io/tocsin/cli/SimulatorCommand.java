package io.tocsin.cli;

import io.tocsin.app.ListenAddress;
import io.tocsin.app.Logging;
import io.tocsin.app.Simulation;
import io.tocsin.clock.Clock;
import java.net.URI;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Runs the simulated cloud alone. */
@Command(
    name = "simulator",
    description = {
      "Runs the simulated cloud alone: Nova's API under /compute/v2.1, Keystone's under /identity,",
      "control calls under /simulator (docs/simulator.md). Prints 'ready http://HOST:PORT' once it answers."
    },
    mixinStandardHelpOptions = true)
final class SimulatorCommand implements Runnable {
  @Spec private CommandSpec spec;

  @Mixin private RegionFlags region;

  @Option(
      names = "--listen",
      paramLabel = "HOST:PORT",
      defaultValue = "127.0.0.1:15869",
      description = "Where it listens; port 0 takes a free one. Default: ${DEFAULT-VALUE}.")
  private String listen = "";

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description = "Where the region is kept; without it, it is forgotten at the end.")
  private @Nullable Path data;

  @Option(
      names = "--report-to",
      paramLabel = "URL",
      description = "The Tocsin that is told when a host dies: http://127.0.0.1:15868.")
  private @Nullable URI reportTo;

  @Option(
      names = "--keystone",
      description = "Nova demands a token of the simulated Keystone; what is reported carries one.")
  private boolean isWithKeystone;

  @Override
  public void run() {
    Logging.start("INFO");
    Simulation simulation =
        new Simulation(
            new Simulation.Spec(
                address(spec, "--listen", listen), region.hosts(), region.instances(), data),
            Clock.system());
    Running.run(
        () -> {
          Simulation.Started started = simulation.start();
          if (isWithKeystone) {
            started.cloud().demandTokens(true);
          }
          URI to = reportTo;
          if (to != null) {
            started.reportTo(to, isWithKeystone);
          }
          System.out.println("ready " + started.url());
          Running.untilTold();
        },
        simulation::stop);
  }

  /** Reads an address given as a flag. */
  static ListenAddress address(CommandSpec spec, String flag, String text) {
    try {
      return ListenAddress.parse(text);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), flag + ": " + e.getMessage());
    }
  }
}
