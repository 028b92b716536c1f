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

/**
 * PostgreSQL's own load generator, doing per transaction what an intake without batching would: one
 * statement that locks the host, makes the same checks and the same insert.
 */
final class PgBench {
  private static final String SCRIPT =
      """
      \\set host random(1, :hosts)
      \\set name random(1, 1000000000000)
      with report as materialized (
        select ('{"event": "STOPPED", "process_name": "p' || :name || '"}')::jsonb as payload,
               now() as generated_time),
      found as materialized (
        select h.id, h.uuid, h.on_maintenance, s.uuid as segment_uuid
          from host h join segment s on s.id = h.segment_id
         where h.name = 'bench-' || :host and h.deleted_at is null
           for no key update of h)
      insert into failure_notification
             (host_id, host_uuid, segment_uuid, type, payload, generated_time)
      select f.id, f.uuid, f.segment_uuid, 'PROCESS', r.payload, r.generated_time
        from found f cross join report r
       where not f.on_maintenance
         and not exists (
           select 1 from failure_notification n
            where n.host_id = f.id
              and jsonb_hash(n.payload) = jsonb_hash(r.payload)
              and n.generated_time >= r.generated_time - interval '180 seconds'
              and n.type = 'PROCESS' and n.payload = r.payload)
      returning id, uuid, created_at;
      """;

  private final Path program;
  private final DatabaseSettings database;
  private final int hosts;

  PgBench(DatabaseSettings database, int hosts) {
    this.program = find();
    this.database = database;
    this.hosts = hosts;
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
    Path script = Files.writeString(directory.resolve("report.sql"), SCRIPT);
    URI server = URI.create(database.url().substring("jdbc:".length()));
    List<String> command =
        new ArrayList<>(
            List.of(
                program.toString(),
                "--no-vacuum",
                "--protocol=prepared",
                "--log",
                "--log-prefix=" + directory.resolve("latency"),
                "--file=" + script,
                "--define=hosts=" + hosts,
                "--client=" + clients,
                "--jobs=" + Math.min(2, clients),
                "--time=" + duration.toSeconds(),
                "--host=" + server.getHost(),
                "--port=" + server.getPort(),
                "--username=" + database.user(),
                server.getPath().substring(1)));
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().put("PGPASSWORD", database.password().value());
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
