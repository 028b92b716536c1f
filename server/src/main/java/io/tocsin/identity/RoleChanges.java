package io.tocsin.identity;

import java.util.List;
import java.util.Map;
import org.jdbi.v3.core.Handle;

/**
 * What every change of who has which role has in common: those whom it is about are locked before,
 * groups first and then users, so that whoever changes their roles at the same time waits and the
 * role that is told at the end is the one that is committed last.
 */
final class RoleChanges {
  private final RoleWatch watch;
  private final UserStore users = new UserStore();
  private final GroupStore groups = new GroupStore();
  private final RoleBindingStore bindings = new RoleBindingStore();

  RoleChanges(RoleWatch watch) {
    this.watch = watch;
  }

  /** Locks everybody who holds a role by that; none for a user or a group that is not there. */
  List<UserId> lock(Handle handle, AccountId account, RoleHolder holder) {
    return switch (holder) {
      case RoleHolder.OfUser(UserId user) -> users.lock(handle, List.of(user));
      case RoleHolder.OfGroup(GroupId group) ->
          groups.lock(handle, account, group)
              ? users.lock(handle, groups.members(handle, group))
              : List.of();
    };
  }

  /** Tells what the role of each is now. */
  void tell(Handle handle, AccountId account, List<UserId> changed) {
    Map<UserId, Role> roles = bindings.highest(handle, account, changed);
    changed.forEach(user -> watch.roleIs(handle, account, user, roles.get(user)));
  }

  /** The same of one user. */
  void tell(Handle handle, AccountId account, UserId changed) {
    tell(handle, account, List.of(changed));
  }
}
