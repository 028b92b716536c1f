package io.tocsin.cli;

import io.tocsin.clock.Clock;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Follows the events of an account. */
@Command(
    name = "watch",
    description = {
      "Follows the events of an account, a line each, until Ctrl-C: the last 20 first, then",
      "each as it comes. It goes on by itself when the server was away."
    },
    mixinStandardHelpOptions = true)
final class WatchCommand implements Callable<Integer> {
  @Mixin private InAccount in;
  @ArgGroup private @Nullable Beginning beginning;

  @Option(
      names = "--filter",
      paramLabel = "FILTER",
      description = "Only those: \"severity eq 'critical',summary in 'host-07'\".")
  private @Nullable String filter;

  /** Where it begins, where that is not with the last few. */
  static final class Beginning {
    @Option(
        names = "--since",
        paramLabel = "N",
        description = "Begins behind the event with that sequenceCount.")
    private long since;

    @Option(names = "--all", description = "Begins with the first event that is there.")
    private boolean isAll;

    /** The place behind which it begins. */
    private long place() {
      return isAll ? 0 : since;
    }
  }

  @Override
  public Integer call() {
    Screen screen = Screen.standard();
    Running.run(
        () ->
            in.run(account -> {
              EventWatch watch =
                  new EventWatch(account, filter, in.isJson(), screen, Clock.system());
              watch.follow(beginning == null ? null : beginning.place());
            }),
        () -> {});
    return ExitCode.OK;
  }
}
