package io.tocsin.identity;

import io.tocsin.store.Columns;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** SQL over {@code account_user}. */
final class UserStore {
  private static final String FIND =
      """
      select u.id, u.name, u.keystone_id, u.state, u.is_enabled, u.created_at, u.updated_at,
             u.created_by
        from account_user u
       where u.id = :id\
      """;

  private static final String FIND_IN_ACCOUNT =
      """
      select u.id, u.name, u.keystone_id, u.state, u.is_enabled, u.created_at, u.updated_at,
             u.created_by
        from account_user u
       where u.id = :id
         and (exists (select from role_binding b
                       where b.account_id = :account and b.user_id = u.id)
              or exists (select from group_member m
                           join account_group g on g.id = m.group_id
                          where g.account_id = :account and m.user_id = u.id))\
      """;

  private static final String LIST_OF_ACCOUNT =
      """
      select u.id, u.name, u.keystone_id, u.state, u.is_enabled, u.created_at, u.updated_at,
             u.created_by
        from account_user u
       where u.id in (select b.user_id from role_binding b
                       where b.account_id = :account and b.user_id is not null
                      union all
                      select m.user_id
                        from account_group g
                        join group_member m on m.group_id = g.id
                       where g.account_id = :account)
       order by u.created_at, u.id
       limit :limit\
      """;

  private static final String LIST_OF_GROUP =
      """
      select u.id, u.name, u.keystone_id, u.state, u.is_enabled, u.created_at, u.updated_at,
             u.created_by
        from group_member m
        join account_user u on u.id = m.user_id
       where m.group_id = :group
       order by u.created_at, u.id
       limit :limit\
      """;

  private static final String INSERT =
      """
      insert into account_user as u (id, name, created_by)
      values (gen_random_uuid(), :name, :by)
      returning u.id, u.name, u.keystone_id, u.state, u.is_enabled, u.created_at, u.updated_at,
                u.created_by\
      """;

  private static final String INSERT_IF_ABSENT =
      """
      insert into account_user (id, name, keystone_id, created_by)
      values (:id, :name, :keystone_id, :by)
          on conflict do nothing\
      """;

  private static final String UPDATE =
      """
      update account_user u
         set name = coalesce(:name, u.name),
             is_enabled = coalesce(:enabled, u.is_enabled),
             state = coalesce(:state, u.state),
             updated_at = date_trunc('second', now())
       where u.id = :id
      returning u.id, u.name, u.keystone_id, u.state, u.is_enabled, u.created_at, u.updated_at,
                u.created_by\
      """;

  private static final String LOCK =
      """
      select u.id
        from account_user u
       where u.id = any(:ids)
       order by u.id
         for no key update\
      """;

  Optional<AccountUser> find(Handle handle, UserId id) {
    return handle.createQuery(FIND).bind("id", id.value()).map((row, _) -> user(row)).findFirst();
  }

  /** Only one who has a role in that account or is in a group of it. */
  Optional<AccountUser> find(Handle handle, AccountId account, UserId id) {
    return handle
        .createQuery(FIND_IN_ACCOUNT)
        .bind("id", id.value())
        .bind("account", account.value())
        .map((row, _) -> user(row))
        .findFirst();
  }

  List<AccountUser> list(Handle handle, AccountId account, int limit) {
    return handle
        .createQuery(LIST_OF_ACCOUNT)
        .bind("account", account.value())
        .bind("limit", limit)
        .map((row, _) -> user(row))
        .list();
  }

  List<AccountUser> list(Handle handle, GroupId group, int limit) {
    return handle
        .createQuery(LIST_OF_GROUP)
        .bind("group", group.value())
        .bind("limit", limit)
        .map((row, _) -> user(row))
        .list();
  }

  AccountUser insert(Handle handle, String name, UserId by) {
    return handle
        .createQuery(INSERT)
        .bind("name", name)
        .bind("by", by.value())
        .map((row, _) -> user(row))
        .one();
  }

  /** Leaves a user who is there as they are. */
  void insertIfAbsent(
      Handle handle, UserId id, String name, @Nullable String keystoneId, UserId by) {
    handle
        .createUpdate(INSERT_IF_ABSENT)
        .bind("id", id.value())
        .bind("name", name)
        .bind("keystone_id", keystoneId)
        .bind("by", by.value())
        .execute();
  }

  AccountUser update(Handle handle, UserId id, UserChange change) {
    UserState state = change.state();
    return handle
        .createQuery(UPDATE)
        .bind("id", id.value())
        .bind("name", change.name())
        .bind("enabled", change.isEnabled())
        .bind("state", state == null ? null : state.wire())
        .map((row, _) -> user(row))
        .one();
  }

  /**
   * Nobody else changes their roles until the transaction ends; those of them who exist. In the
   * order of their ids, so that two transactions do not wait for each other.
   */
  List<UserId> lock(Handle handle, Collection<UserId> ids) {
    return handle
        .createQuery(LOCK)
        .bindArray("ids", UUID.class, ids.stream().map(UserId::value).toList())
        .map((row, _) -> new UserId(Columns.uuid(row, "id")))
        .list();
  }

  private static AccountUser user(ResultSet row) throws SQLException {
    return new AccountUser(
        new UserId(Columns.uuid(row, "id")),
        row.getString("name"),
        row.getString("keystone_id"),
        Columns.fromLower(UserState.class, row.getString("state")),
        row.getBoolean("is_enabled"),
        Columns.instant(row, "created_at"),
        Columns.instantOrNull(row, "updated_at"),
        new UserId(Columns.uuid(row, "created_by")));
  }
}
