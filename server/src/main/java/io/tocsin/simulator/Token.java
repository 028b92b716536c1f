package io.tocsin.simulator;

import io.tocsin.simulator.Cast.AppCredential;
import io.tocsin.simulator.Cast.Project;
import io.tocsin.simulator.Cast.Role;
import io.tocsin.simulator.Cast.User;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Who somebody is, for a while.
 *
 * @param id what stands in {@code X-Auth-Token}
 * @param methods how they showed it, those of the token it was made from included
 * @param auditIds its own; then that of the first token of the chain where it is not the first
 * @param credential where it was made with one
 */
record Token(
    String id,
    User user,
    Scope scope,
    List<String> methods,
    List<String> auditIds,
    Instant issuedAt,
    Instant expiresAt,
    @Nullable AppCredential credential) {

  /** Where it is good. */
  sealed interface Scope {
    record Unscoped() implements Scope {}

    record OfProject(Project project) implements Scope {}

    /** Of the one domain. */
    record OfDomain() implements Scope {}

    record OfSystem() implements Scope {}
  }

  Token {
    methods = List.copyOf(methods);
    auditIds = List.copyOf(auditIds);
  }

  List<Role> roles() {
    return switch (scope) {
      case Scope.Unscoped() -> List.of();
      case Scope.OfProject(Project project) -> Cast.rolesIn(user, project);
      case Scope.OfDomain(), Scope.OfSystem() -> Cast.rolesAbove(user);
    };
  }

  boolean hasRole(String name) {
    return roles().stream().anyMatch(role -> role.name().equals(name));
  }

  boolean isExpired(Instant now) {
    return !now.isBefore(expiresAt);
  }

  Token expiringAt(Instant moment) {
    return new Token(id, user, scope, methods, auditIds, issuedAt, moment, credential);
  }
}
