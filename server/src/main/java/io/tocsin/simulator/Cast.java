package io.tocsin.simulator;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;

/** Who and what the simulated Keystone knows. Fixed: the same names and ids everywhere. */
final class Cast {
  static final String DOMAIN_ID = "default";
  static final String DOMAIN_NAME = "Default";
  static final String REGION = "RegionOne";

  /** Everybody's password; nothing here is worth a secret. */
  static final String PASSWORD = "secret";

  static final Project ADMIN_PROJECT = new Project("admin");
  static final Project SERVICE_PROJECT = new Project("service");
  static final Project DEMO_PROJECT = new Project("demo");
  static final List<Project> PROJECTS = List.of(ADMIN_PROJECT, SERVICE_PROJECT, DEMO_PROJECT);

  static final User ADMIN = new User("admin");
  static final User TOCSIN = new User("tocsin");
  static final User DEMO = new User("demo");
  static final User READER = new User("reader");
  static final List<User> USERS = List.of(ADMIN, TOCSIN, DEMO, READER);

  /** Keystone's own roles and {@code service}; a role implies those after it, service none. */
  static final List<Role> ROLES =
      Stream.of("admin", "member", "reader", "service").map(Role::new).toList();

  static final AppCredential CREDENTIAL =
      new AppCredential("tocsin-server", PASSWORD, TOCSIN, SERVICE_PROJECT);

  private static final Set<String> ALL_OF_ADMIN = Set.of("admin", "member", "reader");

  private Cast() {}

  /** A project of the one domain. */
  record Project(String name) {
    String id() {
      return idOf("project", name);
    }
  }

  /** A user of the one domain. */
  record User(String name) {
    String id() {
      return idOf("user", name);
    }
  }

  record Role(String name) {
    String id() {
      return idOf("role", name);
    }
  }

  /** What its user may do in one project, without the user's password. */
  record AppCredential(String name, String secret, User user, Project project) {
    String id() {
      return idOf("application-credential", name);
    }
  }

  /** Thirty-two hexadecimal digits, as Keystone's ids are. */
  static String idOf(String kind, String name) {
    byte[] seed = (kind + " " + name).getBytes(StandardCharsets.UTF_8);
    return UUID.nameUUIDFromBytes(seed).toString().replace("-", "");
  }

  /** Empty where they may not even enter. */
  static List<Role> rolesIn(User user, Project project) {
    Set<String> names =
        switch (user.name() + " in " + project.name()) {
          case "admin in admin", "admin in demo" -> ALL_OF_ADMIN;
          case "tocsin in service" -> Set.of("admin", "member", "reader", "service");
          case "demo in demo" -> Set.of("member", "reader");
          case "reader in demo" -> Set.of("reader");
          default -> Set.of();
        };
    return ROLES.stream().filter(role -> names.contains(role.name())).toList();
  }

  /** In the domain and in the system as a whole: the administrator alone. */
  static List<Role> rolesAbove(User user) {
    return user.equals(ADMIN)
        ? ROLES.stream().filter(role -> ALL_OF_ADMIN.contains(role.name())).toList()
        : List.of();
  }

  static List<Project> projectsOf(User user) {
    return PROJECTS.stream().filter(project -> !rolesIn(user, project).isEmpty()).toList();
  }

  static Optional<User> userNamed(String name) {
    return USERS.stream().filter(user -> user.name().equals(name)).findFirst();
  }

  static Optional<User> userWithId(String id) {
    return USERS.stream().filter(user -> user.id().equals(id)).findFirst();
  }

  static Optional<Project> projectNamed(String name) {
    return PROJECTS.stream().filter(project -> project.name().equals(name)).findFirst();
  }

  static Optional<Project> projectWithId(String id) {
    return PROJECTS.stream().filter(project -> project.id().equals(id)).findFirst();
  }
}
