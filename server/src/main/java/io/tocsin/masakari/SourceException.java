package io.tocsin.masakari;

import org.jspecify.annotations.Nullable;

/**
 * The source cannot be read on. The message is one line for whoever asked; what was imported before
 * stays, and the next import goes on from there.
 */
public final class SourceException extends RuntimeException {
  private static final long serialVersionUID = 1;

  SourceException(String line) {
    this(line, null);
  }

  SourceException(String line, @Nullable Throwable cause) {
    super(line, cause);
  }
}
