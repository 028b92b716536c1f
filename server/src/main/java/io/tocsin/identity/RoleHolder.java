package io.tocsin.identity;

/** Who has a role by a binding. */
public sealed interface RoleHolder {
  record OfUser(UserId user) implements RoleHolder {}

  /** Everybody in it. */
  record OfGroup(GroupId group) implements RoleHolder {}
}
