package io.tocsin.accounts;

import static org.assertj.core.api.Assertions.assertThat;

import io.tocsin.accounts.AccountClient.Answer;
import io.tocsin.accounts.TestAccounts.Member;
import io.tocsin.feed.Contents;
import io.tocsin.identity.AccountId;
import io.tocsin.identity.Role;
import io.tocsin.identity.UserId;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Who may do what to whom through the API, whatever the way. */
class DirectoryRightsTest {
  private static final Member NOBODY =
      new Member(AccountId.OPERATORS, UserId.SYSTEM, Role.VIEWER, "");

  private static TestAccounts accounts;
  private static AccountClient client;
  private static Member greta;

  private Member olga = NOBODY;
  private Member rosa = NOBODY;
  private Member otto = NOBODY;

  @BeforeAll
  static void startServer() {
    accounts = TestAccounts.start();
    client = accounts.client();
    greta = accounts.operator(Role.OWNER);
  }

  @AfterAll
  static void stopServer() {
    accounts.close();
  }

  @BeforeEach
  void makeAnAccount() {
    AccountId account = accounts.account("harbour");
    olga = accounts.member(account, Role.OWNER);
    rosa = accounts.member(account, Role.ADMIN);
    otto = accounts.member(account, Role.VIEWER);
  }

  @Test
  void noAdminComesByTheRoleOfAnOwner() {
    String forRosa = "\"principalType\":\"user\",\"userID\":\"%s\"".formatted(rosa.user());

    refuses(create(rosa, "users", "user", "\"name\":\"x\",\"role\":\"owner\""));
    refuses(create(rosa, "roleBindings", "roleBinding", forRosa + ",\"role\":\"owner\""));
    refuses(change(rosa, binding(rosa), "roleBinding", "\"role\":\"owner\""));
    String owners = create(olga, "groups", "group", "\"name\":\"owners\"").text("id");
    assertThat(
            create(
                    olga,
                    "roleBindings",
                    "roleBinding",
                    "\"principalType\":\"group\",\"groupID\":\"%s\",\"role\":\"owner\""
                        .formatted(owners))
                .status())
        .isEqualTo(201);
    refuses(
        create(
            rosa, "groups/" + owners + "/users", "user", "\"id\":\"%s\"".formatted(rosa.user())));
  }

  @Test
  void noAdminTouchesAnOwner() {
    refuses(change(rosa, olga.core("users/" + olga.user()), "user", "\"isEnabled\":\"false\""));
    refuses(change(rosa, binding(olga), "roleBinding", "\"role\":\"viewer\""));
    refuses(client.delete(rosa, binding(olga)));
    String tokens = "users/%s/tokens".formatted(olga.user());
    refuses(create(rosa, tokens, "token", "\"name\":\"stolen\""));
    String token = client.get(rosa, rosa.core(tokens)).each("id").getFirst();
    refuses(client.delete(rosa, rosa.core(tokens + "/" + token)));
    refuses(change(rosa, "/accounts/" + rosa.account(), "account", "\"isEnabled\":\"false\""));

    assertThat(client.get(olga, olga.core("events")).status()).isEqualTo(200);
  }

  @Test
  void anAdminOfTheOperatorsIsNoOwnerOfTheirAccount() {
    Member gus = accounts.operator(Role.ADMIN);

    refuses(change(gus, binding(gus), "roleBinding", "\"role\":\"owner\""));
    refuses(client.delete(gus, binding(greta)));
    refuses(create(gus, "users/%s/tokens".formatted(greta.user()), "token", "\"name\":\"stolen\""));
    assertThat(change(gus, binding(otto), "roleBinding", "\"role\":\"owner\"").status())
        .isEqualTo(204);
  }

  @Test
  void operatorsLookAfterEveryAccountButItsEvents() {
    accounts.publish(olga.account(), Contents.of("one"));

    assertThat(client.get(greta, olga.core("users")).each("name")).contains("owner", "admin");
    for (String path :
        List.of("events", "notifications", "users/" + greta.user() + "/unreadNotifications")) {
      refuses(client.get(greta, olga.core(path)));
    }
    refuses(client.post(greta, olga.core("events"), "{}"));
  }

  @Test
  void aTokenIsOfItsUserOrMadeByAnAdminAndShownOnce() {
    String own = "users/%s/tokens".formatted(otto.user());
    Answer made = create(otto, own, "token", "\"name\":\"laptop\"");
    assertThat(made.status()).isEqualTo(201);
    String secret = made.text("token");

    assertThat(secret).startsWith("tocsin_");
    assertThat(client.get(otto, otto.core(own)).body()).doesNotContain(secret, "\"token\":");
    assertThat(client.get(otto, otto.core(own + "/" + made.text("id"))).body())
        .doesNotContain(secret, "\"token\":");
    String others = "users/%s/tokens".formatted(rosa.user());
    refuses(client.get(otto, otto.core(others)));
    refuses(create(otto, others, "token", "\"name\":\"stolen\""));
    assertThat(create(rosa, own, "token", "\"name\":\"desk\"").status()).isEqualTo(201);
  }

  @Test
  void onlyAdminsMakeTokensForPublishing() {
    String body = "\"name\":\"watch\",\"isForPublishing\":\"true\"";
    Member member = accounts.member(otto.account(), Role.MEMBER);

    refuses(create(member, "users/%s/tokens".formatted(member.user()), "token", body));
    refuses(create(otto, "users/%s/tokens".formatted(otto.user()), "token", body));
    assertThat(create(rosa, "users/%s/tokens".formatted(otto.user()), "token", body).status())
        .isEqualTo(201);
  }

  @ParameterizedTest
  @CsvSource({
    "GET,/accounts",
    "POST,/accounts",
    "GET,/accounts/A",
    "PUT,/accounts/A",
    "GET,/accounts/A/topology/v1/clouds",
    "GET,/accounts/A/core/v1/users",
    "POST,/accounts/A/core/v1/groups",
    "GET,/accounts/A/core/v1/roleBindings",
    "GET,/accounts/A/core/v1/users/U/tokens",
    "POST,/accounts/A/core/v1/users/U/tokens"
  })
  void aTokenForPublishingOpensNothingElse(String method, String path) {
    Member robot =
        new Member(
            olga.account(),
            olga.user(),
            olga.role(),
            accounts.token(olga.account(), olga.user(), true));
    String filled =
        path.replace("/A", "/" + robot.account()).replace("/U/", "/" + robot.user() + "/");

    refuses(client.send(method, robot.token(), filled, "{}", "Content-Type", "application/json"));
  }

  @Test
  void aTokenWorksAsLongAsItsUserHasARoleAndIsOn() {
    String events = otto.core("events");
    String user = otto.core("users/" + otto.user());
    assertThat(client.get(otto, events).status()).isEqualTo(200);

    change(rosa, user, "user", "\"isEnabled\":\"false\"");
    assertThat(client.get(otto, events).problem()).isEqualTo(14);
    change(rosa, user, "user", "\"isEnabled\":\"true\",\"state\":\"suspended\"");
    assertThat(client.get(otto, events).problem()).isEqualTo(14);
    change(rosa, user, "user", "\"state\":\"active\"");
    assertThat(client.get(otto, events).status()).isEqualTo(200);
    assertThat(client.delete(rosa, binding(otto)).status()).isEqualTo(204);
    refuses(client.get(otto, events));
  }

  @Test
  void anOwnerSwitchesTheAccountOff() {
    assertThat(
            change(olga, "/accounts/" + olga.account(), "account", "\"isEnabled\":\"false\"")
                .status())
        .isEqualTo(204);
    refuses(client.get(olga, olga.core("events")));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "users|user|\"name\":5|8",
        "users|user|\"name\":\"\"|8",
        "users|user|\"name\":\" \"|9",
        "users|user|\"name\":\"x\",\"role\":\"king\"|8",
        "users|user|\"name\":\"x\",\"keystoneID\":null|8",
        "users|user|\"name\":\"x\",\"metadata\":{\"labels\":5}|8",
        "users|user|\"name\":\"x\",\"roleConstraints\":[\"*\",\"*\"]|8",
        "groups|group|\"name\":\"x\\ty\"|9",
        "roleBindings|roleBinding|\"principalType\":\"user\",\"role\":\"viewer\"|8",
        "roleBindings|roleBinding|\"principalType\":\"group\",\"groupID\":\"00000000-0000-0000-0000-000000000000\",\"role\":\"viewer\"|9",
        "users/U/tokens|token|\"name\":\"x\",\"expiryTimestamp\":\"2031-02-31T00:00:00Z\"|9",
        "users/U/tokens|token|\"name\":\"x\",\"expiryTimestamp\":\"0000-01-01T00:00:00Z\"|9",
        "users/U/tokens|token|\"name\":\"x\",\"token\":\"mine\"|8"
      })
  void whatMakesNoSenseIsTheCallersFault(String path, String type, String members, int problem) {
    Answer answer = create(olga, path.replace("U", olga.user().toString()), type, members);

    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.problem()).isEqualTo(problem);
  }

  @ParameterizedTest
  @CsvSource({"9007199254740991,204", "9007199254740992,400", "-1,400", "0.5,400", "1e3,204"})
  void livesAreWholeSeconds(String seconds, int status) {
    Answer answer = change(olga, "/accounts/" + olga.account(), "account", "\"maxTTL\":" + seconds);

    assertThat(answer.status()).isEqualTo(status);
    accounts.publish(olga.account(), Contents.of("one"));
  }

  private static void refuses(Answer answer) {
    assertThat(answer.status()).isEqualTo(403);
    assertThat(answer.problem()).isEqualTo(11);
  }

  private static String binding(Member of) {
    String path = of.core("users/%s/roleBindings".formatted(of.user()));
    return of.core("roleBindings/" + client.get(of, path).each("id").getFirst());
  }

  private static Answer create(Member by, String path, String type, String members) {
    return client.post(by, by.core(path), document(type, members));
  }

  private static Answer change(Member by, String path, String type, String members) {
    return client.send(
        "PUT", by.token(), path, document(type, members), "Content-Type", "application/json");
  }

  private static String document(String type, String members) {
    return "{\"type\":\"application/astra-%s\",\"version\":\"1.0\",%s}".formatted(type, members);
  }
}
