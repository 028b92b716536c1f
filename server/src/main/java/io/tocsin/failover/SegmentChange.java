package io.tocsin.failover;

import org.jspecify.annotations.Nullable;

/** What to change in a segment, valid in form; null leaves that part as it is. */
public record SegmentChange(
    @Nullable String name,
    @Nullable String serviceType,
    @Nullable RecoveryMethod recoveryMethod,
    @Nullable Boolean isEnabled,
    @Nullable Description description) {

  /**
   * A new description.
   *
   * @param text null removes the description
   */
  public record Description(@Nullable String text) {}
}
