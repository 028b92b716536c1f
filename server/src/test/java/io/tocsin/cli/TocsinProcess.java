package io.tocsin.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.tocsin.Waiting;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The program in a process of its own, as the launcher starts it; stopped at the end. */
public final class TocsinProcess implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private final Process process;
  private final Path out;
  private final Path err;

  private TocsinProcess(Process process, Path out, Path err) {
    this.process = process;
    this.out = out;
    this.err = err;
  }

  /** Runs it in {@code directory}, which takes its output too. */
  public static TocsinProcess start(
      Path directory, Map<String, String> environment, String... arguments) {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Xmx256m",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                "io.tocsin.cli.Main"));
    command.addAll(List.of(arguments));
    try {
      Path out = Files.createTempFile(directory, "out", ".txt");
      Path err = Files.createTempFile(directory, "err", ".txt");
      ProcessBuilder builder =
          new ProcessBuilder(command)
              .directory(directory.toFile())
              .redirectOutput(out.toFile())
              .redirectError(err.toFile());
      // Nothing of whoever runs the tests: both are read as settings.
      builder
          .environment()
          .keySet()
          .removeIf(name -> name.startsWith("TOCSIN_") || name.startsWith("OS_"));
      builder.environment().putAll(environment);
      return new TocsinProcess(builder.start(), out, err);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Waits for the ready line and returns the URL in it. */
  public URI awaitReady() {
    return URI.create(awaitLine("^ready (https?://\\S+)$"));
  }

  /** Waits for a line of standard output and returns the expression's first group. */
  public String awaitLine(String regex) {
    Pattern pattern = Pattern.compile(regex, Pattern.MULTILINE);
    Waiting.until(PATIENCE, () -> pattern.matcher(out()).find() || !process.isAlive());
    Matcher matcher = pattern.matcher(out());
    assertThat(matcher.find()).as("%s in:%n%s%n%s", regex, out(), err()).isTrue();
    return matcher.group(1);
  }

  /** SIGTERM. */
  public void terminate() {
    process.destroy();
  }

  /** SIGKILL, and the end of the process. */
  public void kill() {
    process.destroyForcibly();
    awaitEnd(PATIENCE);
  }

  /** Waits for the end and returns the exit code. */
  public int awaitEnd(Duration limit) {
    try {
      assertThat(process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS))
          .as("ends within %s:%n%s%n%s", limit, out(), err())
          .isTrue();
      return process.exitValue();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  public int awaitEnd() {
    return awaitEnd(PATIENCE);
  }

  public String out() {
    return read(out);
  }

  public String err() {
    return read(err);
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Lets the program stop by itself, its database with it: one that was killed ends its database
   * only a moment later, and that would still write into a directory the test is deleting.
   */
  @Override
  public void close() {
    terminate();
    awaitEnd();
  }
}
