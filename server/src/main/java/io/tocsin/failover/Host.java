package io.tocsin.failover;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A compute host enrolled in a segment.
 *
 * @param number the integer id of the wire and of paging markers
 * @param name the compute service's host name
 * @param isReserved a spare
 * @param isOnMaintenance reports about it are refused
 * @param isLive false once it was deleted; lists and {@code require} never return such a host
 * @param updatedAt null until the first change
 */
public record Host(
    long number,
    HostId id,
    String name,
    Segment segment,
    String type,
    String controlAttributes,
    boolean isReserved,
    boolean isOnMaintenance,
    boolean isLive,
    Instant createdAt,
    @Nullable Instant updatedAt) {}
