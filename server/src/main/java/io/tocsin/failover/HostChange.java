package io.tocsin.failover;

import org.jspecify.annotations.Nullable;

/** What to change in a host, valid in form; null leaves that part as it is. */
public record HostChange(
    @Nullable String name,
    @Nullable String type,
    @Nullable String controlAttributes,
    @Nullable Boolean isReserved,
    @Nullable Boolean isOnMaintenance) {}
