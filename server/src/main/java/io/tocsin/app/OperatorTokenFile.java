package io.tocsin.app;

import io.tocsin.store.Secret;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where whoever administers this machine finds a token of the operators' account. Only the server's
 * own user can read it. The server does without it, so what goes wrong here is a warning.
 */
final class OperatorTokenFile {
  private static final Logger log = LoggerFactory.getLogger(OperatorTokenFile.class);

  static final String NAME = "operator-token";

  /** More than any token has. */
  private static final int MAX_BYTES = 1024;

  private final Path file;

  OperatorTokenFile(Path data) {
    this.file = data.toAbsolutePath().resolve(NAME);
  }

  /** What the file holds, good or not; null when there is none, or none that can be read. */
  @Nullable Secret read() {
    try (InputStream in = Files.newInputStream(file)) {
      String text = new String(in.readNBytes(MAX_BYTES), StandardCharsets.UTF_8).strip();
      return new Secret(text);
    } catch (NoSuchFileException _) {
      return null;
    } catch (IOException e) {
      warn("operators' token cannot be read; another takes its place", e);
      return null;
    }
  }

  /** Puts it in place of what is there, whole or not at all. */
  void write(Secret token) {
    try {
      Files.createDirectories(file.getParent());
      // Not the file itself, which others may have been able to read, or may be reading.
      Path unfinished =
          Files.createTempFile(
              file.getParent(),
              NAME,
              ".unfinished",
              PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
      try {
        Files.writeString(unfinished, token.value() + "\n");
        Files.move(
            unfinished, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      } finally {
        Files.deleteIfExists(unfinished);
      }
      log.atInfo().addKeyValue("file", file).log("operators' token written");
    } catch (IOException | UnsupportedOperationException e) {
      warn("operators' token cannot be written; the next start makes another", e);
    }
  }

  private void warn(String message, Exception reason) {
    log.atWarn().addKeyValue("file", file).addKeyValue("reason", reason.toString()).log(message);
  }
}
