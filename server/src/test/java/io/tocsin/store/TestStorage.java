package io.tocsin.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Where the tests' servers keep their databases: in memory if there is room. A database is some 350
 * files, and a disk may take half a second to make them, more than most tests take to run.
 */
final class TestStorage {
  private static final Path IN_MEMORY = Path.of("/dev/shm");

  /** What a server may come to have, several times over: at most 1 GB of it is its log. */
  private static final long ENOUGH_BYTES = 4L << 30;

  private static final String PREFIX = "tocsin-test-";
  private static final Pattern OWNED = Pattern.compile(PREFIX + "(\\d+)-.*");

  private TestStorage() {}

  /** A new directory for one server of this process. */
  static Path create() throws IOException {
    if (!hasRoom(IN_MEMORY)) {
      return Files.createTempDirectory(PostgresVersion.directory(), "data-");
    }
    removeOrphans();
    return Files.createTempDirectory(IN_MEMORY, PREFIX + ProcessHandle.current().pid() + "-");
  }

  private static boolean hasRoom(Path directory) throws IOException {
    return Files.isWritable(directory)
        && Files.getFileStore(directory).getUsableSpace() >= ENOUGH_BYTES;
  }

  /** What a killed process left behind, {@code mvn clean} does not find there. */
  private static void removeOrphans() throws IOException {
    try (Stream<Path> all = Files.list(IN_MEMORY)) {
      for (Path directory : all.filter(TestStorage::isOrphan).toList()) {
        Directories.deleteRecursively(directory);
      }
    } catch (NoSuchFileException _) {
      // Another process is clearing away the same.
    }
  }

  private static boolean isOrphan(Path directory) {
    Matcher name = OWNED.matcher(directory.getFileName().toString());
    return name.matches()
        && Files.isWritable(directory)
        && ProcessHandle.of(Long.parseLong(name.group(1))).isEmpty();
  }
}
