package io.tocsin.simulation;

import io.tocsin.simulation.World.Result;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * Lives through many worlds. Side by side they are in processes of their own: in one they would
 * wait for each other's locks, those of the JDK and of libraries, and that nobody can repeat.
 */
final class Simulations {
  private static final String ENDED = "world ";

  private Simulations() {}

  /**
   * One world's end, as one process tells it to another.
   *
   * @param broken what broke; empty when nothing did
   */
  record End(long seed, Duration lasted, String hash, String broken) {
    static End of(Result it) {
      return new End(
          it.plan().seed(),
          it.lasted(),
          it.log().hash(),
          it.broken() == null ? "" : it.broken().toString().replace('\n', ' '));
    }

    String line() {
      return ENDED + seed + " " + lasted + " " + hash + " " + broken;
    }

    static End parse(String line) {
      String[] parts = line.substring(ENDED.length()).split(" ", 4);
      return new End(Long.parseLong(parts[0]), Duration.parse(parts[1]), parts[2], parts[3]);
    }
  }

  /** Worlds that can make use of this machine: each keeps a thread of ours and a backend busy. */
  static int width() {
    return Math.max(1, Math.min(16, Runtime.getRuntime().availableProcessors()));
  }

  /**
   * Worlds of the seeds {@code from}, {@code from + step} and so on below {@code until}, one after
   * the other, for as long as {@code goesOn} answers so.
   */
  static void row(long from, long until, long step, Sabotage sabotage, Predicate<Result> goesOn) {
    WorldAppender.install();
    try (SimulationDatabase database = new SimulationDatabase()) {
      for (long seed = from; seed < until; seed += step) {
        if (!goesOn.test(World.live(database, Draw.world(seed), sabotage))) {
          return;
        }
      }
    }
  }

  /** One world. */
  static Result one(WorldPlan plan, Sabotage sabotage) {
    WorldAppender.install();
    try (SimulationDatabase database = new SimulationDatabase()) {
      return World.live(database, plan, sabotage);
    }
  }

  /**
   * So many worlds, as many at once as the machine can take.
   *
   * @param each is told of each world's end, by one thread at a time, in no certain order
   */
  static void sideBySide(long from, long count, Sabotage sabotage, Consumer<End> each) {
    int width = (int) Math.min(count, width());
    try (ExecutorService rows = Executors.newFixedThreadPool(width)) {
      List<Future<Integer>> running = new ArrayList<>();
      for (int i = 0; i < width; i++) {
        long first = from + i;
        running.add(rows.submit(() -> process(first, from + count, width, sabotage, each)));
      }
      for (Future<Integer> row : running) {
        if (row.get() != 0) {
          throw new IllegalStateException("a process of worlds ended with status " + row.get());
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    } catch (ExecutionException e) {
      throw new IllegalStateException("worlds could not be lived through", e.getCause());
    }
  }

  private static int process(long from, long until, int step, Sabotage sabotage, Consumer<End> each)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-Xmx512m", "-XX:+UseSerialGC", "--enable-native-access=ALL-UNNAMED"));
    // Most time is spent on asking the database and on compiling; these make both cheaper.
    command.addAll(List.of("-Djdk.pollerMode=1", "-XX:TieredStopAtLevel=1"));
    // The threads of killed nodes never end; nothing but the JDK's list of all threads keeps them.
    command.add("-Djdk.trackAllThreads=false");
    command.addAll(List.of(VirtualThreads.OPTIONS.split(" ", -1)));
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), Row.class.getName()));
    command.addAll(
        List.of(
            Long.toString(from), Long.toString(until), Integer.toString(step), sabotage.name()));
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        if (line.startsWith(ENDED)) {
          synchronized (each) {
            each.accept(End.parse(line));
          }
        }
      }
      return process.waitFor();
    } finally {
      process.destroy();
    }
  }

  /** The main class of such a process. */
  static final class Row {
    private Row() {}

    public static void main(String[] arguments) {
      row(
          Long.parseLong(arguments[0]),
          Long.parseLong(arguments[1]),
          Long.parseLong(arguments[2]),
          Sabotage.valueOf(arguments[3]),
          result -> {
            System.out.println(End.of(result).line());
            System.out.flush();
            return true;
          });
      System.exit(0);
    }
  }
}
