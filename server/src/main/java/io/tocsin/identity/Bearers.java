package io.tocsin.identity;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.tocsin.clock.Clock;
import io.tocsin.identity.Authenticator.Presented;
import io.tocsin.identity.RoleBindingStore.Given;
import io.tocsin.identity.RoleBindingStore.Standing;
import io.tocsin.store.Database;
import io.tocsin.store.SharedLook;
import io.tocsin.store.StoreUnavailableException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Knows callers by their bearer tokens, ours and Keystone's, and what they are in an account.
 * Nothing of it is remembered: whoever deletes a token or takes a role away has done so everywhere.
 * Only what Keystone says holds for as long as the {@link Authenticator} lets it. Thread-safe;
 * throws {@link StoreUnavailableException} when the database is away.
 */
public final class Bearers {
  private static final Logger log = LoggerFactory.getLogger(Bearers.class);

  /** How exactly it is written down when a token was used last. */
  static final Duration USE_STEP = Duration.ofMinutes(1);

  /** After which a role that is Keystone's is told again; a lower one is told not before. */
  static final Duration TELL_AGAIN = Duration.ofMinutes(1);

  private static final int MAX_TOLD = 10_000;
  private static final String SCHEME = "bearer";

  private final Database database;
  private final @Nullable Authenticator keystone;
  private final Policy policy;
  private final RoleWatch watch;
  private final Clock clock;
  private final Cache<Seat, Role> told;
  private final ApiTokenStore tokens = new ApiTokenStore();
  private final UserStore users = new UserStore();

  /** By the digests of their secrets. */
  private final SharedLook<String, ApiTokenStore.Shown> shown;

  private final SharedLook<Seat, Standing> standings;

  /**
   * Knows whom that database and Keystone know.
   *
   * @param keystone null where Keystone's tokens are good for nothing; never one that asks nobody
   * @param watch told which roles Keystone's users turn out to have
   */
  public Bearers(
      Database database,
      @Nullable Authenticator keystone,
      Policy policy,
      RoleWatch watch,
      Clock clock) {
    this.database = database;
    this.keystone = keystone;
    this.policy = policy;
    this.watch = watch;
    this.clock = clock;
    this.shown =
        new SharedLook<>(clock, digests -> database.read(handle -> tokens.shown(handle, digests)));
    RoleBindingStore bindings = new RoleBindingStore();
    this.standings =
        new SharedLook<>(
            clock, seats -> database.read(handle -> bindings.standings(handle, seats)));
    this.told =
        Caffeine.newBuilder()
            .maximumSize(MAX_TOLD)
            .expireAfterWrite(TELL_AGAIN)
            .ticker(clock::nanoTime)
            // Tidies up on the callers' threads, so that nobody else's are needed.
            .executor(Runnable::run)
            .build();
  }

  /**
   * Whose token a request shows.
   *
   * @param authorization the header; null where there is none
   * @param method of the request, which Keystone's access rules may restrict
   * @param path of the request, still encoded, likewise
   */
  public Bearer identify(@Nullable String authorization, String method, String path) {
    String token = authorization == null ? "" : token(authorization.strip());
    if (token.isEmpty()) {
      return new Bearer.Missing();
    }
    if (token.startsWith(TokenSecret.PREFIX)) {
      return TokenSecret.isWellFormed(token) ? ours(token) : new Bearer.Invalid();
    }
    return keystone == null
        ? new Bearer.Invalid()
        : keystones(keystone.identify(new Presented(token, null, method, path)));
  }

  /** What stands behind the scheme; empty for nothing and for another scheme. */
  private static String token(String authorization) {
    String[] schemeAndToken = authorization.split("\\s+", 2);
    return schemeAndToken.length == 2 && schemeAndToken[0].equalsIgnoreCase(SCHEME)
        ? schemeAndToken[1]
        : "";
  }

  private Bearer ours(String secret) {
    Optional<ApiTokenStore.Shown> found = shown.find(TokenSecret.digest(secret));
    if (found.isEmpty() || found.get().token().isOver(clock.now())) {
      return new Bearer.Invalid();
    }
    ApiToken token = found.get().token();
    Grant grant = new Grant.OfToken(token.account(), token.isForPublishing());
    if (!found.get().isUsable()) {
      return new Bearer.Disabled();
    }
    noteUse(token);
    return new Bearer.Known(new Principal(token.user(), found.get().userName(), grant));
  }

  /** Nobody's request waits or fails for it; a node that cannot write says so elsewhere. */
  private void noteUse(ApiToken token) {
    Instant now = clock.now().truncatedTo(ChronoUnit.SECONDS);
    Instant before = now.minus(USE_STEP);
    Instant last = token.lastUsedAt();
    if (last != null && last.isAfter(before)) {
      return;
    }
    try {
      database.inTransaction(handle -> tokens.touch(handle, token.id(), now, before));
    } catch (RuntimeException e) {
      log.atDebug().addKeyValue("token", token.id()).setCause(e).log("use of a token not noted");
    }
  }

  private Bearer keystones(Identification identification) {
    return switch (identification) {
      case Identification.Known(Caller caller) -> known(caller);
      case Identification.Rejected _ -> new Bearer.Invalid();
      case Identification.Unavailable _ -> new Bearer.Unavailable();
    };
  }

  private Bearer known(Caller caller) {
    UserId user = UserId.ofKeystone(caller.userId());
    Optional<AccountUser> row = database.read(handle -> users.find(handle, user));
    if (row.isPresent() && !row.get().isUsable()) {
      return new Bearer.Disabled();
    }
    String project = caller.projectId();
    @Nullable AccountId account = project == null ? null : AccountId.ofProject(project);
    @Nullable Role role = KeystoneRoles.highest(caller.roles()).orElse(null);
    boolean isOperator =
        policy.check(PolicyDefaults.OPERATORS, caller, caller.target()).isAllowed();
    return new Bearer.Known(
        new Principal(
            user,
            caller.user().name(),
            new Grant.OfKeystone(account, account == null ? null : role, isOperator)));
  }

  /**
   * What somebody is in an account: the highest role that any binding, direct or through a group,
   * or Keystone gives them there, narrowed to what all that give this very role leave together.
   * What gives a lower role adds nothing, even where it is narrowed less.
   *
   * @return empty when nothing gives them a role, when the account is not enabled, or when the
   *     token is one of another account
   */
  public Optional<Membership> membership(Principal principal, AccountId account) {
    boolean isElsewhere =
        principal.grant() instanceof Grant.OfToken token && !token.account().equals(account);
    if (isElsewhere) {
      return Optional.empty();
    }
    UserId user = principal.user();
    Standing standing = standings.find(new Seat(account, user)).orElse(Standing.UNWRITTEN);
    if (!standing.isOpen()) {
      return Optional.empty();
    }
    List<Given> given = new ArrayList<>(standing.given());
    if (principal.grant() instanceof Grant.OfKeystone grant) {
      Role role = role(grant, account);
      if (role != null) {
        given.add(new Given(role, NewRoleBinding.EVERYTHING));
      }
    }
    Optional<Membership> membership = joined(given);
    if (principal.grant() instanceof Grant.OfKeystone) {
      membership.ifPresent(it -> tell(new Seat(account, user), it.role()));
    }
    return membership;
  }

  private static @Nullable Role role(Grant.OfKeystone grant, AccountId account) {
    if (grant.isOperator() && account.equals(AccountId.OPERATORS)) {
      return Role.OWNER;
    }
    return account.equals(grant.account()) ? grant.role() : null;
  }

  private static Optional<Membership> joined(List<Given> given) {
    return given.stream()
        .map(Given::role)
        .max(Comparator.naturalOrder())
        .map(highest ->
            new Membership(
                highest,
                RoleConstraints.scope(
                    given.stream()
                        .filter(it -> it.role() == highest)
                        .flatMap(it -> it.constraints().stream())
                        .toList())));
  }

  /**
   * Tells a role that nobody wrote down here, so that what its user has not read is counted from
   * now on. One who comes with several tokens in turn is not told of at each of them: for a minute
   * the highest stands.
   */
  private void tell(Seat seat, Role role) {
    Role last = told.getIfPresent(seat);
    if (last == null || !last.includes(role)) {
      database.inTransaction(handle -> {
        watch.roleIs(handle, seat.account(), seat.user(), role);
        return role;
      });
      told.put(seat, role);
    }
  }

  /** Whether they are admin or owner in the operators' account, however they come to it. */
  public boolean isOperator(Principal principal) {
    return membership(principal, AccountId.OPERATORS)
        .filter(it -> it.role().includes(Role.ADMIN))
        .isPresent();
  }
}
