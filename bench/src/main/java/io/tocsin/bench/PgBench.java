package io.tocsin.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.tocsin.store.DatabaseSettings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/** PostgreSQL's own load generator, running a script on the database that ours is measured on. */
final class PgBench {
  private final Path program;
  private final DatabaseSettings database;
  private final String script;
  private final String sessionOptions;

  private PgBench(DatabaseSettings database, String script, String sessionOptions) {
    this.program = find();
    this.database = database;
    this.script = script;
    this.sessionOptions = sessionOptions;
  }

  /**
   * A generator that runs that script, a transaction a run.
   *
   * @param script in {@code pgbench}'s language
   */
  PgBench(DatabaseSettings database, String script) {
    this(database, script, "");
  }

  /** One that fires no triggers, nor the checks of foreign keys, which are triggers too. */
  static PgBench withoutTriggers(DatabaseSettings database, String script) {
    return new PgBench(database, script, "-c session_replication_role=replica");
  }

  private static Path find() {
    Stream<Path> onPath =
        Stream.of(System.getenv().getOrDefault("PATH", "").split(":", -1))
            .map(directory -> Path.of(directory, "pgbench"));
    Stream<Path> debians =
        Stream.of("18", "17", "16", "15", "14")
            .map(major -> Path.of("/usr/lib/postgresql", major, "bin", "pgbench"));
    return Stream.concat(debians, onPath)
        .filter(Files::isExecutable)
        .findFirst()
        .orElseThrow(() ->
            new IllegalStateException(
                "pgbench is needed for comparison; Debian has it in the package postgresql-15"));
  }

  Measurement run(int clients, Duration duration) throws IOException, InterruptedException {
    Path directory = Files.createTempDirectory("tocsin-pgbench");
    try {
      return run(directory, clients, duration);
    } finally {
      try (Stream<Path> files = Files.list(directory)) {
        for (Path file : files.toList()) {
          Files.delete(file);
        }
      }
      Files.delete(directory);
    }
  }

  private Measurement run(Path directory, int clients, Duration duration)
      throws IOException, InterruptedException {
    Path scriptFile = Files.writeString(directory.resolve("script.sql"), script);
    URI server = URI.create(database.url().substring("jdbc:".length()));
    List<String> command =
        new ArrayList<>(
            List.of(
                program.toString(),
                "--no-vacuum",
                "--protocol=prepared",
                "--log",
                "--log-prefix=" + directory.resolve("latency"),
                "--file=" + scriptFile,
                "--client=" + clients,
                "--jobs=" + Math.min(2, clients),
                "--time=" + duration.toSeconds(),
                "--host=" + server.getHost(),
                "--port=" + server.getPort(),
                "--username=" + database.user(),
                server.getPath().substring(1)));
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().put("PGPASSWORD", database.password().value());
    builder.environment().put("PGOPTIONS", sessionOptions);
    Process process = builder.start();
    String output = new String(process.getInputStream().readAllBytes(), UTF_8);
    if (process.waitFor() != 0 || !output.contains("number of failed transactions: 0 ")) {
      throw new IOException("pgbench failed: " + output);
    }
    try (Stream<Path> files = Files.list(directory)) {
      long[] latencies =
          files
              .filter(file -> file.getFileName().toString().startsWith("latency"))
              .flatMapToLong(PgBench::latencies)
              .toArray();
      return Measurement.of(latencies, duration);
    }
  }

  /** Third column: microseconds. */
  private static LongStream latencies(Path log) {
    try {
      return Files.readAllLines(log).stream()
          .mapToLong(line -> 1_000 * Long.parseLong(line.split(" ", 4)[2]));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
