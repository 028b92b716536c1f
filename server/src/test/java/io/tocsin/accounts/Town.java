package io.tocsin.accounts;

import io.tocsin.accounts.TestAccounts.Member;
import io.tocsin.feed.Contents;
import io.tocsin.feed.Event;
import io.tocsin.feed.View;
import io.tocsin.http.RandomTexts;
import io.tocsin.identity.AccountId;
import io.tocsin.identity.Actor;
import io.tocsin.identity.Directory;
import io.tocsin.identity.GroupId;
import io.tocsin.identity.Role;
import io.tocsin.identity.UserChange;
import io.tocsin.identity.UserId;
import io.tocsin.store.Secret;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import tools.jackson.databind.JsonNode;

/**
 * An account with people, events and all else that requests can be about, for some hundreds of them
 * that may leave it in ruins.
 *
 * @param callers those who may do most are there more than once
 * @param ids of everything that is there
 * @param tokens of {@code continue}, for lists of events
 */
record Town(
    AccountId account,
    List<Member> callers,
    Member victim,
    GroupId group,
    List<String> ids,
    List<String> tokens,
    List<JsonNode> documents) {
  private static final int EVENTS = 30;

  /** How often the owner is among the callers. */
  private static final int OWNERS_SHARE = 20;

  private static final List<String> LISTS =
      List.of(
          "events?limit=2",
          "events?limit=3&orderBy=eventTime%20desc",
          "events?limit=1&orderBy=descriptionURL",
          "notifications?limit=1&orderBy=summary",
          "notifications?limit=1&filter=severity%20gte%20'c'",
          "?limit=1");

  Town {
    callers = List.copyOf(callers);
    ids = List.copyOf(ids);
    tokens = List.copyOf(tokens);
    documents = List.copyOf(documents);
  }

  static Town build(TestAccounts accounts) {
    AccountId account = accounts.account("town");
    Member owner = accounts.member(account, Role.OWNER);
    Member viewer = accounts.member(account, Role.VIEWER);
    Member victim = accounts.member(account, Role.MEMBER);
    GroupId group = accounts.group(account, "crew", owner, viewer);
    List<JsonNode> documents = publish(accounts.client(), owner);
    return new Town(
        account,
        callers(accounts, owner, viewer, victim),
        victim,
        group,
        ids(accounts, owner, victim, group),
        tokens(accounts.client(), owner),
        documents);
  }

  private static List<Member> callers(
      TestAccounts accounts, Member owner, Member viewer, Member victim) {
    AccountId account = owner.account();
    Secret operators = accounts.directory().operatorToken(null);
    List<Member> callers = new ArrayList<>(Collections.nCopies(OWNERS_SHARE, owner));
    callers.addAll(
        List.of(
            accounts.member(account, Role.ADMIN),
            viewer,
            victim,
            accounts.publisher(account),
            disabled(accounts, account),
            accounts.member(accounts.account("elsewhere"), Role.OWNER),
            new Member(AccountId.OPERATORS, UserId.SYSTEM, Role.OWNER, operators.value())));
    return callers;
  }

  /**
   * The events as the list shows them: the same in every town, so that requests can be replayed.
   */
  private static List<JsonNode> publish(AccountClient client, Member owner) {
    RandomEvents random = new RandomEvents(new RandomTexts(new Random(EVENTS)));
    List<String> events = new ArrayList<>();
    for (int i = 0; i < EVENTS; i++) {
      events.add(RandomEvents.object(random.members(Noun.EVENT)));
    }
    AccountClient.Answer answer =
        client.post(owner, owner.core("events"), RandomEvents.list(Noun.EVENT, events));
    if (answer.status() != 201) {
      throw new AssertionError(answer.body());
    }
    return List.copyOf(answer.json().path("items").values());
  }

  private static Member disabled(TestAccounts accounts, AccountId account) {
    Member member = accounts.member(account, Role.ADMIN);
    accounts
        .directory()
        .changeUser(Actor.SYSTEM, account, member.user(), new UserChange(null, false, null));
    return member;
  }

  private static List<String> ids(
      TestAccounts accounts, Member owner, Member victim, GroupId group) {
    List<String> ids = new ArrayList<>(List.of(victim.user().toString(), group.toString()));
    AccountId account = owner.account();
    Directory directory = accounts.directory();
    directory.listRoleBindings(account, victim.user()).forEach(it -> ids.add(it.id().toString()));
    directory.listTokens(account, victim.user()).forEach(it -> ids.add(it.id().toString()));
    for (Event event : accounts.publish(account, Contents.of("one"))) {
      for (View view : View.values()) {
        ids.add(view.idOf(event.id(), owner.user()).toString());
      }
    }
    return ids;
  }

  private static List<String> tokens(AccountClient client, Member owner) {
    List<String> tokens = new ArrayList<>();
    for (String list : LISTS) {
      String path = list.startsWith("?") ? owner.unread(list) : owner.core(list);
      JsonNode metadata = client.get(owner, path).json().path("metadata");
      tokens.add(metadata.path("continue").asString(""));
    }
    return tokens;
  }
}
