package io.tocsin.store;

import io.tocsin.clock.Clock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * PostgreSQL's files on disk and the programs that made them (in PostgreSQL's words: a cluster).
 *
 * @param directory our data directory
 * @param home the directory with PostgreSQL's {@code bin}
 */
record Cluster(Path directory, Path home, Durability durability) {
  static final String USER = "tocsin";

  private static final Duration INITDB_TIMEOUT = Duration.ofMinutes(5);
  private static final int PASSWORD_BYTES = 24;
  private static final int FIRST_MAJOR_WITH_BUILTIN_LOCALE = 17;
  private static final String UNFINISHED = "pgdata.initialising";
  private static final Pattern MAJOR_VERSION = Pattern.compile("\\(PostgreSQL\\) (\\d+)");

  /** Whether what was committed survives a crash. */
  enum Durability {
    SURVIVES_CRASHES,
    /** For tests only: faster, and all is lost when the machine stops. */
    NONE_FOR_TESTS
  }

  Path data() {
    return directory.resolve("pgdata");
  }

  Path program(String name) {
    return home.resolve("bin").resolve(name);
  }

  boolean exists() {
    return Files.isDirectory(data());
  }

  Secret password() throws IOException {
    return new Secret(Files.readString(passwordFile()).strip());
  }

  private Path passwordFile() {
    return directory.resolve("database.password");
  }

  /**
   * @throws StoreStartException when the files are another major version's, which cannot read them
   */
  void checkVersion() throws IOException {
    String made = Files.readString(data().resolve("PG_VERSION")).strip();
    int ours = majorVersion();
    if (!made.equals(Integer.toString(ours))) {
      throw new StoreStartException(
          "The database in %s was made by PostgreSQL %s and this program brings %d, which cannot read it"
              .formatted(directory, made, ours),
          null);
    }
  }

  private int majorVersion() throws IOException {
    Processes.Result version = Processes.run(List.of(program("postgres").toString(), "--version"));
    Matcher major = MAJOR_VERSION.matcher(version.output());
    if (!version.isSuccess() || !major.find()) {
      throw new StoreStartException(
          "PostgreSQL in %s does not run here: %s".formatted(home, version.output()), null);
    }
    return Integer.parseInt(major.group(1));
  }

  /** Makes an empty database. It gets its name when it is complete. */
  void initialise(ServerAccount account, Clock clock, Consumer<String> progress)
      throws IOException {
    progress.accept("Initialising the database in " + data());
    Path unfinished = directory.resolve(UNFINISHED);
    Directories.deleteRecursively(unfinished);
    Files.createDirectory(unfinished);
    account.own(unfinished);
    writePassword(account);
    Path log = directory.resolve("initdb.log");
    Process initdb = startInitdb(account, unfinished, log);
    if (!Processes.hasEnded(initdb, INITDB_TIMEOUT)) {
      initdb.destroy();
      throw new StoreStartException(
          "The database could not be initialised within " + INITDB_TIMEOUT, null);
    }
    if (initdb.exitValue() != 0) {
      throw new StoreStartException(
          "The database could not be initialised: " + String.join(" | ", ServerLog.tail(log, 5)),
          null);
    }
    Files.move(unfinished, data(), StandardCopyOption.ATOMIC_MOVE);
    Files.deleteIfExists(log);
  }

  private Process startInitdb(ServerAccount account, Path unfinished, Path log) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(program("initdb").toString());
    command.addAll(List.of("--pgdata", unfinished.toString()));
    command.addAll(List.of("--username", USER, "--pwfile", passwordFile().toString()));
    command.addAll(List.of("--auth=scram-sha-256", "--encoding=UTF8", "--locale=C"));
    command.addAll(List.of("--data-checksums", "--no-instructions"));
    if (majorVersion() >= FIRST_MAJOR_WITH_BUILTIN_LOCALE) {
      // The same order and case rules on every machine, whatever its C library.
      command.addAll(List.of("--locale-provider=builtin", "--builtin-locale=C.UTF-8"));
    }
    if (durability == Durability.NONE_FOR_TESTS) {
      command.add("--no-sync");
    }
    ProcessBuilder builder =
        new ProcessBuilder(account.command(command))
            .directory(unfinished.toFile())
            .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
            .redirectErrorStream(true)
            .redirectOutput(log.toFile());
    Postmaster.cleanEnvironment(builder.environment());
    return builder.start();
  }

  private void writePassword(ServerAccount account) throws IOException {
    byte[] random = new byte[PASSWORD_BYTES];
    new SecureRandom().nextBytes(random);
    Path file = passwordFile();
    Files.deleteIfExists(file);
    Files.createFile(
        file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    Files.writeString(file, Base64.getUrlEncoder().encodeToString(random) + "\n");
    account.own(file);
  }

  /** The server's command line. Here and not in a file, so that each release brings its own. */
  List<String> serverCommand(int port) {
    List<String> command = new ArrayList<>();
    command.add(program("postgres").toString());
    command.addAll(List.of("-D", data().toString()));
    settings(port).forEach(setting -> command.addAll(List.of("-c", setting)));
    return command;
  }

  private Stream<String> settings(int port) {
    String synchronous = durability == Durability.SURVIVES_CRASHES ? "on" : "off";
    return Stream.of(
        "listen_addresses=127.0.0.1",
        "port=" + port,
        "unix_socket_directories=",
        // Several nodes and a load generator may share it.
        "max_connections=400",
        "shared_buffers=128MB",
        "max_wal_size=1GB",
        "fsync=" + synchronous,
        "synchronous_commit=" + synchronous,
        "full_page_writes=" + synchronous,
        // Our statements are short; compiling them costs more than running them.
        "jit=off",
        "timezone=UTC",
        "log_timezone=UTC",
        "log_line_prefix=%m [%p] %a ",
        "log_checkpoints=off",
        "logging_collector=on",
        "log_directory=log",
        // One file a weekday, overwritten after a week.
        "log_filename=postgresql-%a.log",
        "log_truncate_on_rotation=on",
        "log_rotation_age=1d",
        "log_rotation_size=0");
  }
}
