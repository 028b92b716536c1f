package io.tocsin.recovery;

import java.util.UUID;

/** One running server process; a restarted one is another. */
public record NodeId(UUID value) {
  @Override
  public String toString() {
    return value.toString();
  }
}
