package io.tocsin.identity;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * What Keystone says about a token.
 *
 * @param caller whose it is
 * @param accessRules what it is restricted to; null where it is not, and empty allows nothing
 */
record KeystoneToken(Caller caller, Instant expiresAt, @Nullable List<AccessRule> accessRules) {
  KeystoneToken {
    accessRules = accessRules == null ? null : List.copyOf(accessRules);
  }

  /**
   * Reads the answer to a validation.
   *
   * @return empty for a token without a user, which is good for nothing
   * @throws IllegalArgumentException when the answer is none that Keystone gives
   */
  static Optional<KeystoneToken> parse(JsonNode answer) {
    JsonNode token = answer.path("token");
    Instant expiresAt = time(token.path("expires_at"));
    JsonNode user = token.path("user");
    String userId = text(user.path("id"));
    if (userId == null || userId.isEmpty()) {
      return Optional.empty();
    }
    String name = text(user.path("name"));
    Caller caller =
        new Caller(
            new Caller.User(userId, name == null ? "" : name, text(user.path("domain").path("id"))),
            scope(token),
            roles(token.path("roles")),
            null);
    JsonNode credential = token.path("application_credential");
    return Optional.of(new KeystoneToken(caller, expiresAt, rules(credential)));
  }

  /** Whether it may be used for that request. */
  boolean allows(String method, String path) {
    return accessRules == null || accessRules.stream().anyMatch(it -> it.matches(method, path));
  }

  private static Instant time(JsonNode node) {
    String text = text(node);
    if (text == null) {
      throw new IllegalArgumentException("a token without expires_at");
    }
    try {
      return OffsetDateTime.parse(text).toInstant();
    } catch (DateTimeException e) {
      throw new IllegalArgumentException("expires_at is no time", e);
    }
  }

  private static Scope scope(JsonNode token) {
    JsonNode project = token.path("project");
    String projectId = text(project.path("id"));
    if (projectId != null) {
      return new Scope.Project(
          projectId,
          text(project.path("domain").path("id")),
          token.path("is_admin_project").asBoolean(true));
    }
    String domainId = text(token.path("domain").path("id"));
    if (domainId != null) {
      return new Scope.Domain(domainId);
    }
    return token.path("system").path("all").asBoolean(false)
        ? new Scope.Everything()
        : new Scope.Nothing();
  }

  private static Set<String> roles(JsonNode roles) {
    return roles
        .valueStream()
        .map(role -> text(role.path("name")))
        .filter(name -> name != null && !name.isEmpty())
        .collect(Collectors.toSet());
  }

  private static @Nullable List<AccessRule> rules(JsonNode credential) {
    JsonNode listed = credential.path("access_rules");
    if (listed.isMissingNode() || listed.isNull()) {
      return null;
    }
    List<AccessRule> rules = new ArrayList<>();
    for (JsonNode rule : listed) {
      String service = text(rule.path("service"));
      String method = text(rule.path("method"));
      String path = text(rule.path("path"));
      if (service != null && method != null && path != null) {
        rules.add(new AccessRule(service, method, path));
      }
    }
    return rules;
  }

  private static @Nullable String text(JsonNode node) {
    return node.isString() ? node.stringValue() : null;
  }
}
