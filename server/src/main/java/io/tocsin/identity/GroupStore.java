package io.tocsin.identity;

import io.tocsin.store.Columns;
import io.tocsin.store.Conflicts;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.JdbiException;

/** SQL over {@code account_group} and {@code group_member}. */
final class GroupStore {
  private static final String UNIQUE_NAME = "account_group_account_id_name_key";

  private static final String FIND =
      """
      select g.id, g.account_id, g.name, g.created_at, g.created_by
        from account_group g
       where g.account_id = :account and g.id = :id\
      """;

  private static final String LOCK =
      """
      select g.id
        from account_group g
       where g.account_id = :account and g.id = :id
         for no key update\
      """;

  private static final String LIST =
      """
      select g.id, g.account_id, g.name, g.created_at, g.created_by
        from account_group g
       where g.account_id = :account
       order by g.created_at, g.id
       limit :limit\
      """;

  private static final String INSERT =
      """
      insert into account_group as g (id, account_id, name, created_by)
      values (gen_random_uuid(), :account, :name, :by)
      returning g.id, g.account_id, g.name, g.created_at, g.created_by\
      """;

  private static final String MEMBERS =
      """
      select m.user_id from group_member m where m.group_id = :group\
      """;

  private static final String IS_MEMBER =
      """
      select exists (
        select
          from group_member m
          join account_group g on g.id = m.group_id
         where g.account_id = :account and m.group_id = :group and m.user_id = :user)\
      """;

  private static final String ADD_MEMBER =
      """
      insert into group_member (group_id, user_id)
      values (:group, :user)
          on conflict do nothing\
      """;

  private static final String REMOVE_MEMBER =
      """
      delete from group_member where group_id = :group and user_id = :user\
      """;

  Optional<Group> find(Handle handle, AccountId account, GroupId id) {
    return handle
        .createQuery(FIND)
        .bind("account", account.value())
        .bind("id", id.value())
        .map((row, _) -> group(row))
        .findFirst();
  }

  /** Whether it is there; nobody else changes its members or roles until the transaction ends. */
  boolean lock(Handle handle, AccountId account, GroupId id) {
    return handle
        .createQuery(LOCK)
        .bind("account", account.value())
        .bind("id", id.value())
        .map((row, _) -> Columns.uuid(row, "id"))
        .findFirst()
        .isPresent();
  }

  List<Group> list(Handle handle, AccountId account, int limit) {
    return handle
        .createQuery(LIST)
        .bind("account", account.value())
        .bind("limit", limit)
        .map((row, _) -> group(row))
        .list();
  }

  /** Refuses a name that a group of the account has. */
  Group insert(Handle handle, AccountId account, String name, UserId by) {
    try {
      return handle
          .createQuery(INSERT)
          .bind("account", account.value())
          .bind("name", name)
          .bind("by", by.value())
          .map((row, _) -> group(row))
          .one();
    } catch (JdbiException e) {
      if (Conflicts.isBreachOf(UNIQUE_NAME, e)) {
        throw new DirectoryRefusedException(
            new DirectoryRefusal.Conflict("The account has a group with that name already."));
      }
      throw e;
    }
  }

  List<UserId> members(Handle handle, GroupId group) {
    return handle
        .createQuery(MEMBERS)
        .bind("group", group.value())
        .map((row, _) -> new UserId(Columns.uuid(row, "user_id")))
        .list();
  }

  boolean isMember(Handle handle, AccountId account, GroupId group, UserId user) {
    return handle
        .createQuery(IS_MEMBER)
        .bind("account", account.value())
        .bind("group", group.value())
        .bind("user", user.value())
        .mapTo(Boolean.class)
        .one();
  }

  /** Does nothing for somebody who is a member. */
  void addMember(Handle handle, GroupId group, UserId user) {
    handle
        .createUpdate(ADD_MEMBER)
        .bind("group", group.value())
        .bind("user", user.value())
        .execute();
  }

  /** False for somebody who is none. */
  boolean removeMember(Handle handle, GroupId group, UserId user) {
    return handle
            .createUpdate(REMOVE_MEMBER)
            .bind("group", group.value())
            .bind("user", user.value())
            .execute()
        > 0;
  }

  private static Group group(ResultSet row) throws SQLException {
    return new Group(
        new GroupId(Columns.uuid(row, "id")),
        new AccountId(Columns.uuid(row, "account_id")),
        row.getString("name"),
        Columns.instant(row, "created_at"),
        new UserId(Columns.uuid(row, "created_by")));
  }
}
