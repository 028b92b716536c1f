package io.tocsin.identity;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A role in an account.
 *
 * @param roleConstraints as they were written (Astra spec §8.5)
 */
public record RoleBinding(
    RoleBindingId id,
    AccountId account,
    RoleHolder holder,
    Role role,
    List<String> roleConstraints,
    Instant createdAt,
    @Nullable Instant updatedAt,
    UserId createdBy) {
  public RoleBinding {
    roleConstraints = List.copyOf(roleConstraints);
  }
}
