package io.tocsin.failover;

import org.jspecify.annotations.Nullable;

/** Which hosts of a segment to list; null means any. The type is compared exactly. */
public record HostFilter(
    @Nullable String type, @Nullable Boolean isOnMaintenance, @Nullable Boolean isReserved) {
  public static final HostFilter ALL = new HostFilter(null, null, null);
}
