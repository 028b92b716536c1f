package io.tocsin.simulator;

import io.tocsin.http.Json;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/**
 * The region's changes, one JSON object a line: what kind of thing, and its whole new state. Later
 * lines replace earlier ones about the same thing. Written before a call is answered and never
 * synced: it outlives the process, not the machine. Not thread-safe: {@link Region} guards it.
 */
final class Journal implements AutoCloseable {
  private static final String FILE = "region.journal";
  private static final String LOCK = "region.lock";

  /** It is written anew, without what was replaced, when it has grown by this much. */
  private static final long MAX_GROWTH_BYTES = 64L * 1024 * 1024;

  private final @Nullable Path file;

  /** Holds the directory's lock; the system gives it back when the process dies. */
  private final @Nullable FileChannel lock;

  /** A plain stream: a channel would be closed by an interrupt of whoever writes. */
  private @Nullable FileOutputStream stream;

  private long bytes;
  private long bytesAfterRewrite;

  private Journal(@Nullable Path file, @Nullable FileChannel lock) {
    this.file = file;
    this.lock = lock;
  }

  /** Keeps nothing. */
  static Journal none() {
    return new Journal(null, null);
  }

  /**
   * The journal in that directory, which is made where there is none.
   *
   * @throws IllegalStateException another process, or another part of this one, keeps a region
   *     there
   */
  static Journal in(Path directory) {
    try {
      Files.createDirectories(directory);
      FileChannel lock =
          FileChannel.open(
              directory.resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      if (!isOurs(lock)) {
        lock.close();
        throw new IllegalStateException("Another process keeps a region in " + directory);
      }
      return new Journal(directory.resolve(FILE), lock);
    } catch (IOException failure) {
      throw new UncheckedIOException("cannot use " + directory, failure);
    }
  }

  private static boolean isOurs(FileChannel lock) throws IOException {
    try {
      return lock.tryLock() != null;
    } catch (OverlappingFileLockException _) {
      return false;
    }
  }

  /**
   * The lines so far. A last line without its end was being written when the process died and is
   * left out; its call was never answered.
   *
   * @throws IllegalStateException a line that is no JSON
   */
  List<JsonNode> read() {
    if (file == null || !Files.exists(file)) {
      return List.of();
    }
    String text;
    try {
      text = Files.readString(file, StandardCharsets.UTF_8);
    } catch (IOException failure) {
      throw new UncheckedIOException("cannot read " + file, failure);
    }
    String whole = text.substring(0, text.lastIndexOf('\n') + 1);
    List<JsonNode> lines = new ArrayList<>();
    for (String line : whole.lines().toList()) {
      try {
        lines.add(Json.mapper().readTree(line));
      } catch (JacksonException failure) {
        throw new IllegalStateException(
            "line " + (lines.size() + 1) + " of " + file + " is damaged", failure);
      }
    }
    return lines;
  }

  /** Replaces all lines at once; a crash leaves either the old ones or the new ones. */
  void rewrite(Iterable<?> things) {
    if (file == null) {
      return;
    }
    Path fresh = file.resolveSibling(FILE + ".new");
    try {
      closeStream();
      StringBuilder text = new StringBuilder();
      for (Object thing : things) {
        text.append(line(thing));
      }
      Files.writeString(fresh, text);
      Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      stream = new FileOutputStream(file.toFile(), true);
      bytes = Files.size(file);
      bytesAfterRewrite = bytes;
    } catch (IOException failure) {
      throw new UncheckedIOException("cannot write " + file, failure);
    }
  }

  boolean isDueForRewrite() {
    return bytes - bytesAfterRewrite > MAX_GROWTH_BYTES;
  }

  void append(Object thing) {
    FileOutputStream to = stream;
    if (to == null) {
      return;
    }
    byte[] line = line(thing).getBytes(StandardCharsets.UTF_8);
    try {
      to.write(line);
      bytes += line.length;
    } catch (IOException failure) {
      throw new UncheckedIOException("cannot write " + file, failure);
    }
  }

  void appendCall(Call call) {
    append(new CallCounted(call));
  }

  void appendFaultRemoved(int id) {
    append(new FaultRemoved(id));
  }

  /** One more call of that kind. */
  record CallCounted(Call call) {}

  /** The calls so far. */
  record CallCounts(Map<Call, Long> counts) {}

  record FaultRemoved(int id) {}

  /** The settings by their names on the wire. */
  record Settings(Map<String, Object> values) {}

  private static String line(Object thing) {
    Map<String, Object> entry = Map.of(thing.getClass().getSimpleName(), thing);
    return Json.mapper().writeValueAsString(entry) + "\n";
  }

  @Override
  public void close() {
    try {
      closeStream();
      if (lock != null) {
        lock.close();
      }
    } catch (IOException failure) {
      throw new UncheckedIOException("cannot close " + file, failure);
    }
  }

  private void closeStream() throws IOException {
    FileOutputStream open = stream;
    stream = null;
    if (open != null) {
      open.close();
    }
  }
}
