package io.tocsin.feed;

import io.tocsin.identity.AccountId;
import io.tocsin.store.Columns;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** The table {@code feed_state}, and the rules in {@code account_feed}. */
final class StateStore {
  private StateStore() {}

  static byte[] secret(Handle handle) {
    return handle.createQuery("select secret from feed_state").mapTo(byte[].class).one();
  }

  /** Raises the moment up to which events have been removed, and answers the latest. */
  static Instant expiredUntil(Handle tx, Instant moment) {
    return tx.createQuery(
            """
            update feed_state set expired_until = greatest(expired_until, :moment)
            returning expired_until
            """)
        .bind("moment", moment.atOffset(ZoneOffset.UTC))
        .map((row, _) -> Columns.instant(row, "expired_until"))
        .one();
  }

  static Optional<Life> life(Handle handle, AccountId account) {
    return handle
        .createQuery("select default_ttl, max_ttl from account_feed where account_id = :account")
        .bind("account", account.value())
        .map((row, _) -> new Life(duration(row, "default_ttl"), duration(row, "max_ttl")))
        .findOne();
  }

  static void setLife(Handle tx, AccountId account, Life life) {
    tx.createUpdate(
            """
            insert into account_feed (account_id, default_ttl, max_ttl)
            values (:account, :standard, :longest)
            on conflict (account_id) do update
            set default_ttl = excluded.default_ttl, max_ttl = excluded.max_ttl
            """)
        .bind("account", account.value())
        .bind("standard", seconds(life.standard()))
        .bind("longest", seconds(life.longest()))
        .execute();
  }

  private static @Nullable Long seconds(@Nullable Duration duration) {
    return duration == null ? null : duration.toSeconds();
  }

  private static @Nullable Duration duration(ResultSet row, String column) throws SQLException {
    Long seconds = row.getObject(column, Long.class);
    return seconds == null ? null : Duration.ofSeconds(seconds);
  }
}
