package io.tocsin.store;

import io.tocsin.clock.Clock;
import io.tocsin.clock.Deadline;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * The database server's process, started and stopped so that neither a crash of ours leaves it
 * behind nor a Ctrl-C in our terminal takes it away early.
 *
 * <p>It runs below a small shell that reads from a pipe whose other end is ours. Whatever ends us,
 * {@code kill -9} included, closes that end, and the shell then stops the server properly. Closing
 * the pipe is also how we stop it ourselves: one way, always in use.
 */
final class Postmaster {
  /** A long recovery after a crash counts as starting. */
  private static final Duration START_TIMEOUT = Duration.ofMinutes(5);

  private static final Duration STOP_TIMEOUT = Duration.ofSeconds(30);
  private static final Duration LAST_STOP_TIMEOUT = Duration.ofSeconds(10);

  /** What an abandoned server gets to end by itself: its shell has told it to. */
  private static final Duration ABANDONED_TIMEOUT = Duration.ofSeconds(3);

  private static final Duration LOOK_AGAIN_AFTER = Duration.ofMillis(10);
  private static final Duration TELL_PROGRESS_EVERY = Duration.ofSeconds(5);
  private static final int LOG_LINES = 5;

  /**
   * Starts the server and waits for it, and next to it waits for the end of the pipe: then INT
   * (PostgreSQL: disconnect everybody, write all out, end), and QUIT if that took too long. Again
   * and again, because a server that has just begun to start does not hear it yet.
   */
  private static final String SHELL =
      """
      exec 3<&0
      "$@" </dev/null 3<&- &
      server=$!
      (
        while read -r _ <&3; do :; done
        n=0
        while [ $n -lt 60 ]; do kill -INT "$server" || exit; sleep 1; n=$((n + 1)); done
        while kill -QUIT "$server"; do sleep 5; done
      ) >/dev/null 2>&1 &
      watch=$!
      wait "$server"
      status=$?
      kill "$watch" 2>/dev/null
      exit "$status"
      """;

  private final Path cluster;

  /** What the server says before it has a log of its own. */
  private final Path startLog;

  private final Process shell;
  private final Clock clock;

  private Postmaster(Path cluster, Path startLog, Process shell, Clock clock) {
    this.cluster = cluster;
    this.startLog = startLog;
    this.shell = shell;
    this.clock = clock;
  }

  /** Starts the server; it is not ready yet. */
  static Postmaster start(Cluster cluster, int port, ServerAccount account, Clock clock)
      throws IOException {
    List<String> command = new ArrayList<>();
    // A session of its own: Ctrl-C in a terminal goes to every process of ours.
    Processes.find("setsid").ifPresent(command::add);
    List<String> underShell = new ArrayList<>(List.of("/bin/sh", "-c", SHELL, "tocsin-postgres"));
    underShell.addAll(cluster.serverCommand(port));
    command.addAll(account.command(underShell));
    Path startLog = cluster.directory().resolve("database-start.log");
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(cluster.data().toFile())
            .redirectErrorStream(true)
            .redirectOutput(startLog.toFile());
    cleanEnvironment(builder.environment());
    return new Postmaster(cluster.data(), startLog, builder.start(), clock);
  }

  /**
   * PostgreSQL's programs take settings, libraries and language from there, and whoever may run
   * code in the database reads it: our secrets are no business of theirs.
   */
  static void cleanEnvironment(Map<String, String> environment) {
    environment.keySet().retainAll(Set.of("PATH"));
    environment.put("LC_ALL", "C");
  }

  /** Whether it accepts connections now; false when it ended instead. */
  boolean awaitReady(Consumer<String> progress) {
    Deadline deadline = Deadline.in(START_TIMEOUT, clock);
    while (!deadline.isOver()) {
      boolean decided =
          await(TELL_PROGRESS_EVERY, clock, () -> !shell.isAlive() || isReady(cluster));
      if (decided) {
        return shell.isAlive();
      }
      if (Thread.currentThread().isInterrupted()) {
        return false;
      }
      progress.accept("PostgreSQL is still starting: " + lastLogLine());
    }
    return false;
  }

  boolean isAlive() {
    return shell.isAlive();
  }

  /** Stops the server; returns when it has ended or will not. */
  boolean stop() {
    try {
      shell.getOutputStream().close();
    } catch (IOException _) {
      // The shell has ended, and with it the server.
    }
    if (Processes.hasEnded(shell, STOP_TIMEOUT)) {
      return true;
    }
    OptionalLong pid = runningPid(cluster);
    if (pid.isPresent()) {
      signal(pid.getAsLong(), "QUIT");
    }
    return Processes.hasEnded(shell, LAST_STOP_TIMEOUT);
  }

  /** The last lines of what the server said, in one line. */
  String lastLogLines() {
    List<String> lines = new ArrayList<>(ServerLog.tail(startLog, LOG_LINES));
    ServerLog.newest(cluster.resolve("log"))
        .ifPresent(log -> lines.addAll(ServerLog.tail(log, LOG_LINES)));
    return lines.isEmpty() ? "it said nothing" : String.join(" | ", lines);
  }

  private String lastLogLine() {
    return ServerLog.newest(cluster.resolve("log"))
        .map(log -> ServerLog.tail(log, 1))
        .filter(lines -> !lines.isEmpty())
        .map(List::getFirst)
        .orElse("no word from it yet");
  }

  /**
   * Ends a server that a crashed process left behind, and only that: a process that has this very
   * cluster open.
   *
   * @throws StoreStartException when it does not end
   */
  static void stopAbandoned(Path cluster, Clock clock, Consumer<String> progress) {
    OptionalLong abandoned = runningPid(cluster);
    if (abandoned.isEmpty()) {
      return;
    }
    long pid = abandoned.getAsLong();
    progress.accept("Waiting for the PostgreSQL of an earlier run to end (process " + pid + ")");
    BooleanSupplier isGone = () -> runningPid(cluster).isEmpty();
    if (await(ABANDONED_TIMEOUT, clock, isGone)) {
      return;
    }
    signal(pid, "INT");
    if (await(STOP_TIMEOUT, clock, isGone)) {
      return;
    }
    signal(pid, "QUIT");
    if (!await(LAST_STOP_TIMEOUT, clock, isGone)) {
      throw new StoreStartException(
          "The PostgreSQL of an earlier run does not end; stop process %d by hand".formatted(pid),
          null);
    }
  }

  /** The server that has this cluster open, if there is one. */
  static OptionalLong runningPid(Path cluster) {
    List<String> lines = pidFile(cluster);
    if (lines.isEmpty() || !lines.getFirst().strip().matches("\\d{1,10}")) {
      return OptionalLong.empty();
    }
    long pid = Long.parseLong(lines.getFirst().strip());
    try {
      // The number may belong to somebody else by now; a server stands in its own directory.
      Path directory = Path.of("/proc", Long.toString(pid), "cwd").toRealPath();
      return directory.equals(cluster.toRealPath()) ? OptionalLong.of(pid) : OptionalLong.empty();
    } catch (IOException _) {
      return OptionalLong.empty();
    }
  }

  /**
   * The eighth line of the file tells the state (PostgreSQL's pidfile.h, since version 10). The
   * file may be that of a server that was killed.
   */
  private static boolean isReady(Path cluster) {
    List<String> lines = pidFile(cluster);
    return lines.size() >= 8
        && lines.get(7).strip().equals("ready")
        && runningPid(cluster).isPresent();
  }

  private static List<String> pidFile(Path cluster) {
    try {
      return Files.readAllLines(cluster.resolve("postmaster.pid"));
    } catch (IOException _) {
      return List.of();
    }
  }

  private static void signal(long pid, String signal) {
    try {
      Processes.run(
          List.of("/bin/sh", "-c", "kill -" + signal + " \"$1\"", "sh", Long.toString(pid)));
    } catch (IOException e) {
      throw new StoreStartException("Process " + pid + " could not be told to end: " + e, e);
    }
  }

  private static boolean await(Duration within, Clock clock, BooleanSupplier condition) {
    Deadline deadline = Deadline.in(within, clock);
    try {
      while (!condition.getAsBoolean()) {
        if (deadline.isOver()) {
          return false;
        }
        clock.sleep(LOOK_AGAIN_AFTER);
      }
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
