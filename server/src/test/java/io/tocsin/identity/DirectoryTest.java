package io.tocsin.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tocsin.openstack.SteppingClock;
import io.tocsin.store.Secret;
import io.tocsin.store.TestDatabase;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DirectoryTest {
  private static final UUID NOBODY = UUID.fromString("919108f7-52d1-4320-9bac-f847db4148a8");
  private static final AccountId NO_ACCOUNT = new AccountId(NOBODY);
  private static final UserId NO_USER = new UserId(NOBODY);
  private static final GroupId NO_GROUP = new GroupId(NOBODY);
  private static final List<String> ALL = NewRoleBinding.EVERYTHING;

  private final SteppingClock clock = new SteppingClock();
  private final TestDatabase test = TestDatabase.create();
  private final RecordingWatch watch = new RecordingWatch();
  private final Directory directory =
      new Directory(test.database(), watch, new SecureRandom(), clock);
  private final AccountId account = directory.createAccount(Actor.SYSTEM, "one").id();
  private final AccountId another = directory.createAccount(Actor.SYSTEM, "two").id();
  private final Actor owner = new Actor(NO_USER, Role.OWNER, false);
  private final Actor admin = new Actor(NO_USER, Role.ADMIN, false);

  @AfterEach
  void close() {
    test.close();
  }

  @Test
  void keepsAccounts() {
    Account made = directory.createAccount(owner, "three");
    assertThat(made.name()).isEqualTo("three");
    assertThat(made.projectId()).isNull();
    assertThat(made.isEnabled()).isTrue();
    assertThat(made.updatedAt()).isNull();
    assertThat(made.createdBy()).isEqualTo(NO_USER);
    assertThat(made.id().value().version()).isEqualTo(4);
    assertThat(directory.findAccount(made.id())).hasValue(made);
    assertThat(directory.findAccount(NO_ACCOUNT)).isEmpty();
    assertThat(directory.listAccounts())
        .extracting(Account::id)
        .containsExactlyInAnyOrder(account, another, made.id());

    Account off = directory.changeAccount(made.id(), new AccountChange(null, false));
    assertThat(off.isEnabled()).isFalse();
    assertThat(off.updatedAt()).isNotNull();
    assertThat(directory.changeAccount(made.id(), new AccountChange("3", true)).name())
        .isEqualTo("3");
    assertNotFound(() -> directory.changeAccount(NO_ACCOUNT, new AccountChange(null, true)));
  }

  @Test
  void aProjectIsOneAccountHoweverOftenItIsWrittenDown() {
    Account made = directory.createProjectAccount(owner, "aa", "ops");

    assertThat(made.id()).isEqualTo(AccountId.ofProject("aa"));
    assertThat(made.projectId()).isEqualTo("aa");
    assertThat(directory.createProjectAccount(Actor.SYSTEM, "aa", "other")).isEqualTo(made);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "  ", "a\u0000b", "\ud800"})
  void refusesNamesThatAreNone(String name) {
    UserId user = user(account, Role.VIEWER);
    GroupId group = directory.createGroup(owner, account, "g").id();
    NewUser newUser = new NewUser(name, null, Role.VIEWER, ALL);
    NewUser keystones = new NewUser("ute", name, Role.VIEWER, ALL);
    NewApiToken token = new NewApiToken(name, false, null);

    assertInvalid(() -> directory.createAccount(owner, name));
    assertInvalid(() -> directory.createProjectAccount(owner, name, "x"));
    assertInvalid(() -> directory.changeAccount(account, new AccountChange(name, null)));
    assertInvalid(() -> directory.createUser(owner, account, newUser));
    assertInvalid(() -> directory.createUser(owner, account, keystones));
    assertInvalid(
        () -> directory.changeUser(owner, account, user, new UserChange(name, null, null)));
    assertInvalid(() -> directory.createGroup(owner, account, name));
    assertInvalid(() -> directory.createToken(owner, account, user, token));
    assertThat(directory.findGroup(account, group)).isPresent();
  }

  @Test
  void namesAndConstraintsHaveBounds() {
    String longest = "x".repeat(Directory.MAX_NAME_LENGTH);
    assertThat(directory.createAccount(owner, longest).name()).isEqualTo(longest);
    assertInvalid(() -> directory.createAccount(owner, longest + "x"));

    List<String> most = Collections.nCopies(Directory.MAX_CONSTRAINTS, longest);
    directory.createUser(owner, account, new NewUser("a", null, Role.VIEWER, most));
    List<String> more = new ArrayList<>(most);
    more.add("*");
    assertInvalid(
        () -> directory.createUser(owner, account, new NewUser("b", null, Role.VIEWER, more)));
    assertInvalid(() ->
        directory.createUser(
            owner, account, new NewUser("b", null, Role.VIEWER, List.of(longest + "x"))));
  }

  @Test
  void aUserComesWithARole() {
    AccountUser made =
        directory.createUser(owner, account, new NewUser("ute", null, Role.MEMBER, List.of()));

    assertThat(made.name()).isEqualTo("ute");
    assertThat(made.keystoneId()).isNull();
    assertThat(made.state()).isEqualTo(UserState.ACTIVE);
    assertThat(made.isEnabled()).isTrue();
    assertThat(made.id().value().version()).isEqualTo(4);
    assertThat(watch.told())
        .containsExactly(new RecordingWatch.Told(account, made.id(), Role.MEMBER, 1));
    RoleBinding binding = directory.listRoleBindings(account).getFirst();
    assertThat(binding.holder()).isEqualTo(new RoleHolder.OfUser(made.id()));
    assertThat(binding.role()).isEqualTo(Role.MEMBER);
    assertThat(binding.roleConstraints()).isEmpty();
    assertThat(binding.account()).isEqualTo(account);
    assertThat(binding.createdBy()).isEqualTo(NO_USER);
    assertThat(binding.updatedAt()).isNull();

    assertThat(directory.findUser(account, made.id())).hasValue(made);
    assertThat(directory.findUser(another, made.id())).isEmpty();
    assertThat(directory.listUsers(account)).containsExactly(made);
    assertThat(directory.listUsers(another)).isEmpty();
    assertThat(directory.listAccounts(made.id())).extracting(Account::id).containsExactly(account);
    assertNotFound(
        () -> directory.createUser(owner, NO_ACCOUNT, new NewUser("x", null, Role.VIEWER, ALL)));
  }

  @Test
  void keystonesUserIsOneInAllAccounts() {
    NewUser ute = new NewUser("ute", "u7", Role.VIEWER, ALL);
    AccountUser made = directory.createUser(owner, account, ute);

    assertThat(made.id()).isEqualTo(UserId.ofKeystone("u7"));
    assertThat(made.keystoneId()).isEqualTo("u7");
    NewUser renamed = new NewUser("other name", "u7", Role.ADMIN, ALL);
    assertThat(directory.createUser(owner, another, renamed)).isEqualTo(made);
    assertConflict(() -> directory.createUser(owner, another, ute));
    assertThat(watch.roles()).containsExactly(made.id() + " VIEWER", made.id() + " ADMIN");
  }

  @Test
  void changesAUser() {
    UserId user = user(account, Role.VIEWER);
    watch.told();

    AccountUser changed =
        directory.changeUser(
            admin, account, user, new UserChange("uwe", false, UserState.SUSPENDED));
    assertThat(changed.name()).isEqualTo("uwe");
    assertThat(changed.isEnabled()).isFalse();
    assertThat(changed.state()).isEqualTo(UserState.SUSPENDED);
    assertThat(changed.updatedAt()).isNotNull();
    AccountUser kept = directory.changeUser(admin, account, user, new UserChange(null, null, null));
    assertThat(kept.name()).isEqualTo("uwe");
    assertThat(kept.isEnabled()).isFalse();
    assertThat(watch.roles()).isEmpty();
    assertNotFound(
        () -> directory.changeUser(admin, another, user, new UserChange("x", null, null)));
  }

  @Test
  void onlyOperatorsChangeAUserWhoIsNotThisAccountsAlone() {
    UserChange off = new UserChange(null, false, null);
    UserId shared = user(account, Role.VIEWER);
    bind(another, new RoleHolder.OfUser(shared), Role.VIEWER);
    UserId grouped = user(account, Role.VIEWER);
    GroupId group = directory.createGroup(owner, another, "g").id();
    directory.addMember(owner, another, group, grouped);
    NewUser ute = new NewUser("ute", "u7", Role.VIEWER, ALL);
    UserId keystones = directory.createUser(owner, account, ute).id();

    for (UserId user : List.of(shared, grouped, keystones)) {
      assertForbidden(() -> directory.changeUser(owner, account, user, off));
      assertThat(directory.changeUser(Actor.SYSTEM, account, user, off).isEnabled()).isFalse();
    }
  }

  @Test
  void keepsGroups() {
    Group made = directory.createGroup(owner, account, "night shift");
    UserId user = user(another, Role.VIEWER);

    assertThat(directory.findGroup(account, made.id())).hasValue(made);
    assertThat(directory.findGroup(another, made.id())).isEmpty();
    assertThat(directory.listGroups(account)).containsExactly(made);
    assertConflict(() -> directory.createGroup(owner, account, "night shift"));
    directory.createGroup(owner, another, "night shift");
    assertNotFound(() -> directory.createGroup(owner, NO_ACCOUNT, "x"));

    directory.addMember(owner, account, made.id(), user);
    directory.addMember(owner, account, made.id(), user);
    assertThat(directory.listMembers(account, made.id()))
        .extracting(AccountUser::id)
        .containsExactly(user);
    assertThat(directory.isMember(account, made.id(), user)).isTrue();
    assertThat(directory.isMember(another, made.id(), user)).isFalse();
    assertThat(directory.findUser(account, user)).isPresent();
    assertThat(directory.listUsers(account)).extracting(AccountUser::id).containsExactly(user);

    directory.removeMember(owner, account, made.id(), user);
    assertThat(directory.isMember(account, made.id(), user)).isFalse();
    assertNotFound(() -> directory.removeMember(owner, account, made.id(), user));
    assertNotFound(() -> directory.removeMember(owner, account, NO_GROUP, user));
    assertNotFound(() -> directory.addMember(owner, another, made.id(), user));
    assertNotFound(() -> directory.listMembers(another, made.id()));
    assertInvalid(() -> directory.addMember(owner, account, made.id(), NO_USER));
  }

  @Test
  void tellsTheHighestRoleAfterEachChangeOfAGroup() {
    UserId low = user(account, Role.VIEWER);
    UserId high = user(account, Role.OWNER);
    GroupId group = directory.createGroup(owner, account, "g").id();
    directory.addMember(owner, account, group, low);
    watch.told();

    directory.addMember(owner, account, group, high);
    assertThat(watch.roles()).containsExactly(high + " OWNER");
    RoleBinding binding = bind(account, new RoleHolder.OfGroup(group), Role.ADMIN);
    assertThat(watch.roles()).containsExactlyInAnyOrder(low + " ADMIN", high + " OWNER");
    directory.changeRoleBinding(
        owner, account, binding.id(), new RoleBindingChange(Role.MEMBER, null));
    assertThat(watch.roles()).containsExactlyInAnyOrder(low + " MEMBER", high + " OWNER");
    directory.removeMember(owner, account, group, low);
    assertThat(watch.roles()).containsExactly(low + " VIEWER");
    directory.deleteRoleBinding(owner, account, ownBinding(low).id());
    assertThat(watch.roles()).containsExactly(low + " null");
    directory.addMember(owner, account, group, low);
    assertThat(watch.roles()).containsExactly(low + " MEMBER");
    directory.deleteRoleBinding(owner, account, binding.id());
    assertThat(watch.roles()).containsExactlyInAnyOrder(low + " null", high + " OWNER");
  }

  @Test
  void keepsRoleBindings() {
    UserId user = user(another, Role.OWNER);
    GroupId group = directory.createGroup(owner, account, "g").id();
    directory.addMember(owner, account, group, user);
    RoleBinding direct = bind(account, new RoleHolder.OfUser(user), Role.VIEWER);
    RoleBinding through = bind(account, new RoleHolder.OfGroup(group), Role.MEMBER);

    assertThat(directory.findRoleBinding(account, direct.id())).hasValue(direct);
    assertThat(directory.findRoleBinding(another, direct.id())).isEmpty();
    assertThat(directory.listRoleBindings(account)).containsExactlyInAnyOrder(direct, through);
    assertThat(directory.listRoleBindings(account, user))
        .containsExactlyInAnyOrder(direct, through);
    assertConflict(() -> bind(account, direct.holder(), Role.ADMIN));
    assertConflict(() -> bind(account, through.holder(), Role.ADMIN));

    RoleBinding narrowed =
        directory.changeRoleBinding(
            owner, account, direct.id(), new RoleBindingChange(null, List.of("a", "b")));
    assertThat(narrowed.role()).isEqualTo(Role.VIEWER);
    assertThat(narrowed.roleConstraints()).containsExactly("a", "b");
    assertThat(narrowed.updatedAt()).isNotNull();
    RoleBinding raised =
        directory.changeRoleBinding(
            owner, account, direct.id(), new RoleBindingChange(Role.ADMIN, null));
    assertThat(raised.role()).isEqualTo(Role.ADMIN);
    assertThat(raised.roleConstraints()).containsExactly("a", "b");

    directory.deleteRoleBinding(owner, account, direct.id());
    assertThat(directory.listRoleBindings(account)).containsExactly(through);
    assertNotFound(() -> directory.deleteRoleBinding(owner, account, direct.id()));
    assertNotFound(() -> directory.deleteRoleBinding(owner, another, through.id()));
    assertNotFound(() ->
        directory.changeRoleBinding(
            owner, another, through.id(), new RoleBindingChange(Role.ADMIN, null)));
  }

  @Test
  void aRoleIsForSomebodyWhoExists() {
    GroupId elsewhere = directory.createGroup(owner, another, "g").id();

    assertInvalid(() -> bind(account, new RoleHolder.OfUser(NO_USER), Role.VIEWER));
    assertInvalid(() -> bind(account, new RoleHolder.OfGroup(NO_GROUP), Role.VIEWER));
    assertInvalid(() -> bind(account, new RoleHolder.OfGroup(elsewhere), Role.VIEWER));
    UserId user = user(account, Role.VIEWER);
    assertNotFound(() -> bind(NO_ACCOUNT, new RoleHolder.OfUser(user), Role.VIEWER));
  }

  @Test
  void nobodyDecidesOnARoleAboveTheirOwn() {
    UserId boss = user(account, Role.OWNER);
    UserId member = user(account, Role.MEMBER);
    GroupId owners = directory.createGroup(owner, account, "owners").id();
    directory.addMember(owner, account, owners, boss);
    RoleBinding owning = bind(account, new RoleHolder.OfGroup(owners), Role.OWNER);
    GroupId empty = directory.createGroup(owner, account, "empty").id();
    watch.told();

    assertForbidden(
        () -> directory.createUser(admin, account, new NewUser("x", null, Role.OWNER, ALL)));
    assertForbidden(() ->
        directory.createRoleBinding(
            admin, account, new NewRoleBinding(new RoleHolder.OfGroup(empty), Role.OWNER, ALL)));
    RoleBindingChange up = new RoleBindingChange(Role.OWNER, null);
    RoleBindingChange down = new RoleBindingChange(Role.VIEWER, null);
    RoleBindingId members = ownBinding(member).id();
    assertForbidden(() -> directory.changeRoleBinding(admin, account, members, up));
    assertForbidden(() -> directory.changeRoleBinding(admin, account, owning.id(), down));
    assertForbidden(() -> directory.deleteRoleBinding(admin, account, owning.id()));
    assertForbidden(() -> directory.addMember(admin, account, owners, member));
    assertForbidden(() -> directory.removeMember(admin, account, owners, boss));
    assertForbidden(
        () -> directory.changeUser(admin, account, boss, new UserChange(null, false, null)));
    assertForbidden(
        () -> directory.createToken(admin, account, boss, new NewApiToken("x", false, null)));
    assertThat(watch.roles()).isEmpty();
    assertThat(directory.listUsers(account)).hasSize(2);

    directory.changeRoleBinding(admin, account, members, new RoleBindingChange(Role.ADMIN, null));
    directory.addMember(admin, account, empty, member);
    directory.deleteRoleBinding(owner, account, owning.id());
  }

  @Test
  void whatCannotBeToldDoesNotHappen() {
    UserId user = user(account, Role.VIEWER);
    RoleBinding own = ownBinding(user);
    GroupId group = directory.createGroup(owner, account, "g").id();
    watch.failFromNowOn();

    assertFails(() -> user(account, Role.VIEWER));
    assertFails(() -> bind(another, own.holder(), Role.VIEWER));
    assertFails(() -> directory.deleteRoleBinding(owner, account, own.id()));
    assertFails(() ->
        directory.changeRoleBinding(
            owner, account, own.id(), new RoleBindingChange(Role.ADMIN, null)));
    assertFails(() -> directory.addMember(owner, account, group, user));

    assertThat(directory.listUsers(account)).extracting(AccountUser::id).containsExactly(user);
    assertThat(directory.listRoleBindings(account)).containsExactly(own);
    assertThat(directory.listRoleBindings(another)).isEmpty();
    assertThat(directory.listMembers(account, group)).isEmpty();
  }

  @Test
  void whatIsToldLastIsWhatIsCommittedLast() {
    UserId user = user(account, Role.VIEWER);
    RoleBinding own = ownBinding(user);
    GroupId group = directory.createGroup(owner, account, "g").id();
    bind(account, new RoleHolder.OfGroup(group), Role.OWNER);
    List<Role> roles = new ArrayList<>();
    Directory other =
        new Directory(
            test.database(),
            (_, _, _, role) -> {
              // The lock on the user makes one of both wait for the other's end.
              synchronized (roles) {
                roles.add(role);
              }
            },
            new SecureRandom(),
            clock);
    for (int i = 0; i < 20; i++) {
      CompletableFuture<Void> adding =
          CompletableFuture.runAsync(
              () -> other.addMember(owner, account, group, user),
              it -> Thread.startVirtualThread(it));
      Role next = i % 2 == 0 ? Role.MEMBER : Role.VIEWER;
      other.changeRoleBinding(owner, account, own.id(), new RoleBindingChange(next, null));
      adding.join();
      assertThat(roles.getLast()).isEqualTo(Role.OWNER);
      other.removeMember(owner, account, group, user);
      assertThat(roles.getLast()).isEqualTo(next);
    }
  }

  @Test
  void keepsTokens() {
    UserId user = user(account, Role.VIEWER);
    IssuedApiToken made =
        directory.createToken(
            admin,
            account,
            user,
            new NewApiToken("laptop", true, SteppingClock.START.plusSeconds(1)));
    ApiToken token = made.token();

    assertThat(made.secret().value()).matches("tocsin_[A-Za-z0-9_-]{43}");
    assertThat(made.toString()).doesNotContain(made.secret().value());
    assertThat(token.name()).isEqualTo("laptop");
    assertThat(token.isForPublishing()).isTrue();
    assertThat(token.account()).isEqualTo(account);
    assertThat(token.user()).isEqualTo(user);
    assertThat(token.createdBy()).isEqualTo(NO_USER);
    assertThat(token.expiresAt()).isEqualTo(SteppingClock.START.plusSeconds(1));
    assertThat(token.lastUsedAt()).isNull();
    assertThat(directory.findToken(account, user, token.id())).hasValue(token);
    assertThat(directory.findToken(another, user, token.id())).isEmpty();
    assertThat(directory.findToken(account, NO_USER, token.id())).isEmpty();
    assertThat(directory.listTokens(account, user)).containsExactly(token);
    assertThat(directory.listTokens(another, user)).isEmpty();

    assertThat(directory.renameToken(account, user, token.id(), "desk").name()).isEqualTo("desk");
    assertNotFound(() -> directory.renameToken(another, user, token.id(), "x"));
    assertNotFound(() -> directory.deleteToken(another, user, token.id()));
    assertNotFound(() -> directory.deleteToken(account, NO_USER, token.id()));
    directory.deleteToken(account, user, token.id());
    assertNotFound(() -> directory.deleteToken(account, user, token.id()));
    assertThat(directory.listTokens(account, user)).isEmpty();
  }

  @Test
  void noSecretIsMadeTwiceOrStored() {
    UserId user = user(account, Role.VIEWER);
    NewApiToken wanted = new NewApiToken("x", false, null);
    Secret first = directory.createToken(admin, account, user, wanted).secret();
    Secret second = directory.createToken(admin, account, user, wanted).secret();

    assertThat(first).isNotEqualTo(second);
    List<String> rows =
        test.database()
            .read(handle ->
                handle.createQuery("select t::text from api_token t").mapTo(String.class).list());
    assertThat(rows)
        .hasSize(2)
        .noneMatch(row -> row.contains(first.value()) || row.contains(second.value()));
  }

  @Test
  void aTokenIsOfAUserOfTheAccountAndLivesForAWhile() {
    UserId user = user(account, Role.VIEWER);
    NewApiToken token = new NewApiToken("x", false, null);

    assertNotFound(() -> directory.createToken(owner, another, user, token));
    assertNotFound(() -> directory.createToken(owner, account, NO_USER, token));
    assertNotFound(() -> directory.createToken(owner, NO_ACCOUNT, user, token));
    assertInvalid(() ->
        directory.createToken(
            owner, account, user, new NewApiToken("x", false, SteppingClock.START)));
  }

  @Test
  void theOperatorsTokenIsKeptWhileItIsGood() {
    Secret first = directory.operatorToken(null);
    assertThat(watch.roles()).hasSize(1).first().asString().endsWith(" OWNER");

    assertThat(directory.operatorToken(first)).isEqualTo(first);
    assertThat(watch.roles()).isEmpty();
    assertThat(directory.listUsers(AccountId.OPERATORS)).hasSize(1);
    UserId operator = directory.listUsers(AccountId.OPERATORS).getFirst().id();
    assertThat(directory.listTokens(AccountId.OPERATORS, operator)).hasSize(1);

    clock.advance(Duration.ofDays(10_000));
    assertThat(directory.operatorToken(first)).isEqualTo(first);
    ApiTokenId id = directory.listTokens(AccountId.OPERATORS, operator).getFirst().id();
    directory.deleteToken(AccountId.OPERATORS, operator, id);
    assertThat(directory.operatorToken(first)).isNotEqualTo(first);
  }

  @Test
  void anotherTokenThanTheOperatorsIsReplaced() {
    directory.operatorToken(null);
    UserId operator = directory.listUsers(AccountId.OPERATORS).getFirst().id();
    UserId somebody = user(AccountId.OPERATORS, Role.OWNER);
    bind(account, new RoleHolder.OfUser(operator), Role.OWNER);
    NewApiToken good = new NewApiToken("x", false, null);
    NewApiToken publishing = new NewApiToken("x", true, null);
    NewApiToken brief = new NewApiToken("x", false, SteppingClock.START.plusSeconds(1));

    List<Secret> wrong = new ArrayList<>(List.of(new Secret(""), new Secret("tocsin_")));
    wrong.add(directory.createToken(Actor.SYSTEM, AccountId.OPERATORS, somebody, good).secret());
    wrong.add(directory.createToken(Actor.SYSTEM, account, operator, good).secret());
    wrong.add(
        directory.createToken(Actor.SYSTEM, AccountId.OPERATORS, operator, publishing).secret());
    wrong.add(directory.createToken(Actor.SYSTEM, AccountId.OPERATORS, operator, brief).secret());
    clock.advance(Duration.ofSeconds(1));

    for (Secret secret : wrong) {
      assertThat(directory.operatorToken(secret)).isNotEqualTo(secret);
    }
    Secret own = directory.createToken(Actor.SYSTEM, AccountId.OPERATORS, operator, good).secret();
    assertThat(directory.operatorToken(own)).isEqualTo(own);
  }

  @Test
  void theNextStartMendsTheOperator() {
    Secret secret = directory.operatorToken(null);
    UserId operator = directory.listUsers(AccountId.OPERATORS).getFirst().id();
    RoleBindingId binding =
        directory.listRoleBindings(AccountId.OPERATORS, operator).getFirst().id();
    UserChange off = new UserChange(null, false, UserState.SUSPENDED);
    directory.changeUser(Actor.SYSTEM, AccountId.OPERATORS, operator, off);
    directory.changeRoleBinding(
        Actor.SYSTEM, AccountId.OPERATORS, binding, new RoleBindingChange(Role.VIEWER, List.of()));
    watch.told();

    assertThat(directory.operatorToken(secret)).isEqualTo(secret);
    assertThat(watch.roles()).containsExactly(operator + " OWNER");
    Bearers bearers = new Bearers(test.database(), null, Policy.defaults(), RoleWatch.NONE, clock);
    assertThat(bearers.identify("Bearer " + secret.value(), "GET", "/"))
        .isInstanceOfSatisfying(
            Bearer.Known.class, it -> assertThat(bearers.isOperator(it.principal())).isTrue());

    directory.deleteRoleBinding(Actor.SYSTEM, AccountId.OPERATORS, binding);
    directory.operatorToken(secret);
    assertThat(directory.listRoleBindings(AccountId.OPERATORS, operator))
        .singleElement()
        .extracting(RoleBinding::role)
        .isEqualTo(Role.OWNER);
  }

  @Test
  void theOperatorsAccountStaysOn() {
    directory.operatorToken(null);

    assertConflict(
        () -> directory.changeAccount(AccountId.OPERATORS, new AccountChange(null, false)));
    assertThat(directory.changeAccount(AccountId.OPERATORS, new AccountChange("ops", true)).name())
        .isEqualTo("ops");
  }

  @Test
  void twoNodesMayStartAtOnce() {
    List<CompletableFuture<Secret>> starts = new ArrayList<>();
    Directory quiet = new Directory(test.database(), RoleWatch.NONE, new SecureRandom(), clock);
    for (int i = 0; i < 4; i++) {
      starts.add(
          CompletableFuture.supplyAsync(
              () -> quiet.operatorToken(null), it -> Thread.startVirtualThread(it)));
    }

    assertThat(starts.stream().map(CompletableFuture::join).distinct()).hasSize(4);
    assertThat(directory.listRoleBindings(AccountId.OPERATORS)).hasSize(1);
  }

  @Test
  void listsAreBounded() {
    test.database()
        .read(handle ->
            handle.execute(
                """
                insert into account (id, name, created_by)
                select gen_random_uuid(), 'account ' || n, gen_random_uuid()
                  from generate_series(1, ?) n
                """,
                Directory.LIST_LIMIT));

    assertThat(directory.listAccounts()).hasSize(Directory.LIST_LIMIT);
  }

  private UserId user(AccountId in, Role role) {
    return directory.createUser(Actor.SYSTEM, in, new NewUser("ute", null, role, ALL)).id();
  }

  private RoleBinding bind(AccountId in, RoleHolder holder, Role role) {
    return directory.createRoleBinding(Actor.SYSTEM, in, new NewRoleBinding(holder, role, ALL));
  }

  private RoleBinding ownBinding(UserId user) {
    RoleHolder holder = new RoleHolder.OfUser(user);
    return directory.listRoleBindings(account, user).stream()
        .filter(it -> it.holder().equals(holder))
        .findFirst()
        .orElseThrow();
  }

  private static void assertFails(ThrowingCallable call) {
    assertThatThrownBy(call).isInstanceOf(IllegalStateException.class).hasMessage("told to fail");
  }

  private static void assertNotFound(ThrowingCallable call) {
    assertRefused(call, DirectoryRefusal.NotFound.class);
  }

  private static void assertConflict(ThrowingCallable call) {
    assertRefused(call, DirectoryRefusal.Conflict.class);
  }

  private static void assertInvalid(ThrowingCallable call) {
    assertRefused(call, DirectoryRefusal.Invalid.class);
  }

  private static void assertForbidden(ThrowingCallable call) {
    assertRefused(call, DirectoryRefusal.Forbidden.class);
  }

  private static void assertRefused(
      ThrowingCallable call, Class<? extends DirectoryRefusal> refusal) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            DirectoryRefusedException.class,
            it -> {
              assertThat(it.refusal()).isInstanceOf(refusal);
              assertThat(it.refusal().outside()).isNotBlank();
            });
  }
}
