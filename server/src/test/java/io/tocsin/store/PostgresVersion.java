package io.tocsin.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The PostgreSQL servers that tests run on. */
public enum PostgresVersion {
  /** The one that Tocsin brings along. */
  EMBEDDED,
  /** 15, from the build's own copy: testable everywhere. */
  FIFTEEN,
  /** 15 as Debian packages it, where that is installed. */
  DEBIANS_FIFTEEN;

  private static final Path TARGET = Path.of("target").toAbsolutePath();
  private static final Path DEBIANS_HOME = Path.of("/usr/lib/postgresql/15");

  /** All that can run on this machine; the first two always can. */
  public static List<PostgresVersion> here() {
    return Stream.of(values()).filter(PostgresVersion::isHere).toList();
  }

  private boolean isHere() {
    return switch (this) {
      case EMBEDDED, FIFTEEN -> true;
      case DEBIANS_FIFTEEN -> Files.isExecutable(DEBIANS_HOME.resolve("bin").resolve("postgres"));
    };
  }

  /** Unpacked once for all tests, not once for each data directory. */
  EmbeddedPostgres.Programs programs() {
    return switch (this) {
      case EMBEDDED -> unpacked(PostgresBinaries.onClassPath());
      case FIFTEEN -> unpacked(PostgresBinaries.inJar(jarOfFifteen()));
      case DEBIANS_FIFTEEN -> (_, _, _) -> DEBIANS_HOME;
    };
  }

  private static EmbeddedPostgres.Programs unpacked(PostgresBinaries binaries) {
    return (_, clock, progress) -> binaries.unpackInto(directory(), clock, progress);
  }

  private static Path jarOfFifteen() {
    try (Stream<Path> jars = Files.list(TARGET.resolve("postgresql-15"))) {
      return jars.filter(jar -> jar.toString().endsWith(".jar")).findFirst().orElseThrow();
    } catch (IOException e) {
      throw new IllegalStateException("the build copies the jar of PostgreSQL 15 there", e);
    }
  }

  /**
   * Where tests keep programs, and databases where {@link TestStorage} finds no room in memory;
   * {@code mvn clean} takes it away.
   */
  static Path directory() {
    try {
      return Files.createDirectories(TARGET.resolve("postgres"));
    } catch (IOException e) {
      throw new IllegalStateException("no place for test databases", e);
    }
  }
}
