package io.tocsin.identity;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Who is calling.
 *
 * @param roles by name, within the scope
 * @param service the service that passes the call on and vouches for it; null when the user calls
 *     directly
 */
public record Caller(User user, Scope scope, Set<String> roles, @Nullable Caller service) {
  /** Everybody, where nobody is asked: an administrator of no project. */
  static final Caller UNASKED =
      new Caller(new User("anybody", "anybody", null), new Scope.Nothing(), Set.of("admin"), null);

  /** Somebody who was not asked, and may do what is for everybody. */
  public static final Caller UNKNOWN =
      new Caller(new User("unknown", "unknown", null), new Scope.Nothing(), Set.of(), null);

  /** What the checks of policy rules can ask about a caller, and never anything else. */
  static final List<String> ATTRIBUTES =
      List.of(
          "user_id",
          "user_domain_id",
          "project_id",
          "project_domain_id",
          "domain_id",
          "system_scope",
          "is_admin_project",
          "roles",
          "service_user_id",
          "service_user_domain_id",
          "service_project_id",
          "service_project_domain_id",
          "service_roles");

  /** A user, by Keystone's ids. */
  public record User(String id, String name, @Nullable String domainId) {}

  public Caller {
    roles = Set.copyOf(roles);
  }

  public String userId() {
    return user.id();
  }

  /** The same, whose call that service passes on. */
  Caller by(@Nullable Caller vouching) {
    return new Caller(user, scope, roles, vouching);
  }

  /** Null when the token is not of a project. */
  public @Nullable String projectId() {
    return scope instanceof Scope.Project project ? project.id() : null;
  }

  /**
   * What policy rules compare requests with, as Masakari has it: the caller's own project and user,
   * because its objects belong to nobody.
   */
  public Map<String, String> target() {
    String project = projectId();
    return project == null
        ? Map.of("user_id", userId())
        : Map.of("user_id", userId(), "project_id", project);
  }

  /** The values of each of {@link #ATTRIBUTES} that this caller has; sorted where several. */
  Map<String, List<String>> attributes() {
    Map<String, List<String>> values = new LinkedHashMap<>();
    addTo(values, "");
    boolean isAdminProject = !(scope instanceof Scope.Project it) || it.isAdminProject();
    values.put("is_admin_project", List.of(isAdminProject ? "True" : "False"));
    if (scope instanceof Scope.Domain domain) {
      values.put("domain_id", List.of(domain.id()));
    }
    if (scope instanceof Scope.Everything) {
      values.put("system_scope", List.of("all"));
    }
    if (service != null) {
      service.addTo(values, "service_");
    }
    return values;
  }

  private void addTo(Map<String, List<String>> values, String prefix) {
    values.put(prefix + "user_id", List.of(userId()));
    if (user.domainId() != null) {
      values.put(prefix + "user_domain_id", List.of(user.domainId()));
    }
    if (scope instanceof Scope.Project project) {
      values.put(prefix + "project_id", List.of(project.id()));
      if (project.domainId() != null) {
        values.put(prefix + "project_domain_id", List.of(project.domainId()));
      }
    }
    values.put(prefix + "roles", List.copyOf(new TreeSet<>(roles)));
  }
}
