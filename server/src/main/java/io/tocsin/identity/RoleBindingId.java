package io.tocsin.identity;

import java.util.UUID;

/** A role that a user or a group has in an account. */
public record RoleBindingId(UUID value) {
  @Override
  public String toString() {
    return value.toString();
  }
}
