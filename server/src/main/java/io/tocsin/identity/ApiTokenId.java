package io.tocsin.identity;

import java.util.UUID;

/** An API token; not its secret. */
public record ApiTokenId(UUID value) {
  @Override
  public String toString() {
    return value.toString();
  }
}
