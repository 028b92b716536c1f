package io.tocsin.identity;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** What is to change about a role binding; null keeps what is there. */
public record RoleBindingChange(@Nullable Role role, @Nullable List<String> roleConstraints) {
  public RoleBindingChange {
    roleConstraints = roleConstraints == null ? null : List.copyOf(roleConstraints);
  }
}
