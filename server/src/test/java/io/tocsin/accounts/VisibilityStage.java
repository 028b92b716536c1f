package io.tocsin.accounts;

import io.tocsin.accounts.TestAccounts.Member;
import io.tocsin.accounts.TestAccounts.Setup;
import io.tocsin.feed.Event;
import io.tocsin.feed.EventClass;
import io.tocsin.feed.EventContent;
import io.tocsin.feed.Feed;
import io.tocsin.feed.FeedSettings;
import io.tocsin.feed.Label;
import io.tocsin.feed.Publication;
import io.tocsin.feed.Severity;
import io.tocsin.identity.AccountId;
import io.tocsin.identity.Actor;
import io.tocsin.identity.GroupId;
import io.tocsin.identity.NewRoleBinding;
import io.tocsin.identity.NewUser;
import io.tocsin.identity.Role;
import io.tocsin.identity.RoleHolder;
import io.tocsin.identity.UserId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * An account with an event for each way to be visible, somebody for each way to look, and the rule
 * by which the ones see the others (Astra spec §8.4, §8.5), written anew.
 */
final class VisibilityStage implements AutoCloseable {
  static final UUID SPACE = UUID.fromString("f90b3a64-2d57-4e8c-91fa-b8c6d70e1453");
  static final UUID OTHER_SPACE = UUID.fromString("f90b3a64-2d57-4e8c-91fa-b8c6d70e1454");

  private static final List<String> RANKS = List.of("viewer", "member", "admin", "owner");

  /** Null within: absent. The last ones cannot be written through the API, only be there. */
  private static final List<Setting> SETTINGS =
      List.of(
          new Setting(null),
          new Setting(List.of("viewer")),
          new Setting(List.of("member")),
          new Setting(List.of("admin")),
          new Setting(List.of("owner")),
          new Setting(List.of("viewer", "member")),
          new Setting(List.of("viewer", "admin")),
          new Setting(List.of("owner", "viewer")),
          new Setting(List.of("member", "admin")),
          new Setting(List.of("owner", "member")),
          new Setting(List.of("admin", "owner")),
          new Setting(RANKS),
          new Setting(List.of()),
          new Setting(List.of("janitor")),
          new Setting(List.of("janitor", "admin")),
          new Setting(List.of("Viewer", "OWNER", "")));

  final TestAccounts accounts;
  final AccountClient client;
  final boolean isExact;
  final AccountId account;

  /** A group without a role, of everybody. */
  final GroupId watch;

  /** In which others have roles that are worth nothing here. */
  final AccountId mill;

  final List<Onlooker> onlookers = new ArrayList<>();
  final List<Told> told = new ArrayList<>();

  private int groups;

  private record Setting(@Nullable List<String> roles) {}

  /** An event, and what makes it visible. */
  record Told(Event event, Set<UUID> spaces, boolean isOver) {
    boolean isNotification() {
      List<String> destinations = event.content().destinations();
      return destinations != null && destinations.contains("notification");
    }

    String summary() {
      return event.content().summary();
    }
  }

  /**
   * Somebody who looks.
   *
   * @param role the highest of all they have
   * @param spaces to which that is narrowed; null for not at all
   */
  record Onlooker(String name, Member member, Role role, @Nullable Set<UUID> spaces) {
    @Override
    public String toString() {
      return name;
    }
  }

  VisibilityStage(boolean isExact) {
    this.isExact = isExact;
    FeedSettings feed = new FeedSettings(isExact, Duration.ofSeconds(5));
    accounts = TestAccounts.start(Setup.OPEN.with(feed));
    client = accounts.client();
    account = accounts.account("harbour");
    mill = accounts.account("mill");
    for (Role role : Role.values()) {
      look(role.wire(), accounts.member(account, role), role, null);
      look(role.wire() + " by group", throughGroup(role, NewRoleBinding.EVERYTHING), role, null);
    }
    castOfMany();
    castOfNarrowed();
    watch =
        accounts.group(
            account, "watch", onlookers.stream().map(Onlooker::member).toArray(Member[]::new));
    tell();
  }

  /** The rule: the roles that are named, or those below one's own too, or everybody's. */
  boolean sees(Onlooker who, Told what) {
    List<String> named = what.event().content().visibility();
    int rank = who.role().level();
    boolean isForRole =
        named == null
            || named.stream()
                .mapToInt(RANKS::indexOf)
                .anyMatch(it -> it >= 0 && (isExact ? it == rank : it <= rank));
    Set<UUID> spaces = who.spaces();
    boolean isInScope = spaces == null || what.spaces().stream().anyMatch(spaces::contains);
    return isForRole && isInScope && !what.isOver();
  }

  Onlooker onlooker(String name) {
    return onlookers.stream().filter(it -> it.name().equals(name)).findFirst().orElseThrow();
  }

  private void look(String name, Member member, Role role, @Nullable Set<UUID> spaces) {
    onlookers.add(new Onlooker(name, member, role, spaces));
  }

  private void castOfMany() {
    Member raised = accounts.member(account, Role.VIEWER);
    accounts.directory().addMember(Actor.SYSTEM, account, groupOf(Role.ADMIN), raised.user());
    look("viewer, admin by group", raised, Role.ADMIN, null);
    Member owner = accounts.member(account, Role.OWNER);
    accounts.directory().addMember(Actor.SYSTEM, account, groupOf(Role.VIEWER), owner.user());
    look("owner, viewer by group", owner, Role.OWNER, null);
  }

  private void castOfNarrowed() {
    String space = "namespaces:id='%s'".formatted(SPACE);
    String below = "namespaces:id='%s'.*".formatted(OTHER_SPACE);
    narrowed("member of nothing", Role.MEMBER, List.of(), Set.of());
    narrowed("owner of nothing", Role.OWNER, List.of(), Set.of());
    narrowed("member of a space", Role.MEMBER, List.of(space), Set.of(SPACE));
    narrowed("viewer of the other", Role.VIEWER, List.of(below), Set.of(OTHER_SPACE));
    narrowed("owner of both", Role.OWNER, List.of(space, below), Set.of(SPACE, OTHER_SPACE));
    narrowed("admin of forms unknown", Role.ADMIN, List.of("namespaces:*", "x"), Set.of());
    look(
        "member of a space by group",
        throughGroup(Role.MEMBER, List.of(space)),
        Role.MEMBER,
        Set.of(SPACE));
  }

  private void narrowed(String name, Role role, List<String> constraints, Set<UUID> spaces) {
    look(name, accounts.member(account, role, constraints), role, spaces);
  }

  private GroupId groupOf(Role role) {
    return groupOf(role, NewRoleBinding.EVERYTHING);
  }

  private GroupId groupOf(Role role, List<String> constraints) {
    GroupId group = accounts.group(account, "group %d".formatted(++groups));
    accounts
        .directory()
        .createRoleBinding(
            Actor.SYSTEM,
            account,
            new NewRoleBinding(new RoleHolder.OfGroup(group), role, constraints));
    return group;
  }

  /** An owner elsewhere, who has that role here by a group and no other way. */
  private Member throughGroup(Role role, List<String> constraints) {
    NewUser user = new NewUser("by group", null, Role.OWNER, NewRoleBinding.EVERYTHING);
    UserId id = accounts.directory().createUser(Actor.SYSTEM, mill, user).id();
    accounts.directory().addMember(Actor.SYSTEM, account, groupOf(role, constraints), id);
    return new Member(account, id, role, accounts.token(account, id, false));
  }

  /** Each setting as a plain notification, in a namespace, in the log alone, and expired. */
  private void tell() {
    List<EventContent> contents = new ArrayList<>();
    List<Set<UUID>> spaces = new ArrayList<>();
    for (int i = 0; i < SETTINGS.size(); i++) {
      @Nullable List<String> roles = SETTINGS.get(i).roles();
      contents.add(content(4 * i, roles, null, true));
      spaces.add(Set.of());
      contents.add(content(4 * i + 1, roles, SPACE, true));
      spaces.add(Set.of(SPACE));
      contents.add(content(4 * i + 2, roles, OTHER_SPACE, false));
      spaces.add(Set.of(OTHER_SPACE));
      contents.add(content(4 * i + 3, roles, SPACE, true).withTtl(60L));
      spaces.add(Set.of(SPACE));
    }
    List<Event> events =
        accounts
            .database()
            .inTransaction(tx ->
                new Feed(new Random(8))
                    .publish(
                        tx, contents.stream().map(it -> new Publication(account, it)).toList()));
    for (int i = 0; i < events.size(); i++) {
      told.add(new Told(events.get(i), spaces.get(i), i % 4 == 3));
    }
  }

  /** With a value of its own in each field that can have one. */
  private EventContent content(
      int i, @Nullable List<String> roles, @Nullable UUID space, boolean isNotification) {
    String letters = "" + (char) ('a' + i / 26 % 26) + (char) ('a' + i % 26);
    UUID own = UUID.fromString("%08x-0000-4000-8000-000000000000".formatted(i));
    boolean isInUri = space != null && i / 4 % 4 == 0;
    boolean isInUrl = space != null && i / 4 % 4 == 1;
    return new EventContent(
        "secret.of." + letters,
        "Secret of " + letters,
        // Later ones are not always later by their times, and some have the same.
        TestAccounts.NOW.minusSeconds(100 + i * 7L % 13),
        "source-" + letters,
        space != null && i / 4 % 4 == 2 ? space : own,
        space != null && i / 4 % 4 == 3 ? List.of(own, space) : List.of(own),
        "application/astra-thing" + letters,
        own,
        List.of(Severity.values()).get(i % 5),
        List.of(EventClass.values()).get(i % 3),
        "The description of " + letters,
        "https://secret.example/" + letters,
        "Do as " + letters,
        "/do/" + letters,
        roles,
        isNotification ? List.of("notification", "banner") : List.of("support"),
        "/accounts/x/%s/%s".formatted(letters, isInUri ? "namespaces/" + space : own),
        List.of(
            "https://a.example/" + letters + (isInUrl ? "/namespaces/%s/x".formatted(space) : "")),
        "post",
        "201",
        own,
        own,
        1_000_000L + i,
        i % 2 == 0,
        List.of(new Label("label/" + letters, "value " + letters)),
        new UserId(own));
  }

  @Override
  public void close() {
    accounts.close();
  }
}
