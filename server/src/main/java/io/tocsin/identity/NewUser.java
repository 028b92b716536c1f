package io.tocsin.identity;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A user to be, and their role in the account in which they are made.
 *
 * @param keystoneId of a user whom Keystone knows, and who may be in other accounts already; null
 *     for a user of ours, who gets in with API tokens only
 * @param roleConstraints as {@link NewRoleBinding#roleConstraints}
 */
public record NewUser(
    String name, @Nullable String keystoneId, Role role, List<String> roleConstraints) {
  public NewUser {
    roleConstraints = List.copyOf(roleConstraints);
  }
}
