package io.tocsin.simulation;

import io.tocsin.clock.Clock;
import io.tocsin.simulation.World.Result;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** {@code ./tocsin simulate}: as many worlds as wanted, or the log of one. */
public final class Main {
  private static final int BAR = 30;
  private static final long REDRAW_NANOS = 100_000_000L;

  private final PrintStream out = System.out;
  private final Clock clock = Clock.system();
  private final boolean isTerminal = Boolean.getBoolean("tocsin.terminal");
  private final long begun = clock.nanoTime();
  private final List<Simulations.End> broken = new ArrayList<>();
  private long drawn;
  private long done;
  private double virtualSeconds;

  private Main() {}

  /** What the command line asks for. */
  private record Wanted(
      long seeds, long from, @Nullable Long seed, boolean isLogged, Sabotage sabotage) {}

  /** Ends with 0 when no promise was broken, with 1 when one was, with 2 for a wrong command. */
  public static void main(String[] arguments) {
    Wanted wanted;
    try {
      wanted = parse(arguments);
    } catch (IllegalArgumentException e) {
      System.err.println("tocsin: " + e.getMessage());
      System.err.print(usage());
      System.exit(2);
      return;
    }
    System.exit(new Main().run(wanted));
  }

  private static String usage() {
    return """
    Usage: tocsin simulate [--seeds N] [--from S]
           tocsin simulate --seed S [--log]

    Runs the recovery engine through worlds in which hosts, nodes, the cloud and the database fail,
    on a virtual clock, and checks its promises after every event. docs/simulation.md has more.

      --seeds N    so many worlds (1000)
      --from S     the first one's seed (1); the others follow
      --seed S     only this one
      --log        with all that happens in it
      --sabotage K break the engine on purpose: %s
    """
        .formatted(List.of(Sabotage.values()));
  }

  private static Wanted parse(String[] arguments) {
    Wanted wanted = new Wanted(1000, 1, null, false, Sabotage.NONE);
    for (int i = 0; i < arguments.length; i++) {
      String name = arguments[i];
      if (name.equals("--log")) {
        wanted = new Wanted(wanted.seeds(), wanted.from(), wanted.seed(), true, wanted.sabotage());
        continue;
      }
      if (i + 1 == arguments.length) {
        throw new IllegalArgumentException("what is " + name + "?");
      }
      wanted = with(wanted, name, arguments[++i]);
    }
    return wanted;
  }

  private static Wanted with(Wanted it, String name, String value) {
    return switch (name) {
      case "--seeds" ->
          new Wanted(number(name, value), it.from(), it.seed(), it.isLogged(), it.sabotage());
      case "--from" ->
          new Wanted(it.seeds(), number(name, value), it.seed(), it.isLogged(), it.sabotage());
      case "--seed" ->
          new Wanted(it.seeds(), it.from(), number(name, value), it.isLogged(), it.sabotage());
      case "--sabotage" ->
          new Wanted(
              it.seeds(),
              it.from(),
              it.seed(),
              it.isLogged(),
              Sabotage.valueOf(value.toUpperCase(Locale.ROOT)));
      default -> throw new IllegalArgumentException("there is no " + name);
    };
  }

  private static long number(String name, String value) {
    try {
      return Long.parseLong(value);
    } catch (NumberFormatException _) {
      throw new IllegalArgumentException(name + " takes a number, not " + value);
    }
  }

  private int run(Wanted wanted) {
    Long seed = wanted.seed();
    if (seed != null) {
      return one(seed, wanted);
    }
    Simulations.sideBySide(
        wanted.from(), wanted.seeds(), wanted.sabotage(), it -> ended(it, wanted.seeds()));
    clear();
    double seconds = (clock.nanoTime() - begun) / 1e9;
    out.printf(
        Locale.ROOT,
        "%d worlds, %.0f s of theirs in %.0f s, %.1f a second; %s%n",
        done,
        virtualSeconds,
        seconds,
        done / seconds,
        broken.isEmpty() ? "no promise was broken" : broken.size() + " broke a promise");
    return broken.isEmpty() ? 0 : 1;
  }

  private int one(long seed, Wanted wanted) {
    Result result = Simulations.one(Draw.world(seed), wanted.sabotage());
    if (wanted.isLogged()) {
      out.println(result.plan());
      result.log().lines().forEach(out::println);
    }
    out.printf(
        "seed %d: %s, log %s of %d lines%n",
        seed,
        result.broken() == null ? "no promise was broken" : result.broken().toString(),
        result.log().hash(),
        result.log().lines().size());
    return result.broken() == null ? 0 : 1;
  }

  private void ended(Simulations.End result, long all) {
    done++;
    virtualSeconds += result.lasted().toMillis() / 1e3;
    if (!result.broken().isEmpty()) {
      broken.add(result);
      clear();
      out.println("seed " + result.seed() + ": " + result.broken());
      out.println("  ./tocsin simulate --seed " + result.seed() + " --log");
    }
    if (isTerminal && (clock.nanoTime() - drawn > REDRAW_NANOS || done == all)) {
      drawn = clock.nanoTime();
      int filled = (int) (BAR * done / all);
      out.printf(
          Locale.ROOT,
          "\r%s%s %d/%d worlds, %.1f a second\u001b[K",
          "█".repeat(filled),
          "░".repeat(BAR - filled),
          done,
          all,
          done / ((clock.nanoTime() - begun) / 1e9));
      out.flush();
    } else if (!isTerminal && done * 10 / all > (done - 1) * 10 / all) {
      out.println(done + "/" + all + " worlds");
    }
  }

  private void clear() {
    if (isTerminal) {
      out.print("\r\u001b[K");
    }
  }
}
