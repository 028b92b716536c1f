package io.tocsin.cli;

import io.tocsin.app.App;
import io.tocsin.app.Settings;
import io.tocsin.clock.Clock;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Runs the server. */
@Command(
    name = "serve",
    description = {
      "Runs the server until it is told to stop (SIGTERM, Ctrl-C).",
      "Prints 'ready http://HOST:PORT' (https with tls.certificate) on a line of its own once it answers."
    },
    mixinStandardHelpOptions = true)
final class ServeCommand implements Runnable {
  @Mixin private SettingsFlags flags;

  @Override
  public void run() {
    Settings settings = flags.load(Map.of());
    App app = new App(settings, Clock.system(), line -> System.err.println("tocsin: " + line));
    Running.run(
        () -> {
          System.out.println("ready " + app.start());
          Running.untilTold();
        },
        app::stop);
  }
}
