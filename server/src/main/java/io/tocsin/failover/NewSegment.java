package io.tocsin.failover;

import org.jspecify.annotations.Nullable;

/** A segment to be created; valid in form. */
public record NewSegment(
    String name,
    String serviceType,
    RecoveryMethod recoveryMethod,
    boolean isEnabled,
    @Nullable String description) {}
