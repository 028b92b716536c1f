package io.tocsin.identity;

import io.tocsin.store.Columns;
import io.tocsin.store.Conflicts;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.JdbiException;

/** SQL over {@code role_binding}, and over who has which role by it. */
final class RoleBindingStore {
  private static final String ONE_PER_USER = "role_binding_account_id_user_id_key";
  private static final String ONE_PER_GROUP = "role_binding_account_id_group_id_key";

  private static final String FIND =
      """
      select b.id, b.account_id, b.user_id, b.group_id, b.role, b.role_constraints, b.created_at,
             b.updated_at, b.created_by
        from role_binding b
       where b.account_id = :account and b.id = :id\
      """;

  private static final String FIND_OWN =
      """
      select b.id, b.account_id, b.user_id, b.group_id, b.role, b.role_constraints, b.created_at,
             b.updated_at, b.created_by
        from role_binding b
       where b.account_id = :account and b.user_id = :user\
      """;

  private static final String LIST =
      """
      select b.id, b.account_id, b.user_id, b.group_id, b.role, b.role_constraints, b.created_at,
             b.updated_at, b.created_by
        from role_binding b
       where b.account_id = :account
       order by b.created_at, b.id
       limit :limit\
      """;

  private static final String LIST_OF_USER =
      """
      select b.id, b.account_id, b.user_id, b.group_id, b.role, b.role_constraints, b.created_at,
             b.updated_at, b.created_by
        from role_binding b
       where b.account_id = :account
         and (b.user_id = :user
              or b.group_id in (select m.group_id from group_member m where m.user_id = :user))
       order by b.created_at, b.id
       limit :limit\
      """;

  private static final String INSERT =
      """
      insert into role_binding as b
             (id, account_id, user_id, group_id, role, role_constraints, created_by)
      values (gen_random_uuid(), :account, cast(:user as uuid), cast(:group as uuid), :role,
              :constraints, :by)
      returning b.id, b.account_id, b.user_id, b.group_id, b.role, b.role_constraints,
                b.created_at, b.updated_at, b.created_by\
      """;

  private static final String UPDATE =
      """
      update role_binding b
         set role = :role,
             role_constraints = :constraints,
             updated_at = date_trunc('second', now())
       where b.account_id = :account and b.id = :id
      returning b.id, b.account_id, b.user_id, b.group_id, b.role, b.role_constraints,
                b.created_at, b.updated_at, b.created_by\
      """;

  private static final String DELETE =
      """
      delete from role_binding where account_id = :account and id = :id\
      """;

  private static final String ROLE_OF_GROUP =
      """
      select b.role from role_binding b where b.account_id = :account and b.group_id = :group\
      """;

  private static final String ROLES_OF_USERS =
      """
      select b.user_id, b.role
        from role_binding b
       where b.account_id = :account and b.user_id = any(:users)
      union
      select m.user_id, b.role
        from group_member m
        join role_binding b on b.group_id = m.group_id
       where b.account_id = :account and m.user_id = any(:users)\
      """;

  private static final String HAS_ANOTHER_ACCOUNT =
      """
      select exists (select from role_binding b
                      where b.user_id = :user and b.account_id <> :account)
          or exists (select from group_member m
                       join account_group g on g.id = m.group_id
                      where m.user_id = :user and g.account_id <> :account)\
      """;

  /** Through the unique indexes, and so as fast in an account of many users. */
  private static final String STANDINGS =
      """
      select a.id as account_id, s.user_id, a.is_enabled, b.role, b.role_constraints
        from unnest(cast(:accounts as uuid[]), cast(:users as uuid[])) as s (account_id, user_id)
        join account a on a.id = s.account_id
        left join lateral (
             select d.role, d.role_constraints
               from role_binding d
              where d.account_id = a.id and d.user_id = s.user_id
             union all
             select d.role, d.role_constraints
               from group_member m
               join role_binding d on d.account_id = a.id and d.group_id = m.group_id
              where m.user_id = s.user_id) b on true\
      """;

  /** A role, and its constraints as they were written. */
  record Given(Role role, List<String> constraints) {}

  /**
   * What an account says about somebody.
   *
   * @param isOpen false for an account that is there and not enabled
   * @param given through all their bindings
   */
  record Standing(boolean isOpen, List<Given> given) {
    /** Of an account that nobody wrote down. */
    static final Standing UNWRITTEN = new Standing(true, List.of());
  }

  Optional<RoleBinding> find(Handle handle, AccountId account, RoleBindingId id) {
    return handle
        .createQuery(FIND)
        .bind("account", account.value())
        .bind("id", id.value())
        .map((row, _) -> binding(row))
        .findFirst();
  }

  /** The user's own, not those of their groups. */
  Optional<RoleBinding> find(Handle handle, AccountId account, UserId user) {
    return handle
        .createQuery(FIND_OWN)
        .bind("account", account.value())
        .bind("user", user.value())
        .map((row, _) -> binding(row))
        .findFirst();
  }

  List<RoleBinding> list(Handle handle, AccountId account, int limit) {
    return handle
        .createQuery(LIST)
        .bind("account", account.value())
        .bind("limit", limit)
        .map((row, _) -> binding(row))
        .list();
  }

  /** The user's own and those of their groups. */
  List<RoleBinding> list(Handle handle, AccountId account, UserId user, int limit) {
    return handle
        .createQuery(LIST_OF_USER)
        .bind("account", account.value())
        .bind("user", user.value())
        .bind("limit", limit)
        .map((row, _) -> binding(row))
        .list();
  }

  /** Refuses a second one of the same user or group. */
  RoleBinding insert(Handle handle, AccountId account, NewRoleBinding binding, UserId by) {
    try {
      return handle
          .createQuery(INSERT)
          .bind("account", account.value())
          .bind("user", binding.holder() instanceof RoleHolder.OfUser it ? it.user().value() : null)
          .bind(
              "group",
              binding.holder() instanceof RoleHolder.OfGroup it ? it.group().value() : null)
          .bind("role", binding.role().wire())
          .bindArray("constraints", String.class, binding.roleConstraints())
          .bind("by", by.value())
          .map((row, _) -> binding(row))
          .one();
    } catch (JdbiException e) {
      if (Conflicts.isBreachOf(ONE_PER_USER, e) || Conflicts.isBreachOf(ONE_PER_GROUP, e)) {
        throw new DirectoryRefusedException(
            new DirectoryRefusal.Conflict("There is a role binding for it in the account."));
      }
      throw e;
    }
  }

  RoleBinding update(
      Handle handle, AccountId account, RoleBindingId id, Role role, List<String> constraints) {
    return handle
        .createQuery(UPDATE)
        .bind("account", account.value())
        .bind("id", id.value())
        .bind("role", role.wire())
        .bindArray("constraints", String.class, constraints)
        .map((row, _) -> binding(row))
        .one();
  }

  void delete(Handle handle, AccountId account, RoleBindingId id) {
    handle.createUpdate(DELETE).bind("account", account.value()).bind("id", id.value()).execute();
  }

  Optional<Role> roleOfGroup(Handle handle, AccountId account, GroupId group) {
    return handle
        .createQuery(ROLE_OF_GROUP)
        .bind("account", account.value())
        .bind("group", group.value())
        .map((row, _) -> role(row))
        .findFirst();
  }

  /** The highest role of each, by their own binding and their groups'; nobody who has none. */
  Map<UserId, Role> highest(Handle handle, AccountId account, Collection<UserId> users) {
    Map<UserId, Role> highest = new HashMap<>();
    handle
        .createQuery(ROLES_OF_USERS)
        .bind("account", account.value())
        .bindArray("users", UUID.class, users.stream().map(UserId::value).toList())
        .map((row, _) -> Map.entry(new UserId(Columns.uuid(row, "user_id")), role(row)))
        .forEach(it -> highest.merge(it.getKey(), it.getValue(), (a, b) -> a.includes(b) ? a : b));
    return highest;
  }

  /** Whether they have a role in another account too, or are in a group of one. */
  boolean hasAnotherAccount(Handle handle, AccountId account, UserId user) {
    return handle
        .createQuery(HAS_ANOTHER_ACCOUNT)
        .bind("account", account.value())
        .bind("user", user.value())
        .mapTo(Boolean.class)
        .one();
  }

  /** What their accounts say about those; nothing of accounts that have no row. */
  Map<Seat, Standing> standings(Handle handle, Set<Seat> seats) {
    List<Seat> all = List.copyOf(seats);
    return handle
        .createQuery(STANDINGS)
        .bindArray("accounts", UUID.class, all.stream().map(it -> it.account().value()).toList())
        .bindArray("users", UUID.class, all.stream().map(it -> it.user().value()).toList())
        .reduceResultSet(
            new HashMap<>(),
            (standings, row, _) -> {
              Seat seat =
                  new Seat(
                      new AccountId(Columns.uuid(row, "account_id")),
                      new UserId(Columns.uuid(row, "user_id")));
              boolean isOpen = row.getBoolean("is_enabled");
              Standing standing =
                  standings.computeIfAbsent(seat, _ -> new Standing(isOpen, new ArrayList<>()));
              if (row.getString("role") != null) {
                standing.given().add(new Given(role(row), constraints(row)));
              }
              return standings;
            });
  }

  private static RoleBinding binding(ResultSet row) throws SQLException {
    UUID user = row.getObject("user_id", UUID.class);
    RoleHolder holder =
        user == null
            ? new RoleHolder.OfGroup(new GroupId(Columns.uuid(row, "group_id")))
            : new RoleHolder.OfUser(new UserId(user));
    return new RoleBinding(
        new RoleBindingId(Columns.uuid(row, "id")),
        new AccountId(Columns.uuid(row, "account_id")),
        holder,
        role(row),
        constraints(row),
        Columns.instant(row, "created_at"),
        Columns.instantOrNull(row, "updated_at"),
        new UserId(Columns.uuid(row, "created_by")));
  }

  private static Role role(ResultSet row) throws SQLException {
    return Columns.fromLower(Role.class, row.getString("role"));
  }

  private static List<String> constraints(ResultSet row) throws SQLException {
    return List.of((String[]) row.getArray("role_constraints").getArray());
  }
}
