package io.tocsin.identity;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * An API token to be.
 *
 * @param isForPublishing whether it may publish events and nothing else
 * @param expiresAt null for never
 */
public record NewApiToken(String name, boolean isForPublishing, @Nullable Instant expiresAt) {}
