package io.tocsin.accounts;

import static org.assertj.core.api.Assertions.assertThat;

import io.tocsin.accounts.AccountClient.Answer;
import io.tocsin.accounts.TestAccounts.Member;
import io.tocsin.feed.Contents;
import io.tocsin.identity.AccountChange;
import io.tocsin.identity.AccountId;
import io.tocsin.identity.Actor;
import io.tocsin.identity.GroupId;
import io.tocsin.identity.NewRoleBinding;
import io.tocsin.identity.Role;
import io.tocsin.identity.RoleBinding;
import io.tocsin.identity.RoleBindingChange;
import io.tocsin.identity.RoleHolder;
import io.tocsin.identity.UserChange;
import io.tocsin.identity.UserState;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What callers learn of accounts, users and groups that are not theirs: not even that they are. */
class ForeignCallersTest {
  private static final String UNKNOWN = "7e2d9b40-1c6f-4a83-b5d8-90f3a4c7e612";

  private final TestAccounts accounts = TestAccounts.start();
  private final AccountClient client = accounts.client();
  private final AccountId harbour = accounts.account("harbour");
  private final AccountId mill = accounts.account("mill");
  private final Member owner = accounts.member(harbour, Role.OWNER);
  private final Member viewer = accounts.member(harbour, Role.VIEWER);
  private final GroupId watch = accounts.group(harbour, "watch", owner, viewer);

  @BeforeEach
  void publish() {
    accounts.publish(harbour, Contents.of("for all"), Contents.of("for owners").visibleTo("owner"));
  }

  @AfterEach
  void stop() {
    accounts.close();
  }

  /** Every way to events, below an account. */
  private List<String> feed(String account, Member who) {
    List<String> paths = new ArrayList<>();
    String core = "/accounts/%s/core/v1/".formatted(account);
    for (String collection :
        List.of(
            "notifications",
            "events",
            "users/%s/unreadNotifications".formatted(who.user()),
            "groups/%s/users/%s/unreadNotifications".formatted(watch, who.user()))) {
      String path = core + collection;
      paths.addAll(
          List.of(
              path,
              path + "?limit=0",
              path + "?x=y",
              path + "/" + UNKNOWN,
              path + "/x?count=true"));
    }
    return paths;
  }

  /** And to what stands beside them. */
  private List<String> everything(String account, Member who) {
    List<String> paths = new ArrayList<>(feed(account, who));
    for (String sibling :
        List.of("users", "groups", "roleBindings", "groups/" + watch + "/users")) {
      paths.add("/accounts/%s/core/v1/%s".formatted(account, sibling));
    }
    paths.add("/accounts/" + account);
    paths.add("/accounts/%s/topology/v1/clouds".formatted(account));
    return paths;
  }

  private void assertIsNotThere(AccountId foreign, Member caller, Member whose) {
    List<String> there = everything(foreign.toString(), whose);
    List<String> nowhere = everything(UNKNOWN, whose);
    for (int i = 0; i < there.size(); i++) {
      for (String method : List.of("GET", "HEAD", "DELETE", "POST")) {
        Answer answer = client.send(method, caller.token(), there.get(i), null);
        assertThat(answer.shape())
            .as("%s %s", method, there.get(i))
            .isEqualTo(client.send(method, caller.token(), nowhere.get(i), null).shape());
        assertThat(answer.status()).isIn(403, 405);
        if (method.equals("GET")) {
          assertThat(answer.problem()).isEqualTo(11);
        }
      }
    }
  }

  @Test
  void anAccountOfOthersIsAnsweredAsOneThatDoesNotExist() {
    Member stranger = accounts.member(mill, Role.OWNER);
    assertIsNotThere(harbour, stranger, owner);
    assertIsNotThere(harbour, stranger, stranger);
    accounts.directory().operatorToken(null);
    assertIsNotThere(AccountId.OPERATORS, stranger, stranger);
  }

  @Test
  void aTokenOpensTheOneAccountThatItIsOf() {
    RoleHolder holder = new RoleHolder.OfUser(owner.user());
    accounts
        .directory()
        .createRoleBinding(
            Actor.SYSTEM, mill, new NewRoleBinding(holder, Role.OWNER, NewRoleBinding.EVERYTHING));
    accounts.publish(mill, Contents.of("in the mill"));

    assertIsNotThere(mill, owner, owner);
    String other = accounts.token(mill, owner.user(), false);
    Member there = new Member(mill, owner.user(), Role.OWNER, other);
    assertThat(client.get(there, there.unread("")).each("sequenceCount")).containsExactly("1");
    assertIsNotThere(harbour, there, owner);
  }

  @Test
  void anAccountThatIsSwitchedOffIsAnsweredAsOneThatDoesNotExist() {
    assertThat(client.get(owner, owner.core("events")).each("summary")).hasSize(2);
    accounts.directory().changeAccount(harbour, new AccountChange(null, false));
    assertIsNotThere(harbour, owner, owner);
    accounts.directory().changeAccount(harbour, new AccountChange(null, true));
    assertThat(client.get(owner, owner.unread("")).each("severity")).hasSize(2);
  }

  @Test
  void operatorsAndPublishersReadNothing() {
    String operator = accounts.directory().operatorToken(null).value();
    Member publisher = accounts.publisher(harbour);
    accounts.directory().addMember(Actor.SYSTEM, harbour, watch, publisher.user());
    for (String token : List.of(operator, publisher.token())) {
      for (String path : feed(harbour.toString(), publisher)) {
        for (String method : List.of("GET", "DELETE")) {
          Answer answer = client.send(method, token, path, null);
          assertThat(answer.status()).as(path).isIn(403, 405);
          assertThat(answer.problem()).isIn(11, 69);
        }
      }
    }
  }

  @Test
  void marksOfOthersAreAnsweredAsThoseOfNobody() {
    GroupId others = accounts.group(harbour, "others", owner);
    GroupId foreign = accounts.group(mill, "foreign", owner, viewer);
    String mark = client.get(owner, owner.unread("")).each("id").getFirst();
    for (String rest : List.of("", "?count=true", "/" + UNKNOWN, "/x", "/" + mark)) {
      for (String method : List.of("GET", "DELETE")) {
        String users = "users/%s/unreadNotifications" + rest;
        String groups = "groups/%s/" + users;
        String refused =
            client
                .send(method, viewer.token(), viewer.core(users.formatted(UNKNOWN)), null)
                .shape();
        boolean isMethodThere = method.equals("GET") || rest.startsWith("/");
        assertThat(refused).startsWith(isMethodThere ? "403" : "405");
        for (String path :
            List.of(
                users.formatted(owner.user()),
                users.formatted("x"),
                groups.formatted(watch, owner.user()),
                groups.formatted(others, viewer.user()),
                groups.formatted(foreign, viewer.user()),
                groups.formatted(UNKNOWN, viewer.user()),
                groups.formatted("x", viewer.user()))) {
          assertThat(client.send(method, viewer.token(), viewer.core(path), null).shape())
              .as("%s %s", method, path)
              .isEqualTo(refused);
        }
      }
    }
    assertThat(client.get(owner, owner.unread("")).each("id")).hasSize(2);
  }

  @Test
  void usersWhoAreStoppedAreToldSoWhateverTheyAskFor() {
    for (UserChange change :
        List.of(
            new UserChange(null, false, null), new UserChange(null, null, UserState.SUSPENDED))) {
      Member stopped = accounts.member(harbour, Role.OWNER);
      accounts.directory().changeUser(Actor.SYSTEM, harbour, stopped.user(), change);
      List<String> paths = new ArrayList<>();
      for (String account : List.of(harbour.toString(), UNKNOWN, "x")) {
        paths.addAll(everything(account, stopped));
      }
      paths.add("/accounts");
      paths.add("/accounts/x/nothing");
      for (String path : paths) {
        Answer answer = client.get(stopped, path);
        assertThat(answer.status()).as(path).isEqualTo(403);
        assertThat(answer.problem()).isEqualTo(14);
      }
    }
  }

  @Test
  void aRoleThatIsTakenAwayHidesFromThatMomentOn() {
    Member otto = accounts.member(harbour, Role.OWNER);
    accounts.publish(
        harbour, Contents.of("also for all"), Contents.of("also for owners").visibleTo("owner"));
    List<String> ids = client.get(otto, otto.core("notifications?skip=2")).each("id");
    List<String> marks = client.get(otto, otto.unread("")).each("id");
    String plain = otto.core("notifications/" + ids.getFirst());
    String hidden = otto.core("notifications/" + ids.getLast());
    String tag = client.get(otto, plain).header("ETag");
    assertThat(client.get(otto, hidden).status()).isEqualTo(200);
    RoleBinding binding = accounts.directory().listRoleBindings(harbour, otto.user()).getFirst();
    accounts
        .directory()
        .changeRoleBinding(
            Actor.SYSTEM, harbour, binding.id(), new RoleBindingChange(Role.VIEWER, null));

    assertThat(client.get(otto, hidden).shape())
        .isEqualTo(client.get(otto, otto.core("notifications/" + UNKNOWN)).shape());
    assertThat(client.delete(otto, otto.unread("/" + marks.getLast())).shape())
        .isEqualTo(client.delete(otto, otto.unread("/" + UNKNOWN)).shape());
    assertThat(client.get(otto, otto.unread("?count=true")).body()).contains("\"count\":1");
    assertThat(client.get(otto, plain).header("ETag")).isNotEmpty().isEqualTo(tag);
    accounts.directory().deleteRoleBinding(Actor.SYSTEM, harbour, binding.id());
    assertIsNotThere(harbour, otto, otto);
  }
}
