package io.tocsin.identity;

import io.tocsin.store.Columns;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** SQL over {@code api_token}. */
final class ApiTokenStore {
  private static final String SHOWN =
      """
      select t.id, t.account_id, t.user_id, t.name, t.is_for_publishing, t.created_at,
             t.created_by, t.expires_at, t.last_used_at, u.name as user_name, u.state, u.is_enabled,
             encode(t.digest, 'hex') as digest
        from api_token t
        join account_user u on u.id = t.user_id
       where t.digest = any (array (select decode(d, 'hex')
                                      from unnest(cast(:digests as text[])) d))\
      """;

  /** Waits for nobody: whoever has the row is about to write the same, or to delete it. */
  private static final String TOUCH =
      """
      update api_token
         set last_used_at = :now
       where id = (select t.id
                     from api_token t
                    where t.id = :id and (t.last_used_at is null or t.last_used_at <= :before)
                      for no key update skip locked)\
      """;

  private static final String LIST =
      """
      select t.id, t.account_id, t.user_id, t.name, t.is_for_publishing, t.created_at,
             t.created_by, t.expires_at, t.last_used_at
        from api_token t
       where t.account_id = :account and t.user_id = :user
       order by t.created_at, t.id
       limit :limit\
      """;

  private static final String FIND =
      """
      select t.id, t.account_id, t.user_id, t.name, t.is_for_publishing, t.created_at,
             t.created_by, t.expires_at, t.last_used_at
        from api_token t
       where t.account_id = :account and t.user_id = :user and t.id = :id\
      """;

  private static final String INSERT =
      """
      insert into api_token as t
             (id, account_id, user_id, name, digest, is_for_publishing, created_by, expires_at)
      values (gen_random_uuid(), :account, :user, :name, decode(:digest, 'hex'), :publishing, :by, :expires_at)
      returning t.id, t.account_id, t.user_id, t.name, t.is_for_publishing, t.created_at,
                t.created_by, t.expires_at, t.last_used_at\
      """;

  private static final String RENAME =
      """
      update api_token t
         set name = :name
       where t.account_id = :account and t.user_id = :user and t.id = :id
      returning t.id, t.account_id, t.user_id, t.name, t.is_for_publishing, t.created_at,
                t.created_by, t.expires_at, t.last_used_at\
      """;

  private static final String DELETE =
      """
      delete from api_token where account_id = :account and user_id = :user and id = :id\
      """;

  /**
   * A token that somebody showed, and whose it is.
   *
   * @param isUsable whether its user is enabled and active
   */
  record Shown(ApiToken token, String userName, boolean isUsable) {}

  /** Those of the tokens that are there, by the digests of their secrets. */
  Map<String, Shown> shown(Handle handle, Set<String> digests) {
    return handle
        .createQuery(SHOWN)
        .bindArray("digests", String.class, digests)
        .reduceResultSet(
            new HashMap<>(),
            (all, row, _) -> {
              all.put(
                  row.getString("digest"),
                  new Shown(
                      token(row),
                      row.getString("user_name"),
                      row.getBoolean("is_enabled")
                          && row.getString("state").equals(UserState.ACTIVE.wire())));
              return all;
            });
  }

  /** Writes down that it is used now, unless it was so after {@code before}. */
  int touch(Handle handle, ApiTokenId id, Instant now, Instant before) {
    return handle
        .createUpdate(TOUCH)
        .bind("id", id.value())
        .bind("now", time(now))
        .bind("before", time(before))
        .execute();
  }

  List<ApiToken> list(Handle handle, AccountId account, UserId user, int limit) {
    return handle
        .createQuery(LIST)
        .bind("account", account.value())
        .bind("user", user.value())
        .bind("limit", limit)
        .map((row, _) -> token(row))
        .list();
  }

  Optional<ApiToken> find(Handle handle, AccountId account, UserId user, ApiTokenId id) {
    return handle
        .createQuery(FIND)
        .bind("account", account.value())
        .bind("user", user.value())
        .bind("id", id.value())
        .map((row, _) -> token(row))
        .findFirst();
  }

  ApiToken insert(
      Handle handle, AccountId account, UserId user, NewApiToken token, String digest, UserId by) {
    return handle
        .createQuery(INSERT)
        .bind("account", account.value())
        .bind("user", user.value())
        .bind("name", token.name())
        .bind("digest", digest)
        .bind("publishing", token.isForPublishing())
        .bind("by", by.value())
        .bind("expires_at", time(token.expiresAt()))
        .map((row, _) -> token(row))
        .one();
  }

  Optional<ApiToken> rename(
      Handle handle, AccountId account, UserId user, ApiTokenId id, String name) {
    return handle
        .createQuery(RENAME)
        .bind("account", account.value())
        .bind("user", user.value())
        .bind("id", id.value())
        .bind("name", name)
        .map((row, _) -> token(row))
        .findFirst();
  }

  /** False for one that is not there. */
  boolean delete(Handle handle, AccountId account, UserId user, ApiTokenId id) {
    return handle
            .createUpdate(DELETE)
            .bind("account", account.value())
            .bind("user", user.value())
            .bind("id", id.value())
            .execute()
        > 0;
  }

  private static @Nullable OffsetDateTime time(@Nullable Instant instant) {
    return instant == null ? null : instant.atOffset(ZoneOffset.UTC);
  }

  private static ApiToken token(ResultSet row) throws SQLException {
    return new ApiToken(
        new ApiTokenId(Columns.uuid(row, "id")),
        new AccountId(Columns.uuid(row, "account_id")),
        new UserId(Columns.uuid(row, "user_id")),
        row.getString("name"),
        row.getBoolean("is_for_publishing"),
        Columns.instant(row, "created_at"),
        new UserId(Columns.uuid(row, "created_by")),
        Columns.instantOrNull(row, "expires_at"),
        Columns.instantOrNull(row, "last_used_at"));
  }
}
