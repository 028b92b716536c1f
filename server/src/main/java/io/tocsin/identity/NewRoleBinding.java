package io.tocsin.identity;

import java.util.List;

/**
 * A role to be given.
 *
 * @param roleConstraints {@link #EVERYTHING} for none; forms that are not understood are kept and
 *     grant nothing
 */
public record NewRoleBinding(RoleHolder holder, Role role, List<String> roleConstraints) {
  /** Constraints that constrain nothing. */
  public static final List<String> EVERYTHING = List.of("*");

  public NewRoleBinding {
    roleConstraints = List.copyOf(roleConstraints);
  }
}
