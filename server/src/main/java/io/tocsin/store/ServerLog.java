package io.tocsin.store;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Reads the end of the database server's log, for error messages. */
final class ServerLog {
  private static final int TAIL_BYTES = 8 * 1024;

  private ServerLog() {}

  static Optional<Path> newest(Path directory) {
    try (Stream<Path> files = Files.list(directory)) {
      return files.max(Comparator.comparingLong(ServerLog::modified));
    } catch (IOException _) {
      return Optional.empty();
    }
  }

  private static long modified(Path file) {
    try {
      return Files.getLastModifiedTime(file).toMillis();
    } catch (IOException _) {
      return 0;
    }
  }

  /** At most {@code lines} lines; none when the file cannot be read. */
  static List<String> tail(Path file, int lines) {
    try (RandomAccessFile log = new RandomAccessFile(file.toFile(), "r")) {
      log.seek(Math.max(0, log.length() - TAIL_BYTES));
      byte[] end = new byte[(int) Math.min(TAIL_BYTES, log.length())];
      log.readFully(end);
      List<String> all =
          new String(end, StandardCharsets.UTF_8)
              .lines()
              .map(String::strip)
              .filter(line -> !line.isEmpty())
              .toList();
      return all.subList(Math.max(0, all.size() - lines), all.size());
    } catch (IOException _) {
      return List.of();
    }
  }
}
