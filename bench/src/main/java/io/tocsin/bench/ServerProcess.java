package io.tocsin.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** {@code tocsin serve} in a process of its own, with an embedded database that ends with it. */
final class ServerProcess implements AutoCloseable {
  private static final String READY = "ready ";
  private static final Duration STOP = Duration.ofSeconds(30);

  private final Process process;
  private final URI url;
  private final Path data;

  private ServerProcess(Process process, URI url, Path data) {
    this.process = process;
    this.url = url;
    this.data = data;
  }

  /** Answers once the server does; its log goes to our standard error. */
  static ServerProcess start(List<String> flags) throws IOException {
    return start(flags, Map.of(), "512m");
  }

  /**
   * As {@link #start(List)}.
   *
   * @param heap the most that the JVM may take for objects: {@code 256m}
   */
  static ServerProcess start(List<String> flags, Map<String, String> environment, String heap)
      throws IOException {
    Path data = Files.createTempDirectory("tocsin-bench");
    List<String> command = new ArrayList<>();
    command.add(ProcessHandle.current().info().command().orElse("java"));
    // As the launcher started us, so it starts the product.
    command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
    command.addAll(
        List.of(
            "-Xmx" + heap,
            "-cp",
            System.getProperty("java.class.path"),
            "io.tocsin.cli.Main",
            "serve",
            "--listen",
            "127.0.0.1:0",
            "--data",
            data.toString(),
            "--set",
            "log.level=warn"));
    command.addAll(flags);
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT);
    builder.environment().putAll(environment);
    Process process = builder.start();
    BufferedReader out = process.inputReader();
    for (String line = out.readLine(); line != null; line = out.readLine()) {
      if (line.startsWith(READY)) {
        Thread.ofVirtual().start(() -> out.lines().forEach(_ -> {}));
        return new ServerProcess(process, URI.create(line.substring(READY.length())), data);
      }
    }
    throw new IOException("the server ended before it was ready");
  }

  URI url() {
    return url;
  }

  /** CPU time of the server so far; its database's is not in it. */
  Duration cpu() {
    return process.info().totalCpuDuration().orElse(Duration.ZERO);
  }

  /** What it has of the machine's memory now; its database's is not in it. Linux only. */
  long residentMebibytes() throws IOException {
    try (Stream<String> status =
        Files.lines(Path.of("/proc", Long.toString(process.pid()), "status"))) {
      return status
              .filter(line -> line.startsWith("VmRSS:"))
              .map(line -> line.replaceAll("\\D", ""))
              .mapToLong(Long::parseLong)
              .sum()
          / 1024;
    }
  }

  @Override
  public void close() {
    process.destroy();
    process
        .onExit()
        .completeOnTimeout(process, STOP.toSeconds(), TimeUnit.SECONDS)
        .thenAccept(Process::destroyForcibly)
        .join();
    try (Stream<Path> files = Files.walk(data)) {
      files.sorted(Comparator.reverseOrder()).forEach(path -> path.toFile().delete());
    } catch (IOException e) {
      System.err.println("could not remove " + data + ": " + e.getMessage());
    }
  }
}
