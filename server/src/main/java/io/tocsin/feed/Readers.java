package io.tocsin.feed;

import io.tocsin.identity.AccountId;
import io.tocsin.identity.Role;
import io.tocsin.identity.RoleWatch;
import io.tocsin.identity.UserId;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/**
 * Keeps who could see what when it came: a user has unread marks for the notifications that they
 * could see at that moment, and none for what came before they had their role (Astra spec §4).
 */
public final class Readers implements RoleWatch {
  @Override
  public void roleIs(Handle tx, AccountId account, UserId user, @Nullable Role role) {
    Optional<Integer> level = Optional.ofNullable(role).map(Role::level);
    if (MarkStore.role(tx, account, user).equals(level)) {
      return;
    }
    // From here on nobody publishes into the account, so "until now" is one place in its sequence.
    long last = MarkStore.lock(tx, account);
    if (!MarkStore.role(tx, account, user).equals(level)) {
      MarkStore.change(tx, account, user, level.orElse(null), last);
    }
  }
}
