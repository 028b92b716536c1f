package io.tocsin.simulator;

import io.tocsin.simulator.Cast.User;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The tokens that are good, and who is locked out. In memory alone: after a restart every token is
 * unknown, as after the keys of a real Keystone were lost, and whoever has one logs on anew. Not
 * thread-safe: {@link Region} guards it.
 */
final class Tokens {
  /** Beyond it the oldest are forgotten. */
  static final int MAX = 100_000;

  /**
   * How long {@code allow_expired} still shows a token: Keystone's {@code allow_expired_window}.
   */
  static final Duration EXPIRED_WINDOW = Duration.ofDays(2);

  /** Fernet tokens start so, and have about this many bytes. */
  private static final String FERNET = "gAAAAAB";

  private static final int TOKEN_BYTES = 132;
  private static final int AUDIT_ID_BYTES = 16;

  private final Region region;
  private final RandomGenerator random;

  /** In the order of their making. */
  private final Map<String, Token> byId = new LinkedHashMap<>();

  private final Set<User> disabled = new HashSet<>();

  Tokens(Region region, RandomGenerator random) {
    this.region = region;
    this.random = random;
  }

  /**
   * A new token.
   *
   * @param parent the token it is made from, whose end is its end; null where there is none
   */
  Token issue(
      User user,
      Token.Scope scope,
      List<String> methods,
      Cast.@Nullable AppCredential credential,
      @Nullable Token parent) {
    // A fernet token knows whole seconds only.
    Instant now = region.now().truncatedTo(ChronoUnit.SECONDS);
    Instant end =
        parent == null
            ? region.now().plus(region.behaviour().tokenLife()).truncatedTo(ChronoUnit.SECONDS)
            : parent.expiresAt();
    List<String> auditIds = new ArrayList<>();
    auditIds.add(text(AUDIT_ID_BYTES));
    if (parent != null) {
      auditIds.add(parent.auditIds().getLast());
    }
    Token token =
        new Token(FERNET + text(TOKEN_BYTES), user, scope, methods, auditIds, now, end, credential);
    makeRoom();
    byId.put(token.id(), token);
    return token;
  }

  private String text(int length) {
    byte[] bytes = new byte[length];
    random.nextBytes(bytes);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  private void makeRoom() {
    if (byId.size() >= MAX) {
      byId.remove(byId.keySet().iterator().next());
    }
  }

  /** The token if it is good now. */
  Optional<Token> find(@Nullable String id) {
    return findExpiredFor(id, Duration.ZERO);
  }

  /** The token if it is good, or was until at most {@code window} ago. */
  Optional<Token> findExpiredFor(@Nullable String id, Duration window) {
    return Optional.ofNullable(id == null ? null : byId.get(id))
        .filter(token -> !token.isExpired(region.now().minus(window)));
  }

  /**
   * The token if it is good now.
   *
   * @throws KeystoneError it is not
   */
  Token require(@Nullable String id) {
    return find(id).orElseThrow(() -> unknown(id));
  }

  /** What is said of a token that is not good, or never was one. */
  static KeystoneError unknown(@Nullable String id) {
    if (id == null) {
      return KeystoneError.notFound("No token in the request");
    }
    return KeystoneError.notFound(
        id.startsWith(FERNET) ? "Failed to validate token" : "Could not recognize Fernet token");
  }

  /** With it go the tokens made from it. */
  void revoke(Token token) {
    String auditId = token.auditIds().getFirst();
    byId.values().removeIf(other -> other.auditIds().contains(auditId));
  }

  void revoke(Predicate<Token> which) {
    byId.values().removeIf(which);
  }

  /** As if their time had come now. */
  void expire(Predicate<Token> which) {
    byId.replaceAll((_, token) -> which.test(token) ? expired(token) : token);
  }

  private Token expired(Token token) {
    return token.isExpired(region.now()) ? token : token.expiringAt(region.now());
  }

  long countOf(User user) {
    return byId.values().stream()
        .filter(token -> token.user().equals(user) && !token.isExpired(region.now()))
        .count();
  }

  boolean isEnabled(User user) {
    return !disabled.contains(user);
  }

  /** A user who is disabled loses every token, for good. */
  void disable(User user) {
    disabled.add(user);
    revoke(token -> token.user().equals(user));
  }

  void enable(User user) {
    disabled.remove(user);
  }
}
