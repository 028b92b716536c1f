package io.tocsin.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.zaxxer.hikari.HikariDataSource;
import io.tocsin.openstack.Keystone;
import io.tocsin.openstack.ScriptedServer;
import io.tocsin.openstack.SteppingClock;
import io.tocsin.store.CommitObserver;
import io.tocsin.store.Database;
import io.tocsin.store.Databases;
import io.tocsin.store.StoreUnavailableException;
import io.tocsin.store.TestDatabase;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BearersTest {
  private static final Bearer MISSING = new Bearer.Missing();
  private static final Bearer INVALID = new Bearer.Invalid();
  private static final Bearer DISABLED = new Bearer.Disabled();
  private static final UUID NAMESPACE = UUID.fromString("919108f7-52d1-4320-9bac-f847db4148a8");
  private static final UUID OTHER = UUID.fromString("2ed6657d-e927-568b-95e1-2665a8aea6a2");

  private final SteppingClock clock = new SteppingClock();
  private final TestDatabase test = TestDatabase.create();
  private final RecordingWatch watch = new RecordingWatch();
  private final Directory directory =
      new Directory(test.database(), RoleWatch.NONE, new SecureRandom(), clock);
  private final Bearers bearers = bearers(null);
  private final AccountId account = directory.createAccount(Actor.SYSTEM, "one").id();
  private final AccountId another = directory.createAccount(Actor.SYSTEM, "two").id();
  private final UserId user = user(account, Role.MEMBER, "*");

  @TempDir private Path files;

  @AfterEach
  void close() {
    test.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "Bearer", "Bearer ", "Bearer \t ", "Basic dTpw", "BearerX y"})
  void hasNothingToJudge(String header) {
    assertThat(identify(header)).isEqualTo(MISSING);
    assertThat(bearers.identify(null, "GET", "/accounts")).isEqualTo(MISSING);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "abc",
        "tocsin_",
        "tocsin_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
        "tocsin_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
        "tocsin_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
        "tocsin_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA/A",
        "tocsin_\u0000",
        "two words"
      })
  void doesNotKnow(String token) {
    assertThat(identify("Bearer " + token)).isEqualTo(INVALID);
  }

  @ParameterizedTest
  @ValueSource(strings = {"Bearer ", "bearer ", "BEARER   ", "  Bearer\t"})
  void knowsWhoseTokenItIs(String scheme) {
    String secret = issue(account, user, null).secret().value();

    assertThat(identify(scheme + secret + " "))
        .isEqualTo(new Bearer.Known(new Principal(user, "ute", new Grant.OfToken(account, false))));
  }

  @Test
  void saysWhatATokenIsFor() {
    NewApiToken wanted = new NewApiToken("monitor", true, null);
    IssuedApiToken token = directory.createToken(Actor.SYSTEM, account, user, wanted);

    assertThat(known(token).grant()).isEqualTo(new Grant.OfToken(account, true));
  }

  @Test
  void aTokenIsGoodUntilItsTime() {
    IssuedApiToken token = issue(account, user, SteppingClock.START.plusSeconds(60));

    clock.advance(Duration.ofSeconds(60).minusNanos(1));
    assertThat(show(token)).isInstanceOf(Bearer.Known.class);
    clock.advance(Duration.ofNanos(1));
    assertThat(show(token)).isEqualTo(INVALID);
    clock.advance(Duration.ofNanos(1));
    assertThat(show(token)).isEqualTo(INVALID);
  }

  @Test
  void aDeletedTokenIsGoodNoMore() {
    IssuedApiToken token = issue(account, user, null);
    assertThat(show(token)).isInstanceOf(Bearer.Known.class);

    directory.deleteToken(account, user, token.token().id());

    assertThat(show(token)).isEqualTo(INVALID);
  }

  @Test
  void aUserWhoIsOffIsKnownToBe() {
    IssuedApiToken token = issue(account, user, null);

    change(new UserChange(null, false, null));
    assertThat(show(token)).isEqualTo(DISABLED);
    change(new UserChange(null, true, UserState.SUSPENDED));
    assertThat(show(token)).isEqualTo(DISABLED);
    change(new UserChange(null, null, UserState.PENDING));
    assertThat(show(token)).isEqualTo(DISABLED);
    change(new UserChange(null, null, UserState.ACTIVE));
    assertThat(show(token)).isInstanceOf(Bearer.Known.class);
  }

  @Test
  void notesTheUseOfATokenOncePerMinute() {
    IssuedApiToken token = issue(account, user, null);
    assertThat(lastUse(token)).isNull();

    show(token);
    clock.advance(Duration.ofMillis(59_999));
    show(token);
    assertThat(lastUse(token)).isEqualTo(SteppingClock.START);

    clock.advance(Duration.ofMillis(1));
    show(token);
    assertThat(lastUse(token)).isEqualTo(SteppingClock.START.plusSeconds(60));
  }

  @Test
  void aTokenWhoseUseCannotBeNotedIsGoodAllTheSame() {
    IssuedApiToken token = issue(account, user, null);
    test.database()
        .read(handle ->
            handle.execute(
                "alter table api_token add constraint unused check (last_used_at is null)"));

    assertThat(show(token)).isInstanceOf(Bearer.Known.class);
    assertThat(lastUse(token)).isNull();
  }

  @Test
  void aTokenOfOneAccountIsNothingInAnother() {
    bind(another, new RoleHolder.OfUser(user), Role.OWNER, "*");
    Principal principal = known(issue(account, user, null));

    assertThat(bearers.membership(principal, account)).hasValue(everything(Role.MEMBER));
    assertThat(bearers.membership(principal, another)).isEmpty();
    assertThat(bearers.membership(principal, AccountId.OPERATORS)).isEmpty();
    assertThat(bearers.isOperator(principal)).isFalse();
  }

  @Test
  void nobodyIsAnythingInAnAccountThatIsOff() {
    Principal principal = known(issue(account, user, null));

    directory.changeAccount(account, new AccountChange(null, false));
    assertThat(bearers.membership(principal, account)).isEmpty();
    directory.changeAccount(account, new AccountChange(null, true));
    assertThat(bearers.membership(principal, account)).isPresent();
  }

  @Test
  void aRoleThatIsTakenAwayIsGoneAtOnce() {
    Principal principal = known(issue(account, user, null));
    RoleBinding own = directory.listRoleBindings(account, user).getFirst();

    directory.deleteRoleBinding(Actor.SYSTEM, account, own.id());

    assertThat(bearers.membership(principal, account)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          *                                                                     | all
          *;namespaces:*                                                        | all
          namespaces:id="919108f7-52d1-4320-9bac-f847db4148a8"                  | none
          @namespaces:id=~919108f7-52d1-4320-9bac-f847db4148a8~                 | none
          namespaces:id=~919108f7-52d1-4320-9bac-f847db4148a8~                  | one
          namespaces:id=~919108f7-52d1-4320-9bac-f847db4148a8~.*                | one
          namespaces:id=~919108F7-52d1-4320-9bac-f847db4148a8~                  | none
          namespaces:id=~919108f7-52d1-4320-9bac-f847db4148a8~.x                | none
          namespaces:*                                                          | none
          namespaces:*.*                                                        | none
          namespaces:kubernetesLabels=~a~                                       | none
          """)
  void readsConstraints(String constraints, String scope) {
    UserId narrowed = user(account, Role.VIEWER, constraints.replace('~', '\'').split(";"));

    ResourceScope expected =
        switch (scope) {
          case "all" -> ResourceScope.EVERYTHING;
          case "one" -> new ResourceScope.Namespaces(Set.of(NAMESPACE));
          default -> new ResourceScope.Namespaces(Set.of());
        };
    assertThat(bearers.membership(known(issue(account, narrowed, null)), account))
        .hasValue(new Membership(Role.VIEWER, expected));
  }

  @Test
  void withoutConstraintsNothingIsGranted() {
    UserId narrowed = user(account, Role.VIEWER);

    assertThat(bearers.membership(known(issue(account, narrowed, null)), account))
        .hasValue(new Membership(Role.VIEWER, new ResourceScope.Namespaces(Set.of())));
  }

  @Test
  void theHighestRoleCountsAndWhatAllThatGiveItLeaveTogether() {
    UserId narrowed = user(account, Role.MEMBER, "namespaces:id='" + NAMESPACE + "'");
    group(narrowed, "viewers", Role.VIEWER, "*");
    Principal principal = known(issue(account, narrowed, null));
    assertThat(bearers.membership(principal, account))
        .hasValue(new Membership(Role.MEMBER, new ResourceScope.Namespaces(Set.of(NAMESPACE))));

    group(narrowed, "members", Role.MEMBER, "namespaces:id='" + OTHER + "'.*");
    assertThat(bearers.membership(principal, account))
        .hasValue(
            new Membership(Role.MEMBER, new ResourceScope.Namespaces(Set.of(NAMESPACE, OTHER))));

    group(narrowed, "all members", Role.MEMBER, "*");
    assertThat(bearers.membership(principal, account)).hasValue(everything(Role.MEMBER));

    GroupId admins = group(narrowed, "admins", Role.ADMIN, "*");
    assertThat(bearers.membership(principal, account)).hasValue(everything(Role.ADMIN));
    directory.removeMember(Actor.SYSTEM, account, admins, narrowed);
    assertThat(bearers.membership(principal, account)).hasValue(everything(Role.MEMBER));
  }

  @Test
  void anAdminOfTheOperatorsAccountIsAnOperator() {
    directory.operatorToken(null);
    for (Role role : Role.values()) {
      UserId operator = user(AccountId.OPERATORS, role, "*");
      assertThat(bearers.isOperator(known(issue(AccountId.OPERATORS, operator, null))))
          .as(role.wire())
          .isEqualTo(role.includes(Role.ADMIN));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "reader, VIEWER",
    "Reader, VIEWER",
    "member, MEMBER",
    "_member_, MEMBER",
    "manager, ADMIN",
    "admin, OWNER",
    "service,",
    "member reader, MEMBER",
    "reader manager member, ADMIN",
    "reader service, VIEWER"
  })
  void keystonesRolesStandForOurs(String roles, @Nullable Role role) {
    Bearers asking = bearers(_ -> known(Callers.inProject("aa", roles.split(" "))));
    Principal principal = principal(asking, "gAAAA");

    assertThat(principal.user()).isEqualTo(UserId.ofKeystone("u1"));
    assertThat(principal.name()).isEqualTo("ute");
    AccountId project = AccountId.ofProject("aa");
    assertThat(principal.grant())
        .isEqualTo(new Grant.OfKeystone(project, role, roles.equals("admin")));
    assertThat(asking.membership(principal, project))
        .isEqualTo(Optional.ofNullable(role).map(BearersTest::everything));
    assertThat(asking.membership(principal, another)).isEmpty();
  }

  @Test
  void aTokenOfNoProjectHasNoAccount() {
    Bearers asking = bearers(_ -> known(Callers.of(new Scope.Everything(), "reader", "admin")));
    Principal principal = principal(asking, "gAAAA");

    assertThat(principal.grant()).isEqualTo(new Grant.OfKeystone(null, null, true));
    assertThat(asking.membership(principal, account)).isEmpty();
  }

  @Test
  void thePolicySaysWhoAnOperatorIs() throws Exception {
    Path file = files.resolve("policy.yaml");
    Policy policy = Policy.read(Files.writeString(file, "tocsin:operators: role:watch\n"));
    Bearers asking =
        new Bearers(
            test.database(),
            it -> known(Callers.inProject("aa", "" + it.token())),
            policy,
            watch,
            clock);

    Principal operator = principal(asking, "watch");
    assertThat(asking.isOperator(operator)).isTrue();
    assertThat(asking.membership(operator, AccountId.OPERATORS)).hasValue(everything(Role.OWNER));
    Principal admin = principal(asking, "admin");
    assertThat(asking.isOperator(admin)).isFalse();
    assertThat(asking.membership(admin, AccountId.OPERATORS)).isEmpty();

    Files.writeString(file, "tocsin:operator: role:watch\n");
    assertThatThrownBy(() -> Policy.read(file)).hasMessageContaining("'tocsin:operators'");
  }

  @Test
  void keystonesUsersMayHaveRolesByBindingAndBeOff() {
    Bearers asking = bearers(_ -> known(Callers.inProject("aa", "reader")));
    NewUser ute = new NewUser("Ute", "u1", Role.ADMIN, List.of("*"));
    directory.createUser(Actor.SYSTEM, account, ute);
    Principal principal = principal(asking, "gAAAA");
    assertThat(asking.membership(principal, account)).hasValue(everything(Role.ADMIN));

    directory.createProjectAccount(Actor.SYSTEM, "aa", "project");
    AccountId project = AccountId.ofProject("aa");
    assertThat(asking.membership(principal, project)).hasValue(everything(Role.VIEWER));
    directory.changeAccount(project, new AccountChange(null, false));
    assertThat(asking.membership(principal, project)).isEmpty();

    directory.changeUser(
        Actor.SYSTEM, account, principal.user(), new UserChange(null, null, UserState.SUSPENDED));
    assertThat(asking.identify("Bearer gAAAA", "GET", "/")).isEqualTo(DISABLED);
  }

  @Test
  void tellsOfARoleThatNobodyWroteDown() {
    Bearers asking = bearers(it -> known(Callers.inProject("aa", "" + it.token())));
    Principal member = principal(asking, "member");
    Principal admin = principal(asking, "admin");
    Principal nobody = principal(asking, "service");
    AccountId project = AccountId.ofProject("aa");

    asking.membership(nobody, project);
    assertThat(watch.roles()).isEmpty();
    asking.membership(member, project);
    asking.membership(member, project);
    assertThat(watch.told())
        .containsExactly(new RecordingWatch.Told(project, member.user(), Role.MEMBER, 0));

    asking.membership(admin, project);
    asking.membership(member, project);
    asking.membership(admin, project);
    assertThat(watch.roles()).containsExactly(member.user() + " OWNER");

    clock.advance(Bearers.TELL_AGAIN);
    asking.membership(member, project);
    assertThat(watch.roles()).containsExactly(member.user() + " MEMBER");
    bearers.membership(known(issue(account, user, null)), account);
    assertThat(watch.roles()).isEmpty();
  }

  @Test
  void asksKeystoneAboutEverythingThatIsNotOurs() {
    Instant expiresAt = SteppingClock.START.plusSeconds(600);
    try (TokenDesk desk = new TokenDesk();
        Keystone session =
            new Keystone(desk.keystone().settings(Duration.ofSeconds(20)), new Random(7), clock);
        KeystoneAuthenticator authenticator =
            new KeystoneAuthenticator(
                session,
                new AuthSettings(Duration.ZERO, 10, Duration.ZERO, URI.create("http://k/v3")),
                clock)) {
      Bearers asking = bearers(authenticator);
      desk.knows("good", TokenDesk.properties(expiresAt, "manager"));
      desk.knows(
          "narrow",
          TokenDesk.properties(expiresAt, "manager")
              + """
              , "application_credential": {"access_rules": [
                {"service": "instance-ha", "method": "GET", "path": "/accounts/**"}]}
              """);

      assertThat(asking.identify("Bearer unknown", "GET", "/accounts")).isEqualTo(INVALID);
      assertThat(asking.identify("Bearer good", "DELETE", "/accounts"))
          .isEqualTo(
              new Bearer.Known(
                  new Principal(
                      UserId.ofKeystone("u7"),
                      "ute",
                      new Grant.OfKeystone(AccountId.ofProject("aa"), Role.ADMIN, false))));
      assertThat(asking.identify("Bearer narrow", "GET", "/accounts/x"))
          .isInstanceOf(Bearer.Known.class);
      assertThat(asking.identify("Bearer narrow", "DELETE", "/accounts/x")).isEqualTo(INVALID);
      String ours = issue(account, user, null).secret().value();
      assertThat(asking.identify("Bearer " + ours, "GET", "/")).isInstanceOf(Bearer.Known.class);
      assertThat(desk.questions(ours)).isZero();

      desk.answers("away", () -> ScriptedServer.json(503, "{}"));
      assertThat(asking.identify("Bearer away", "GET", "/")).isEqualTo(new Bearer.Unavailable());
    }
  }

  @Test
  void withoutKeystoneItsTokensAreGoodForNothing() {
    assertThat(identify("Bearer gAAAAAB")).isEqualTo(INVALID);
  }

  @Test
  void saysThatTheDatabaseIsAway() throws SQLException {
    String secret = issue(account, user, null).secret().value();
    try (HikariDataSource narrow =
            Databases.connect(
                test.settings()
                    .withPoolSize(1)
                    .withTimeouts(Duration.ofMillis(300), Duration.ofSeconds(5)));
        Connection taken = narrow.getConnection()) {
      Database database = new Database(narrow, CommitObserver.NONE);
      Bearers cutOff = new Bearers(database, null, Policy.defaults(), watch, clock);

      assertThat(taken.isValid(1)).isTrue();
      assertThatThrownBy(() -> cutOff.identify("Bearer " + secret, "GET", "/"))
          .isInstanceOf(StoreUnavailableException.class);
    }
  }

  private Bearers bearers(@Nullable Authenticator keystone) {
    return new Bearers(test.database(), keystone, Policy.defaults(), watch, clock);
  }

  private static Identification known(Caller caller) {
    return new Identification.Known(caller);
  }

  private static Membership everything(Role role) {
    return new Membership(role, ResourceScope.EVERYTHING);
  }

  private UserId user(AccountId in, Role role, String... constraints) {
    NewUser ute = new NewUser("ute", null, role, List.of(constraints));
    return directory.createUser(Actor.SYSTEM, in, ute).id();
  }

  private GroupId group(UserId member, String name, Role role, String... constraints) {
    GroupId group = directory.createGroup(Actor.SYSTEM, account, name).id();
    bind(account, new RoleHolder.OfGroup(group), role, constraints);
    directory.addMember(Actor.SYSTEM, account, group, member);
    return group;
  }

  private void bind(AccountId in, RoleHolder holder, Role role, String... constraints) {
    NewRoleBinding binding = new NewRoleBinding(holder, role, List.of(constraints));
    directory.createRoleBinding(Actor.SYSTEM, in, binding);
  }

  private void change(UserChange change) {
    directory.changeUser(Actor.SYSTEM, account, user, change);
  }

  private IssuedApiToken issue(AccountId in, UserId of, @Nullable Instant expiresAt) {
    return directory.createToken(Actor.SYSTEM, in, of, new NewApiToken("token", false, expiresAt));
  }

  private @Nullable Instant lastUse(IssuedApiToken token) {
    return directory.findToken(account, user, token.token().id()).orElseThrow().lastUsedAt();
  }

  private Bearer identify(String header) {
    return bearers.identify(header, "GET", "/accounts");
  }

  private Bearer show(IssuedApiToken token) {
    return identify("Bearer " + token.secret().value());
  }

  private Principal known(IssuedApiToken token) {
    return principal(bearers, token.secret().value());
  }

  private static Principal principal(Bearers asked, String token) {
    Bearer bearer = asked.identify("Bearer " + token, "GET", "/accounts");
    assertThat(bearer).isInstanceOf(Bearer.Known.class);
    return ((Bearer.Known) bearer).principal();
  }
}
