package io.tocsin.identity;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * An account that has a row.
 *
 * @param projectId Keystone's own writing; null for an account made by hand
 */
public record Account(
    AccountId id,
    String name,
    @Nullable String projectId,
    boolean isEnabled,
    Instant createdAt,
    @Nullable Instant updatedAt,
    UserId createdBy) {}
