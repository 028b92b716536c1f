package io.tocsin.identity;

import io.tocsin.store.Columns;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** SQL over {@code account}. */
final class AccountStore {
  private static final String LIST =
      """
      select a.id, a.name, a.project_id, a.is_enabled, a.created_at, a.updated_at, a.created_by
        from account a
       order by a.created_at, a.id
       limit :limit\
      """;

  private static final String LIST_OF_USER =
      """
      select a.id, a.name, a.project_id, a.is_enabled, a.created_at, a.updated_at, a.created_by
        from account a
       where a.id in (select b.account_id from role_binding b where b.user_id = :user
                      union all
                      select b.account_id
                        from group_member m
                        join role_binding b on b.group_id = m.group_id
                       where m.user_id = :user)
       order by a.created_at, a.id
       limit :limit\
      """;

  private static final String FIND =
      """
      select a.id, a.name, a.project_id, a.is_enabled, a.created_at, a.updated_at, a.created_by
        from account a
       where a.id = :id\
      """;

  private static final String INSERT =
      """
      insert into account as a (id, name, created_by)
      values (gen_random_uuid(), :name, :by)
      returning a.id, a.name, a.project_id, a.is_enabled, a.created_at, a.updated_at, a.created_by\
      """;

  private static final String INSERT_IF_ABSENT =
      """
      insert into account (id, name, project_id, created_by)
      values (:id, :name, :project_id, :by)
          on conflict do nothing\
      """;

  private static final String UPDATE =
      """
      update account a
         set name = coalesce(:name, a.name),
             is_enabled = coalesce(:enabled, a.is_enabled),
             updated_at = date_trunc('second', now())
       where a.id = :id
      returning a.id, a.name, a.project_id, a.is_enabled, a.created_at, a.updated_at, a.created_by\
      """;

  List<Account> list(Handle handle, int limit) {
    return handle.createQuery(LIST).bind("limit", limit).map((row, _) -> account(row)).list();
  }

  /** Those in which the user has a role, by themselves or through a group. */
  List<Account> list(Handle handle, UserId user, int limit) {
    return handle
        .createQuery(LIST_OF_USER)
        .bind("user", user.value())
        .bind("limit", limit)
        .map((row, _) -> account(row))
        .list();
  }

  Optional<Account> find(Handle handle, AccountId id) {
    return handle
        .createQuery(FIND)
        .bind("id", id.value())
        .map((row, _) -> account(row))
        .findFirst();
  }

  Account insert(Handle handle, String name, UserId by) {
    return handle
        .createQuery(INSERT)
        .bind("name", name)
        .bind("by", by.value())
        .map((row, _) -> account(row))
        .one();
  }

  /** Leaves an account that is there as it is. */
  void insertIfAbsent(
      Handle handle, AccountId id, String name, @Nullable String projectId, UserId by) {
    handle
        .createUpdate(INSERT_IF_ABSENT)
        .bind("id", id.value())
        .bind("name", name)
        .bind("project_id", projectId)
        .bind("by", by.value())
        .execute();
  }

  Optional<Account> update(Handle handle, AccountId id, AccountChange change) {
    return handle
        .createQuery(UPDATE)
        .bind("id", id.value())
        .bind("name", change.name())
        .bind("enabled", change.isEnabled())
        .map((row, _) -> account(row))
        .findFirst();
  }

  private static Account account(ResultSet row) throws SQLException {
    return new Account(
        new AccountId(Columns.uuid(row, "id")),
        row.getString("name"),
        row.getString("project_id"),
        row.getBoolean("is_enabled"),
        Columns.instant(row, "created_at"),
        Columns.instantOrNull(row, "updated_at"),
        new UserId(Columns.uuid(row, "created_by")));
  }
}
