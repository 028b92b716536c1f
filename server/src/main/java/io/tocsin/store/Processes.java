package io.tocsin.store;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** Runs other programs with a bound on the wait for each. */
final class Processes {
  private static final Duration SHORT_COMMAND_TIMEOUT = Duration.ofSeconds(10);

  /** Where system programs are when the PATH is a user's. */
  private static final List<String> PROGRAM_DIRECTORIES =
      List.of("/usr/bin", "/bin", "/usr/sbin", "/sbin");

  private Processes() {}

  /**
   * @param status -1 when the program did not end in time
   */
  record Result(int status, String output) {
    boolean isSuccess() {
      return status == 0;
    }
  }

  static boolean hasEnded(Process process, Duration within) {
    try {
      return process.waitFor(within.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /** Runs a command that says little and ends soon. */
  static Result run(List<String> command) throws IOException {
    Path output = Files.createTempFile("tocsin-", ".out");
    try {
      Process process =
          new ProcessBuilder(command)
              .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
              .redirectErrorStream(true)
              .redirectOutput(output.toFile())
              .start();
      if (!hasEnded(process, SHORT_COMMAND_TIMEOUT)) {
        process.destroyForcibly();
        return new Result(-1, "no end after " + SHORT_COMMAND_TIMEOUT);
      }
      return new Result(
          process.exitValue(), Files.readString(output, StandardCharsets.ISO_8859_1).strip());
    } finally {
      Files.deleteIfExists(output);
    }
  }

  /** The full path of a system program. */
  static Optional<String> find(String program) {
    return PROGRAM_DIRECTORIES.stream()
        .map(directory -> Path.of(directory, program))
        .filter(Files::isExecutable)
        .map(Path::toString)
        .findFirst();
  }
}
