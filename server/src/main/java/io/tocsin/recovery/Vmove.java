package io.tocsin.recovery;

import io.tocsin.compute.ServerId;
import io.tocsin.failover.FailureNotificationId;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One instance's journey away from the failed host.
 *
 * @param number the integer id of the wire and of paging markers
 * @param destHost set when it succeeded
 * @param startTime just before the evacuate call; null when it never came to that
 * @param message why it failed or was left alone
 */
public record Vmove(
    long number,
    VmoveId id,
    FailureNotificationId notification,
    ServerId instance,
    String instanceName,
    String sourceHost,
    @Nullable String destHost,
    @Nullable Instant startTime,
    @Nullable Instant endTime,
    String type,
    VmoveStatus status,
    @Nullable String message,
    Instant createdAt,
    @Nullable Instant updatedAt) {}
