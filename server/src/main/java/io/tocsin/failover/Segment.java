package io.tocsin.failover;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A set of hosts recovered by the same rules.
 *
 * @param number the integer id of the wire and of paging markers
 * @param updatedAt null until the first change
 */
public record Segment(
    long number,
    SegmentId id,
    String name,
    String serviceType,
    RecoveryMethod recoveryMethod,
    boolean isEnabled,
    @Nullable String description,
    Instant createdAt,
    @Nullable Instant updatedAt) {}
