package io.tocsin.feed;

import io.tocsin.identity.AccountId;
import io.tocsin.identity.UserId;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** The tables {@code feed_reader} and {@code read_block}. */
final class MarkStore {
  private MarkStore() {}

  /** False when it was set already. */
  static boolean markRead(Handle tx, AccountId account, UserId user, long sequence) {
    return tx.createUpdate(
                """
                insert into read_block (account_id, user_id, block, bits)
                values (:account, :user, :sequence / 1024,
                        set_bit(repeat('0', 1024)::bit(1024), (:sequence % 1024)::integer, 1))
                on conflict (account_id, user_id, block) do update
                set bits = set_bit(read_block.bits, (:sequence % 1024)::integer, 1)
                where get_bit(read_block.bits, (:sequence % 1024)::integer) = 0
                """)
            .bind("account", account.value())
            .bind("user", user.value())
            .bind("sequence", sequence)
            .execute()
        == 1;
  }

  /** The role as it was last told; empty when there is none now. */
  static Optional<Integer> role(Handle tx, AccountId account, UserId user) {
    return tx.createQuery(
            """
            select role from feed_reader
            where account_id = :account and user_id = :user and to_sequence is null
            """)
        .bind("account", account.value())
        .bind("user", user.value())
        .mapTo(Integer.class)
        .findOne();
  }

  /** Keeps the account's writers away until the end of the transaction; its last sequence. */
  static long lock(Handle tx, AccountId account) {
    return tx.createQuery(
            """
            insert into account_feed as f (account_id) values (:account)
            on conflict (account_id) do update set last_sequence = f.last_sequence
            returning last_sequence
            """)
        .bind("account", account.value())
        .mapTo(Long.class)
        .one();
  }

  /** Ends the present role after that event, and begins another there. */
  static void change(Handle tx, AccountId account, UserId user, @Nullable Integer role, long last) {
    tx.createUpdate(
            """
            update feed_reader set to_sequence = :last
            where account_id = :account and user_id = :user and to_sequence is null
            """)
        .bind("account", account.value())
        .bind("user", user.value())
        .bind("last", last)
        .execute();
    tx.createUpdate(
            """
            delete from feed_reader
            where account_id = :account and user_id = :user and from_sequence = to_sequence
            """)
        .bind("account", account.value())
        .bind("user", user.value())
        .execute();
    if (role != null) {
      tx.createUpdate(
              """
              insert into feed_reader (account_id, user_id, from_sequence, role)
              values (:account, :user, :last, :role)
              """)
          .bind("account", account.value())
          .bind("user", user.value())
          .bind("last", last)
          .bind("role", role)
          .execute();
    }
  }
}
