package io.tocsin.recovery;

import java.util.UUID;

/** A vmove's public id. */
public record VmoveId(UUID value) {
  @Override
  public String toString() {
    return value.toString();
  }
}
