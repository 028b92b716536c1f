package io.tocsin.failover;

import java.util.UUID;

/** A segment's public id. */
public record SegmentId(UUID value) {
  @Override
  public String toString() {
    return value.toString();
  }
}
