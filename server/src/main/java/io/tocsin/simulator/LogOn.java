package io.tocsin.simulator;

import io.tocsin.simulator.Cast.AppCredential;
import io.tocsin.simulator.Cast.Project;
import io.tocsin.simulator.Cast.User;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * What {@code POST /v3/auth/tokens} does: by password, application credential or another token,
 * into a project, the domain, the system or nothing. Called inside {@link Region#alone}.
 */
final class LogOn {
  private static final List<String> METHODS =
      List.of("password", "token", "application_credential");

  private final Tokens tokens;

  LogOn(Tokens tokens) {
    this.tokens = tokens;
  }

  /** Somebody who showed who they are, and what they showed it with. */
  private record Shown(
      User user,
      List<String> methods,
      @Nullable AppCredential credential,
      @Nullable Token parent) {}

  /**
   * A new token for the body.
   *
   * @throws KeystoneError why there is none
   */
  Token perform(JsonNode body) {
    JsonNode auth = body.path("auth");
    if (!auth.isObject()) {
      throw KeystoneError.expecting("auth", "request body");
    }
    JsonNode identity = auth.path("identity");
    if (!identity.isObject()) {
      throw KeystoneError.badRequest("'identity' is a required property");
    }
    Shown shown = identify(identity);
    return tokens.issue(
        shown.user(),
        scope(auth.path("scope"), shown),
        shown.methods(),
        shown.credential(),
        shown.parent());
  }

  private Shown identify(JsonNode identity) {
    JsonNode wanted = identity.path("methods");
    if (!wanted.isArray()) {
      throw KeystoneError.badRequest(
          "Invalid input for field 'identity': 'methods' is a required property");
    }
    Set<User> users = new LinkedHashSet<>();
    Set<String> methods = new LinkedHashSet<>();
    AppCredential credential = null;
    Token parent = null;
    for (JsonNode element : wanted.values()) {
      String method = element.asString("");
      JsonNode proof = identity.path(method);
      if (!METHODS.contains(method)) {
        throw KeystoneError.unsupportedMethod(METHODS);
      }
      if (!proof.isObject()) {
        throw KeystoneError.expecting(method, "identity");
      }
      methods.add(method);
      switch (method) {
        case "password" -> users.add(byPassword(proof.path("user")));
        case "token" -> {
          parent = byToken(proof);
          methods.addAll(parent.methods());
          users.add(parent.user());
        }
        default -> {
          credential = byCredential(proof);
          users.add(credential.user());
        }
      }
    }
    if (users.size() != 1) {
      throw KeystoneError.unauthorized();
    }
    return new Shown(users.iterator().next(), new ArrayList<>(methods), credential, parent);
  }

  private User byPassword(JsonNode sent) {
    if (!sent.isObject()) {
      throw KeystoneError.expecting("user", "None");
    }
    return user(sent)
        .filter(tokens::isEnabled)
        .filter(_ -> sent.path("password").asString("").equals(Cast.PASSWORD))
        .orElseThrow(KeystoneError::unauthorized);
  }

  private Token byToken(JsonNode sent) {
    String id = sent.path("id").asString("");
    if (id.isEmpty()) {
      throw KeystoneError.badRequest(
          "Invalid input for field 'identity/token': 'id' is a required property");
    }
    Token token = tokens.require(id);
    if (token.credential() != null) {
      // With the dot that Keystone sets twice.
      throw KeystoneError.forbidden(
          "Using a delegated token to create another token is not allowed.");
    }
    return token;
  }

  private AppCredential byCredential(JsonNode sent) {
    AppCredential there = Cast.CREDENTIAL;
    String id = sent.path("id").asString("");
    boolean isMeant;
    if (id.isEmpty()) {
      String name = sent.path("name").asString("");
      if (name.isEmpty()) {
        throw KeystoneError.expecting("id or name", "application credential");
      }
      if (!sent.path("user").isObject()) {
        throw KeystoneError.expecting("user", "application credential");
      }
      Optional<User> owner = user(sent.path("user"));
      isMeant = there.name().equals(name) && owner.filter(there.user()::equals).isPresent();
    } else {
      if (!there.id().equals(id)) {
        throw KeystoneError.notFound("Could not find Application Credential: " + id + ".");
      }
      isMeant = true;
    }
    boolean isRight = sent.path("secret").asString("").equals(there.secret());
    if (!isMeant || !isRight || !tokens.isEnabled(there.user())) {
      throw KeystoneError.unauthorized();
    }
    return there;
  }

  /** By id, or by name and domain. */
  private static Optional<User> user(JsonNode sent) {
    String id = sent.path("id").asString("");
    if (!id.isEmpty()) {
      return Cast.userWithId(id);
    }
    String name = sent.path("name").asString("");
    if (name.isEmpty()) {
      throw KeystoneError.badRequest(
          "Invalid input for field identity/password/user: id or name must be present.");
    }
    return isTheDomain(sent.path("domain"), "user") ? Cast.userNamed(name) : Optional.empty();
  }

  private static boolean isTheDomain(JsonNode domain, String of) {
    if (!domain.isObject()) {
      throw KeystoneError.expecting("domain", of);
    }
    return domain.has("id")
        ? domain.path("id").asString("").equals(Cast.DOMAIN_ID)
        : domain.path("name").asString("").equals(Cast.DOMAIN_NAME);
  }

  private static Token.Scope scope(JsonNode sent, Shown shown) {
    AppCredential credential = shown.credential();
    if (credential != null) {
      if (sent.isObject()) {
        throw KeystoneError.scopedCredential();
      }
      return new Token.Scope.OfProject(credential.project());
    }
    if (sent.path("project").isObject()) {
      return inProject(sent.path("project"), shown.user());
    }
    if (sent.path("domain").isObject()) {
      if (!isTheDomain(sent.path("domain"), "scope")) {
        throw KeystoneError.unauthorized();
      }
      return above(new Token.Scope.OfDomain(), shown.user());
    }
    if (sent.path("system").path("all").asBoolean(false)) {
      return above(new Token.Scope.OfSystem(), shown.user());
    }
    return new Token.Scope.Unscoped();
  }

  private static Token.Scope inProject(JsonNode sent, User user) {
    String id = sent.path("id").asString("");
    Optional<Project> project;
    if (!id.isEmpty()) {
      project = Cast.projectWithId(id);
    } else if (isTheDomain(sent.path("domain"), "project")) {
      project = Cast.projectNamed(sent.path("name").asString(""));
    } else {
      project = Optional.empty();
    }
    return project
        .filter(it -> !Cast.rolesIn(user, it).isEmpty())
        .map(Token.Scope.OfProject::new)
        .orElseThrow(KeystoneError::unauthorized);
  }

  private static Token.Scope above(Token.Scope scope, User user) {
    if (Cast.rolesAbove(user).isEmpty()) {
      throw KeystoneError.unauthorized();
    }
    return scope;
  }
}
