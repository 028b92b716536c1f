package io.tocsin.accounts;

import io.tocsin.feed.Reader;
import io.tocsin.http.Request;
import io.tocsin.identity.AccountId;
import io.tocsin.identity.Bearer;
import io.tocsin.identity.Bearers;
import io.tocsin.identity.Directory;
import io.tocsin.identity.GroupId;
import io.tocsin.identity.Identifiers;
import io.tocsin.identity.Membership;
import io.tocsin.identity.Principal;
import io.tocsin.identity.ResourceScope;
import io.tocsin.identity.Role;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/** Who is calling, and what of an account is theirs (Astra spec §8). */
final class Access {
  private static final ResourceScope NOTHING = new ResourceScope.Namespaces(Set.of());

  private final Bearers bearers;
  private final Directory directory;

  Access(Bearers bearers, Directory directory) {
    this.bearers = bearers;
    this.directory = directory;
  }

  /** Whose token the request shows. */
  Principal identify(Request request) {
    List<String> fields = request.headers().all("Authorization");
    // Two fields of one name are one with a comma, and no token has a comma.
    String authorization = fields.isEmpty() ? null : String.join(",", fields);
    return switch (bearers.identify(authorization, request.method(), request.rawPath())) {
      case Bearer.Known(Principal principal) -> principal;
      case Bearer.Missing _ -> throw Problem.MISSING_TOKEN.asException();
      case Bearer.Invalid _ -> throw Problem.INVALID_TOKEN.asException();
      case Bearer.Disabled _ -> throw Problem.USER_NOT_ENABLED.asException();
      case Bearer.Unavailable _ -> throw Problem.NOT_READY.asException();
    };
  }

  /**
   * An unknown account is as forbidden as another's: accounts cannot be probed. Operators know of
   * all of them, and look after each, but for its events.
   */
  Entry enter(Principal principal, String account, Rights rights) {
    AccountId id = new AccountId(id(account).orElseThrow(Problem.INVALID_ACCOUNT_ID::asException));
    return switch (rights) {
      case EXIST -> enterNowhere(principal);
      case KNOW, ADMINISTER ->
          isOperator(principal)
              ? enterAsOperator(principal, id)
              : enterAsMember(principal, id, rights);
      case READ, PUBLISH -> enterAsMember(principal, id, rights);
    };
  }

  private boolean isOperator(Principal principal) {
    return Rights.KNOW.has(principal, Role.VIEWER) && bearers.isOperator(principal);
  }

  private Entry enterNowhere(Principal principal) {
    if (!Rights.EXIST.has(principal, Role.VIEWER)) {
      throw Problem.NOT_PERMITTED.asException();
    }
    AccountId none = new AccountId(Identifiers.NIL);
    Reader reader = new Reader(none, principal.user(), Role.VIEWER, NOTHING);
    return new Entry(principal, reader, isOperator(principal));
  }

  private Entry enterAsOperator(Principal principal, AccountId id) {
    boolean isThere =
        directory.findAccount(id).isPresent() || bearers.membership(principal, id).isPresent();
    if (!isThere) {
      throw Problem.COLLECTION_NOT_FOUND.asException();
    }
    return new Entry(principal, new Reader(id, principal.user(), Role.OWNER, NOTHING), true);
  }

  private Entry enterAsMember(Principal principal, AccountId id, Rights rights) {
    Membership membership =
        bearers
            .membership(principal, id)
            .filter(it -> rights.has(principal, it.role()))
            .orElseThrow(Problem.NOT_PERMITTED::asException);
    Reader reader = new Reader(id, principal.user(), membership.role(), membership.scope());
    return new Entry(principal, reader, false);
  }

  /** Unread marks are for their user only, through a group for its members only. */
  void requireOwn(Reader reader, Map<String, String> places) {
    String user = places.get(Place.USER);
    if (user != null && !id(user).equals(Optional.of(reader.user().value()))) {
      throw Problem.NOT_PERMITTED.asException();
    }
    String group = places.get(Place.GROUP);
    if (group != null && !isMember(reader, group)) {
      throw Problem.NOT_PERMITTED.asException();
    }
  }

  private boolean isMember(Reader reader, String group) {
    return id(group)
        .filter(it -> directory.isMember(reader.account(), new GroupId(it), reader.user()))
        .isPresent();
  }

  /** In paths upper case is taken too. */
  static Optional<UUID> id(String text) {
    return Identifiers.parse(text.toLowerCase(Locale.ROOT));
  }
}
