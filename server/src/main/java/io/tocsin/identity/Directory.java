package io.tocsin.identity;

import io.tocsin.clock.Clock;
import io.tocsin.store.Conflicts;
import io.tocsin.store.Database;
import io.tocsin.store.Secret;
import io.tocsin.store.Texts;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/**
 * Accounts, their users, groups, roles and API tokens. Each method is one transaction. Everything
 * it refuses is a {@link DirectoryRefusedException}. Thread-safe.
 *
 * <p>Who may ask for what is for the caller to decide, but for two things that hold for everybody:
 * nobody gives or takes a role above their own, by whatever way; and users who are not only this
 * account's are changed by operators alone.
 *
 * <p>Each change of who has which role by binding is told to the {@link RoleWatch}. Switching an
 * account or a user off and on changes no role.
 */
public final class Directory {
  /** Rows in a list at most; the oldest first, and what is beyond is left out. */
  public static final int LIST_LIMIT = 1000;

  /** Characters of a name at most. */
  public static final int MAX_NAME_LENGTH = 255;

  /** Constraints of a role binding at most, each as long as a name. */
  public static final int MAX_CONSTRAINTS = 100;

  private static final UserId OPERATOR =
      new UserId(Identifiers.named(AccountId.OPERATORS.value(), "operator"));

  private final Database database;
  private final RoleChanges changes;
  private final SecureRandom random;
  private final Clock clock;
  private final AccountStore accounts = new AccountStore();
  private final UserStore users = new UserStore();
  private final GroupStore groups = new GroupStore();
  private final RoleBindingStore bindings = new RoleBindingStore();
  private final ApiTokenStore tokens = new ApiTokenStore();

  /**
   * The directory in that database.
   *
   * @param watch told of each change within its transaction
   * @param random of which the secrets of tokens are made
   */
  public Directory(Database database, RoleWatch watch, SecureRandom random, Clock clock) {
    this.database = database;
    this.changes = new RoleChanges(watch);
    this.random = random;
    this.clock = clock;
  }

  /** Makes an account that is no project's; in which nobody has a role yet. */
  public Account createAccount(Actor by, String name) {
    requireName(name);
    return change(handle -> accounts.insert(handle, name, by.user()));
  }

  /** Writes down the account that a project is; the one that is there, if there is one. */
  public Account createProjectAccount(Actor by, String projectId, String name) {
    requireName(projectId);
    requireName(name);
    AccountId id = AccountId.ofProject(projectId);
    return change(handle -> {
      accounts.insertIfAbsent(handle, id, name, projectId, by.user());
      return accounts.find(handle, id).orElseThrow();
    });
  }

  /** Empty for a project that was not written down, too. */
  public Optional<Account> findAccount(AccountId id) {
    return database.read(handle -> accounts.find(handle, id));
  }

  /** All accounts that were written down. */
  public List<Account> listAccounts() {
    return database.read(handle -> accounts.list(handle, LIST_LIMIT));
  }

  /** The accounts in which the user has a role by binding, directly or through a group. */
  public List<Account> listAccounts(UserId user) {
    return database.read(handle -> accounts.list(handle, user, LIST_LIMIT));
  }

  /** Nobody may use an account that is not enabled; the operators' stays so. */
  public Account changeAccount(AccountId id, AccountChange change) {
    requireNameOrNull(change.name());
    if (id.equals(AccountId.OPERATORS) && Boolean.FALSE.equals(change.isEnabled())) {
      throw refused(
          new DirectoryRefusal.Conflict("The operators' account cannot be switched off."));
    }
    return change(
        handle -> accounts.update(handle, id, change).orElseThrow(() -> notFound("account")));
  }

  /** Makes a user, if Keystone's then only where there is none yet, and gives them a role. */
  public AccountUser createUser(Actor by, AccountId account, NewUser user) {
    requireName(user.name());
    requireNameOrNull(user.keystoneId());
    requireConstraints(user.roleConstraints());
    requireMayDecideOn(by, user.role());
    return change(handle -> {
      requireAccount(handle, account);
      AccountUser made = insert(handle, by, user);
      RoleHolder holder = new RoleHolder.OfUser(made.id());
      List<UserId> holders = changes.lock(handle, account, holder);
      NewRoleBinding binding = new NewRoleBinding(holder, user.role(), user.roleConstraints());
      bindings.insert(handle, account, binding, by.user());
      changes.tell(handle, account, holders);
      return made;
    });
  }

  private AccountUser insert(Handle handle, Actor by, NewUser user) {
    String keystoneId = user.keystoneId();
    if (keystoneId == null) {
      return users.insert(handle, user.name(), by.user());
    }
    UserId id = UserId.ofKeystone(keystoneId);
    users.insertIfAbsent(handle, id, user.name(), keystoneId, by.user());
    return users.find(handle, id).orElseThrow();
  }

  /** Only a user who has a role by binding in that account, or is in a group of it. */
  public Optional<AccountUser> findUser(AccountId account, UserId user) {
    return database.read(handle -> users.find(handle, account, user));
  }

  /** The users who have a role by binding in that account, or are in a group of it. */
  public List<AccountUser> listUsers(AccountId account) {
    return database.read(handle -> users.list(handle, account, LIST_LIMIT));
  }

  /**
   * Changes a user of that account, for all accounts. One who is Keystone's or has another account
   * too is not this account's to change: only operators can.
   */
  public AccountUser changeUser(Actor by, AccountId account, UserId id, UserChange change) {
    requireNameOrNull(change.name());
    return change(handle -> {
      AccountUser user = requireUser(handle, account, id);
      users.lock(handle, List.of(id));
      requireMayDecideOn(by, handle, account, id);
      boolean isOnlyHere =
          user.keystoneId() == null && !bindings.hasAnotherAccount(handle, account, id);
      if (!by.isOperator() && !isOnlyHere) {
        throw refused(new DirectoryRefusal.Forbidden("The user is not of this account alone."));
      }
      return users.update(handle, id, change);
    });
  }

  /** Makes a group without members; refused when the account has one of that name. */
  public Group createGroup(Actor by, AccountId account, String name) {
    requireName(name);
    return change(handle -> {
      requireAccount(handle, account);
      return groups.insert(handle, account, name, by.user());
    });
  }

  public Optional<Group> findGroup(AccountId account, GroupId group) {
    return database.read(handle -> groups.find(handle, account, group));
  }

  public List<Group> listGroups(AccountId account) {
    return database.read(handle -> groups.list(handle, account, LIST_LIMIT));
  }

  /** The members of a group that exists. */
  public List<AccountUser> listMembers(AccountId account, GroupId group) {
    return database.read(handle -> {
      if (groups.find(handle, account, group).isEmpty()) {
        throw notFound("group");
      }
      return users.list(handle, group, LIST_LIMIT);
    });
  }

  /** False for a group that does not exist, too. */
  public boolean isMember(AccountId account, GroupId group, UserId user) {
    return database.read(handle -> groups.isMember(handle, account, group, user));
  }

  /** Puts a user, of whichever account, into a group; does nothing for a member. */
  public void addMember(Actor by, AccountId account, GroupId group, UserId user) {
    changeMembers(
        by,
        account,
        group,
        handle -> {
          if (users.lock(handle, List.of(user)).isEmpty()) {
            throw refused(new DirectoryRefusal.Invalid("There is no such user."));
          }
          groups.addMember(handle, group, user);
          return user;
        });
  }

  /** Takes a member out of a group. */
  public void removeMember(Actor by, AccountId account, GroupId group, UserId user) {
    changeMembers(
        by,
        account,
        group,
        handle -> {
          users.lock(handle, List.of(user));
          if (!groups.removeMember(handle, group, user)) {
            throw notFound("member");
          }
          return user;
        });
  }

  private void changeMembers(
      Actor by, AccountId account, GroupId group, Function<Handle, UserId> members) {
    change(handle -> {
      if (!groups.lock(handle, account, group)) {
        throw notFound("group");
      }
      bindings.roleOfGroup(handle, account, group).ifPresent(role -> requireMayDecideOn(by, role));
      UserId changed = members.apply(handle);
      changes.tell(handle, account, changed);
      return changed;
    });
  }

  /** Gives a role to a user or a group; refused when they have one in the account already. */
  public RoleBinding createRoleBinding(Actor by, AccountId account, NewRoleBinding binding) {
    requireConstraints(binding.roleConstraints());
    requireMayDecideOn(by, binding.role());
    return change(handle -> {
      requireAccount(handle, account);
      List<UserId> holders = changes.lock(handle, account, binding.holder());
      requireHolder(handle, account, binding.holder(), holders);
      RoleBinding made = bindings.insert(handle, account, binding, by.user());
      changes.tell(handle, account, holders);
      return made;
    });
  }

  private void requireHolder(
      Handle handle, AccountId account, RoleHolder holder, List<UserId> locked) {
    boolean exists =
        switch (holder) {
          case RoleHolder.OfUser _ -> !locked.isEmpty();
          case RoleHolder.OfGroup(GroupId group) -> groups.find(handle, account, group).isPresent();
        };
    if (!exists) {
      throw refused(new DirectoryRefusal.Invalid("There is no such user or group."));
    }
  }

  public Optional<RoleBinding> findRoleBinding(AccountId account, RoleBindingId id) {
    return database.read(handle -> bindings.find(handle, account, id));
  }

  public List<RoleBinding> listRoleBindings(AccountId account) {
    return database.read(handle -> bindings.list(handle, account, LIST_LIMIT));
  }

  /** A user's own and those of their groups. */
  public List<RoleBinding> listRoleBindings(AccountId account, UserId user) {
    return database.read(handle -> bindings.list(handle, account, user, LIST_LIMIT));
  }

  /** Gives another role, or the same with other constraints. */
  public RoleBinding changeRoleBinding(
      Actor by, AccountId account, RoleBindingId id, RoleBindingChange change) {
    List<String> constraints = change.roleConstraints();
    if (constraints != null) {
      requireConstraints(constraints);
    }
    return change(handle -> {
      List<UserId> holders = lockHolders(handle, account, id);
      RoleBinding old = requireBinding(handle, account, id);
      Role role = change.role() == null ? old.role() : change.role();
      requireMayDecideOn(by, old.role());
      requireMayDecideOn(by, role);
      RoleBinding changed =
          bindings.update(
              handle, account, id, role, constraints == null ? old.roleConstraints() : constraints);
      changes.tell(handle, account, holders);
      return changed;
    });
  }

  /** Takes a role away; the account's last owner's, too. */
  public void deleteRoleBinding(Actor by, AccountId account, RoleBindingId id) {
    change(handle -> {
      List<UserId> holders = lockHolders(handle, account, id);
      requireMayDecideOn(by, requireBinding(handle, account, id).role());
      bindings.delete(handle, account, id);
      changes.tell(handle, account, holders);
      return id;
    });
  }

  /** Whose binding it is never changes, so it can be read before there is a lock. */
  private List<UserId> lockHolders(Handle handle, AccountId account, RoleBindingId id) {
    return changes.lock(handle, account, requireBinding(handle, account, id).holder());
  }

  /** Makes a token of a user of that account, who has no role there above the actor's. */
  public IssuedApiToken createToken(Actor by, AccountId account, UserId user, NewApiToken token) {
    requireName(token.name());
    Instant end = token.expiresAt();
    if (end != null && !end.isAfter(clock.now())) {
      throw refused(new DirectoryRefusal.Invalid("The token would have expired already."));
    }
    return change(handle -> {
      requireUser(handle, account, user);
      requireMayDecideOn(by, handle, account, user);
      return issue(handle, by, account, user, token);
    });
  }

  private IssuedApiToken issue(
      Handle handle, Actor by, AccountId account, UserId user, NewApiToken token) {
    Secret secret = TokenSecret.make(random);
    String digest = TokenSecret.digest(secret.value());
    return new IssuedApiToken(
        tokens.insert(handle, account, user, token, digest, by.user()), secret);
  }

  public List<ApiToken> listTokens(AccountId account, UserId user) {
    return database.read(handle -> tokens.list(handle, account, user, LIST_LIMIT));
  }

  public Optional<ApiToken> findToken(AccountId account, UserId user, ApiTokenId id) {
    return database.read(handle -> tokens.find(handle, account, user, id));
  }

  public ApiToken renameToken(AccountId account, UserId user, ApiTokenId id, String name) {
    requireName(name);
    return change(handle ->
        tokens.rename(handle, account, user, id, name).orElseThrow(() -> notFound("token")));
  }

  /** The token is good no more from the moment in which this returns, on all nodes. */
  public void deleteToken(AccountId account, UserId user, ApiTokenId id) {
    change(handle -> {
      if (!tokens.delete(handle, account, user, id)) {
        throw notFound("token");
      }
      return id;
    });
  }

  /**
   * Makes sure that the operators' account can be used, and in it a user called {@code operator}
   * with the role owner; whatever was changed about these meanwhile.
   *
   * @param known a secret from before; null for none
   * @return that, if it is of a token of that user's which is still good; else a new token's
   */
  public Secret operatorToken(@Nullable Secret known) {
    return change(handle -> {
      mendOperator(handle);
      if (known != null && isOperators(handle, known)) {
        return known;
      }
      NewApiToken token = new NewApiToken("operator-token", false, null);
      return issue(handle, Actor.SYSTEM, AccountId.OPERATORS, OPERATOR, token).secret();
    });
  }

  private void mendOperator(Handle handle) {
    AccountId account = AccountId.OPERATORS;
    accounts.insertIfAbsent(handle, account, "operators", null, UserId.SYSTEM);
    if (!accounts.find(handle, account).orElseThrow().isEnabled()) {
      accounts.update(handle, account, new AccountChange(null, true));
    }
    users.insertIfAbsent(handle, OPERATOR, "operator", null, UserId.SYSTEM);
    RoleHolder holder = new RoleHolder.OfUser(OPERATOR);
    List<UserId> holders = changes.lock(handle, account, holder);
    AccountUser user = users.find(handle, OPERATOR).orElseThrow();
    if (!user.isUsable()) {
      users.update(handle, OPERATOR, new UserChange(null, true, UserState.ACTIVE));
    }
    if (mendRole(handle, holder)) {
      changes.tell(handle, account, holders);
    }
  }

  /** False when there was nothing to mend. */
  private boolean mendRole(Handle handle, RoleHolder holder) {
    AccountId account = AccountId.OPERATORS;
    List<String> everything = NewRoleBinding.EVERYTHING;
    Optional<RoleBinding> own = bindings.find(handle, account, OPERATOR);
    if (own.isEmpty()) {
      NewRoleBinding binding = new NewRoleBinding(holder, Role.OWNER, everything);
      bindings.insert(handle, account, binding, UserId.SYSTEM);
      return true;
    }
    RoleBinding binding = own.get();
    if (binding.role() == Role.OWNER && binding.roleConstraints().equals(everything)) {
      return false;
    }
    bindings.update(handle, account, binding.id(), Role.OWNER, everything);
    return true;
  }

  private boolean isOperators(Handle handle, Secret known) {
    return TokenSecret.isWellFormed(known.value())
        && tokens.shown(handle, Set.of(TokenSecret.digest(known.value()))).values().stream()
            .map(ApiTokenStore.Shown::token)
            .filter(it -> it.account().equals(AccountId.OPERATORS) && it.user().equals(OPERATOR))
            .anyMatch(it -> !it.isForPublishing() && !it.isOver(clock.now()));
  }

  /** Two changes that each wait for the other are possible where groups overlap. */
  private <T> T change(Function<Handle, T> work) {
    return Conflicts.onceMore(() -> database.inTransaction(work));
  }

  private void requireAccount(Handle handle, AccountId account) {
    if (accounts.find(handle, account).isEmpty()) {
      throw notFound("account");
    }
  }

  private AccountUser requireUser(Handle handle, AccountId account, UserId user) {
    return users.find(handle, account, user).orElseThrow(() -> notFound("user"));
  }

  private RoleBinding requireBinding(Handle handle, AccountId account, RoleBindingId id) {
    return bindings.find(handle, account, id).orElseThrow(() -> notFound("role binding"));
  }

  private void requireMayDecideOn(Actor by, Handle handle, AccountId account, UserId user) {
    @Nullable Role role = bindings.highest(handle, account, List.of(user)).get(user);
    if (role != null) {
      requireMayDecideOn(by, role);
    }
  }

  private static void requireMayDecideOn(Actor by, Role role) {
    if (!by.role().includes(role)) {
      throw refused(
          new DirectoryRefusal.Forbidden(
              "A role of %s cannot decide on a role of %s."
                  .formatted(by.role().wire(), role.wire())));
    }
  }

  private static void requireNameOrNull(@Nullable String name) {
    if (name != null) {
      requireName(name);
    }
  }

  private static void requireName(String name) {
    if (name.isBlank() || name.length() > MAX_NAME_LENGTH || !Texts.isStorable(name)) {
      throw refused(
          new DirectoryRefusal.Invalid(
              "A name has 1 to %d characters, none of them NUL.".formatted(MAX_NAME_LENGTH)));
    }
  }

  private static void requireConstraints(List<String> constraints) {
    if (constraints.size() > MAX_CONSTRAINTS) {
      throw refused(
          new DirectoryRefusal.Invalid(
              "There are at most %d role constraints.".formatted(MAX_CONSTRAINTS)));
    }
    for (String constraint : constraints) {
      if (constraint.length() > MAX_NAME_LENGTH || !Texts.isStorable(constraint)) {
        throw refused(
            new DirectoryRefusal.Invalid(
                "A role constraint has at most %d characters, none of them NUL."
                    .formatted(MAX_NAME_LENGTH)));
      }
    }
  }

  private static DirectoryRefusedException notFound(String what) {
    return refused(new DirectoryRefusal.NotFound("There is no such %s.".formatted(what)));
  }

  private static DirectoryRefusedException refused(DirectoryRefusal refusal) {
    return new DirectoryRefusedException(refusal);
  }
}
