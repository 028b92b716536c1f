package io.tocsin.failover;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Which failure notifications to list; null means any. Texts are the wire's, compared exactly, and
 * one that cannot occur gives an empty list.
 *
 * @param sourceHost UUID of the host
 * @param generatedSince keeps what was generated then or later
 */
public record FailureFilter(
    @Nullable String status,
    @Nullable String type,
    @Nullable String sourceHost,
    @Nullable Instant generatedSince) {
  public static final FailureFilter ALL = new FailureFilter(null, null, null, null);
}
