package io.tocsin.identity;

import java.util.Set;

/** Callers for tests. */
final class Callers {
  private Callers() {}

  static Caller inProject(String project, String... roles) {
    return new Caller(
        new Caller.User("u1", "ute", "default"),
        new Scope.Project(project, "default", true),
        Set.of(roles),
        null);
  }

  static Caller of(Scope scope, String... roles) {
    return new Caller(new Caller.User("u1", "ute", "default"), scope, Set.of(roles), null);
  }
}
