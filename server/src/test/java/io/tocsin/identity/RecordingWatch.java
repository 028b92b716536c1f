package io.tocsin.identity;

import java.util.ArrayList;
import java.util.List;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** Writes down what it is told, with what the telling transaction can see of it. */
final class RecordingWatch implements RoleWatch {
  /**
   * What it was told.
   *
   * @param bindings of the account, as the transaction sees them
   */
  record Told(AccountId account, UserId user, @Nullable Role role, long bindings) {}

  private final List<Told> told = new ArrayList<>();
  private boolean fails;

  @Override
  public void roleIs(Handle tx, AccountId account, UserId user, @Nullable Role role) {
    assertInTransaction(tx);
    long bindings =
        tx.createQuery("select count(*) from role_binding where account_id = :account")
            .bind("account", account.value())
            .mapTo(Long.class)
            .one();
    if (fails) {
      throw new IllegalStateException("told to fail");
    }
    told.add(new Told(account, user, role, bindings));
  }

  private static void assertInTransaction(Handle tx) {
    if (!tx.isInTransaction()) {
      throw new AssertionError("told outside of a transaction");
    }
  }

  void failFromNowOn() {
    fails = true;
  }

  /** Everything since the last call. */
  List<Told> told() {
    List<Told> since = List.copyOf(told);
    told.clear();
    return since;
  }

  /** The same, without the bindings. */
  List<String> roles() {
    return told().stream().map(it -> it.user() + " " + it.role()).toList();
  }
}
