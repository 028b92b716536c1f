package io.tocsin.compute;

import java.util.UUID;

/** A server's id in the cloud. */
public record ServerId(UUID value) {
  @Override
  public String toString() {
    return value.toString();
  }
}
