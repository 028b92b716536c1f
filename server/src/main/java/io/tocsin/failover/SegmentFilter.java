package io.tocsin.failover;

import org.jspecify.annotations.Nullable;

/**
 * Which segments to list; null means any. Texts are compared exactly, and one that cannot occur
 * gives an empty list.
 */
public record SegmentFilter(
    @Nullable String recoveryMethod, @Nullable String serviceType, @Nullable Boolean isEnabled) {
  public static final SegmentFilter ALL = new SegmentFilter(null, null, null);
}
