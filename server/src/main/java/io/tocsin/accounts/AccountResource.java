package io.tocsin.accounts;

import io.tocsin.feed.Life;
import io.tocsin.feed.Lives;
import io.tocsin.http.Json;
import io.tocsin.http.Response;
import io.tocsin.identity.Account;
import io.tocsin.identity.AccountChange;
import io.tocsin.identity.AccountId;
import io.tocsin.identity.Directory;
import io.tocsin.identity.Grant;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/** Accounts: listed, made, shown, changed. */
final class AccountResource {
  private static final String DEFAULT_TTL = "defaultTTL";
  private static final String MAX_TTL = "maxTTL";
  private static final Set<String> CHANGEABLE = Set.of("name", "isEnabled", DEFAULT_TTL, MAX_TTL);

  private final Directory directory;
  private final Lives lives;

  AccountResource(Directory directory, Lives lives) {
    this.directory = directory;
    this.lives = lives;
  }

  /** Operators see all; whoever else, those that their token opens. */
  Response list(Call call) {
    List<Account> accounts =
        call.entry().isOperator() ? directory.listAccounts() : accountsOf(call.entry());
    return call.answer(
        200, DirectoryJson.list(Sibling.ACCOUNT, accounts.stream().map(this::json).toList()));
  }

  private List<Account> accountsOf(Entry entry) {
    List<Account> bound = directory.listAccounts(entry.principal().user());
    return switch (entry.principal().grant()) {
      case Grant.OfToken token ->
          bound.stream().filter(it -> it.id().equals(token.account())).toList();
      case Grant.OfKeystone keystone -> with(keystone, bound);
    };
  }

  private List<Account> with(Grant.OfKeystone keystone, List<Account> bound) {
    AccountId own = keystone.role() == null ? null : keystone.account();
    if (own == null || bound.stream().anyMatch(it -> it.id().equals(own))) {
      return bound;
    }
    List<Account> all = new ArrayList<>(bound);
    directory.findAccount(own).ifPresent(all::add);
    return all;
  }

  Response show(Call call) {
    return call.show(Json.bytes(json(stored(call))));
  }

  /** With a project's id it is that project's, which is there once, however often it is made. */
  Response create(Call call) {
    Form form = Draft.toCreate(call.request(), Sibling.ACCOUNT, Set.of("name", "projectID"));
    String name = form.text("name", Draft.NAME);
    String project = form.findText("projectID", Draft.NAME);
    form.flaws().throwIfAny();
    Account account =
        project == null
            ? directory.createAccount(call.entry().actor(), name)
            : directory.createProjectAccount(call.entry().actor(), project, name);
    return call.created(Json.bytes(json(account)), account.id().value());
  }

  Response change(Call call) {
    ObjectNode stored = json(stored(call));
    Form form =
        Draft.toChange(call.request(), Sibling.ACCOUNT, stored, CHANGEABLE, Set.of("projectID"));
    AccountChange change =
        new AccountChange(
            form.findText("name", Draft.NAME), form.findChoice("isEnabled", Form.FLAGS));
    Life before = lives.of(call.account());
    Life life =
        new Life(life(form, DEFAULT_TTL, before.standard()), life(form, MAX_TTL, before.longest()));
    if (life.standard() != null
        && life.longest() != null
        && life.standard().compareTo(life.longest()) > 0) {
      form.flaws().againstRules(DEFAULT_TTL, "must not be longer than " + MAX_TTL);
    }
    form.flaws().throwIfAny();
    directory.changeAccount(call.account(), change);
    if (!life.equals(before)) {
      lives.set(call.account(), life);
    }
    return Response.empty(204);
  }

  /** Nought takes the limit away, as it does for events. */
  private static @Nullable Duration life(Form form, String name, @Nullable Duration before) {
    Long seconds = form.findSeconds(name);
    if (seconds == null) {
      return before;
    }
    return seconds == 0 ? null : Duration.ofSeconds(seconds);
  }

  private Account stored(Call call) {
    return directory
        .findAccount(call.account())
        .orElseThrow(Problem.COLLECTION_NOT_FOUND::asException);
  }

  private ObjectNode json(Account account) {
    return DirectoryJson.account(account, lives.of(account.id()));
  }
}
