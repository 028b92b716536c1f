package io.tocsin.identity;

import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** Told, within the transaction of the change, what a user's role in an account is from now on. */
@FunctionalInterface
public interface RoleWatch {
  /** Nobody wants to know. */
  RoleWatch NONE = (_, _, _, _) -> {};

  /**
   * Called for each change, perhaps again for what is known already.
   *
   * @param role null when the user has none any more
   */
  void roleIs(Handle tx, AccountId account, UserId user, @Nullable Role role);
}
