package io.tocsin.feed;

import io.tocsin.store.Columns;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import org.jdbi.v3.core.Handle;

/** Removes what is over. */
final class ExpiryStore {
  private ExpiryStore() {}

  /**
   * What a batch came to.
   *
   * @param last the latest moment of expiry among what was removed
   */
  record Removed(int events, Instant last) {}

  /**
   * Removes up to {@code most} events that expired within the time given, the earliest first, and
   * what users had read of stretches in which no event is left. Index: {@code event_by_expiry}.
   */
  static Removed remove(Handle tx, Instant from, Instant until, int most) {
    return tx.createQuery(
            """
            with over as materialized (
              select account_id, sequence from event
               where expires_at >= :from and expires_at <= :until
               order by expires_at limit :most
                 for update skip locked),
            gone as (
              delete from event e using over o
               where e.account_id = o.account_id and e.sequence = o.sequence
              returning e.account_id, e.sequence, e.expires_at),
            stretches as (
              select distinct account_id, sequence / 1024 as block from gone),
            forgotten as (
              delete from read_block b using stretches s
               where b.account_id = s.account_id and b.block = s.block
                 and not exists (
                       select from event e
                        where e.account_id = s.account_id
                          and e.sequence >= s.block * 1024 and e.sequence < s.block * 1024 + 1024
                          and not exists (
                                select from gone g
                                 where g.account_id = e.account_id and g.sequence = e.sequence)))
            select count(*) as events, coalesce(max(expires_at), :from) as last from gone
            """)
        .bind("from", from.atOffset(ZoneOffset.UTC))
        .bind("until", until.atOffset(ZoneOffset.UTC))
        .bind("most", most)
        .map((row, _) -> new Removed(row.getInt("events"), Columns.instant(row, "last")))
        .one();
  }

  /** Removes up to {@code most} keys older than {@code age}; how many. */
  static int removeKeys(Handle tx, Duration age, int most) {
    return tx.createUpdate(
            """
            delete from idempotency_key k using (
              select account_id, user_id, key from idempotency_key
               where created_at < now() - :age * interval '1 second'
               order by created_at limit :most
                 for update skip locked) old
            where k.account_id = old.account_id and k.user_id = old.user_id and k.key = old.key
            """)
        .bind("age", age.toSeconds())
        .bind("most", most)
        .execute();
  }
}
