package io.tocsin.failover;

import java.util.UUID;

/** A host's public id. */
public record HostId(UUID value) {
  @Override
  public String toString() {
    return value.toString();
  }
}
