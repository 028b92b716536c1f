package io.tocsin.recovery;

import io.tocsin.failover.FailureStatus;
import org.jspecify.annotations.Nullable;

/**
 * Which recoveries are wanted; null means any.
 *
 * @param segment an id or name, any text, and so is {@code host}
 */
public record RecoveryFilter(
    RecoveryLine.@Nullable State state,
    @Nullable FailureStatus status,
    @Nullable String segment,
    @Nullable String host) {
  public static final RecoveryFilter ALL = new RecoveryFilter(null, null, null, null);
}
