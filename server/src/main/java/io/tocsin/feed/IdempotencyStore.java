package io.tocsin.feed;

import io.tocsin.identity.AccountId;
import io.tocsin.identity.UserId;
import io.tocsin.store.Columns;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Handle;

/** The table {@code idempotency_key}. */
final class IdempotencyStore {
  private IdempotencyStore() {}

  /**
   * A request that was answered before.
   *
   * @param seed from which the ids of its events were made
   * @param firstSequence of its first event; the others follow without a gap
   */
  record Known(String digest, UUID seed, long firstSequence, Instant createdAt) {}

  /**
   * Takes the key for this transaction's request; empty when it was free. Waits for whoever takes
   * it at this moment.
   */
  static Optional<Known> take(
      Handle tx, AccountId account, UserId user, Publisher.Key key, UUID seed) {
    int taken =
        tx.createUpdate(
                """
                insert into idempotency_key
                       (account_id, user_id, key, request_digest, seed, first_sequence)
                values (:account, :user, :key, decode(:digest, 'hex'), :seed, 0)
                on conflict do nothing
                """)
            .bind("account", account.value())
            .bind("user", user.value())
            .bind("key", key.text())
            .bind("digest", key.digest())
            .bind("seed", seed)
            .execute();
    return taken == 1 ? Optional.empty() : Optional.of(require(tx, account, user, key));
  }

  private static Known require(Handle tx, AccountId account, UserId user, Publisher.Key key) {
    return tx.createQuery(
            """
            select encode(request_digest, 'hex') as digest, seed, first_sequence,
                   date_trunc('second', created_at) as created_at
            from idempotency_key
            where account_id = :account and user_id = :user and key = :key
            """)
        .bind("account", account.value())
        .bind("user", user.value())
        .bind("key", key.text())
        .map((row, _) ->
            new Known(
                row.getString("digest"),
                Columns.uuid(row, "seed"),
                row.getLong("first_sequence"),
                Columns.instant(row, "created_at")))
        .one();
  }

  /** Notes where the events of a key just taken stand. */
  static void place(
      Handle tx, AccountId account, UserId user, Publisher.Key key, long firstSequence) {
    tx.createUpdate(
            """
            update idempotency_key set first_sequence = :first
            where account_id = :account and user_id = :user and key = :key
            """)
        .bind("account", account.value())
        .bind("user", user.value())
        .bind("key", key.text())
        .bind("first", firstSequence)
        .execute();
  }
}
