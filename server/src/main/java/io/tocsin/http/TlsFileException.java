package io.tocsin.http;

import java.nio.file.Path;

/** A certificate or key that cannot be used. The message names the file and says why. */
final class TlsFileException extends RuntimeException {
  private static final long serialVersionUID = 1;

  TlsFileException(Path file, String reason, Throwable cause) {
    super("%s: %s".formatted(file, reason), cause);
  }
}
