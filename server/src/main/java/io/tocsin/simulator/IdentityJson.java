package io.tocsin.simulator;

import io.tocsin.http.Json;
import io.tocsin.simulator.Cast.AppCredential;
import io.tocsin.simulator.Cast.Project;
import io.tocsin.simulator.Cast.Role;
import io.tocsin.simulator.Cast.User;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** What Keystone shows, as Keystone 22 to 29 lay it out. */
final class IdentityJson {
  private IdentityJson() {}

  static ObjectNode versions(String url) {
    ObjectNode json = Json.object();
    json.putObject("versions").putArray("values").add(versionThree(url));
    return json;
  }

  static ObjectNode version(String url) {
    ObjectNode json = Json.object();
    json.set("version", versionThree(url));
    return json;
  }

  private static ObjectNode versionThree(String url) {
    ObjectNode json = Json.object();
    json.put("id", "v3.14");
    json.put("status", "stable");
    json.put("updated", "2020-04-07T00:00:00Z");
    json.putArray("links").addObject().put("rel", "self").put("href", url + "/v3/");
    json.putArray("media-types")
        .addObject()
        .put("base", "application/json")
        .put("type", "application/vnd.openstack.identity-v3+json");
    return json;
  }

  /**
   * A token.
   *
   * @param catalog null leaves it out
   */
  static ObjectNode token(Token token, @Nullable ArrayNode catalog) {
    ObjectNode json = Json.object();
    ObjectNode shown = json.putObject("token");
    ArrayNode methods = shown.putArray("methods");
    token.methods().forEach(methods::add);
    ObjectNode user = shown.putObject("user");
    user.set("domain", domain());
    user.put("id", token.user().id());
    user.put("name", token.user().name());
    user.putNull("password_expires_at");
    ArrayNode auditIds = shown.putArray("audit_ids");
    token.auditIds().forEach(auditIds::add);
    shown.put("expires_at", time(token.expiresAt()));
    shown.put("issued_at", time(token.issuedAt()));
    switch (token.scope()) {
      case Token.Scope.Unscoped() -> {}
      case Token.Scope.OfProject(Project project) -> {
        ObjectNode in = shown.putObject("project");
        in.set("domain", domain());
        in.put("id", project.id());
        in.put("name", project.name());
        shown.put("is_domain", false);
        roles(shown, token);
      }
      case Token.Scope.OfDomain() -> {
        shown.set("domain", domain());
        roles(shown, token);
      }
      case Token.Scope.OfSystem() -> {
        roles(shown, token);
        shown.putObject("system").put("all", true);
      }
    }
    if (catalog != null && !(token.scope() instanceof Token.Scope.Unscoped)) {
      shown.set("catalog", catalog);
    }
    AppCredential credential = token.credential();
    if (credential != null) {
      ObjectNode by = shown.putObject("application_credential");
      by.put("id", credential.id());
      by.put("name", credential.name());
      by.put("restricted", true);
    }
    return json;
  }

  private static void roles(ObjectNode shown, Token token) {
    ArrayNode roles = shown.putArray("roles");
    token.roles().forEach(role -> roles.addObject().put("id", role.id()).put("name", role.name()));
  }

  private static ObjectNode domain() {
    return Json.object().put("id", Cast.DOMAIN_ID).put("name", Cast.DOMAIN_NAME);
  }

  /** With microseconds and a Z, as Keystone prints moments. */
  static String time(Instant moment) {
    return ServerJson.micros(moment) + "Z";
  }

  /**
   * The catalog.
   *
   * @param urls of every service type, the same for each interface
   */
  static ArrayNode catalog(Map<String, String> urls) {
    ArrayNode catalog = Json.mapper().createArrayNode();
    urls.forEach((type, url) -> {
      ObjectNode service = catalog.addObject();
      ArrayNode endpoints = service.putArray("endpoints");
      for (String face : List.of("public", "internal", "admin")) {
        ObjectNode endpoint = endpoints.addObject();
        endpoint.put("id", Cast.idOf("endpoint", type + " " + face));
        endpoint.put("interface", face);
        endpoint.put("region_id", Cast.REGION);
        endpoint.put("url", url);
        endpoint.put("region", Cast.REGION);
      }
      service.put("id", Cast.idOf("service", type));
      service.put("type", type);
      service.put("name", serviceName(type));
    });
    return catalog;
  }

  private static String serviceName(String type) {
    return switch (type) {
      case "identity" -> "keystone";
      case "compute" -> "nova";
      default -> "masakari";
    };
  }

  static ObjectNode project(Project project, String url) {
    ObjectNode json = Json.object();
    json.put("id", project.id());
    json.put("name", project.name());
    json.put("domain_id", Cast.DOMAIN_ID);
    json.put("description", "");
    json.put("enabled", true);
    json.put("parent_id", Cast.DOMAIN_ID);
    json.put("is_domain", false);
    json.putArray("tags");
    json.putObject("options");
    self(json, url + "/v3/projects/" + project.id());
    return json;
  }

  static ObjectNode user(User user, boolean isEnabled, String url) {
    ObjectNode json = Json.object();
    json.put("id", user.id());
    json.put("name", user.name());
    json.put("domain_id", Cast.DOMAIN_ID);
    json.put("enabled", isEnabled);
    json.putNull("password_expires_at");
    json.putObject("options");
    self(json, url + "/v3/users/" + user.id());
    return json;
  }

  static ObjectNode role(Role role, String url) {
    ObjectNode json = Json.object();
    json.put("id", role.id());
    json.put("name", role.name());
    json.putNull("domain_id");
    json.putNull("description");
    json.putObject("options");
    self(json, url + "/v3/roles/" + role.id());
    return json;
  }

  static ObjectNode domain(String url) {
    ObjectNode json = domain();
    json.put("description", "The default domain");
    json.put("enabled", true);
    json.putArray("tags");
    json.putObject("options");
    self(json, url + "/v3/domains/" + Cast.DOMAIN_ID);
    return json;
  }

  /** A list on one page. */
  static ObjectNode collection(String name, List<ObjectNode> members, String self) {
    ObjectNode json = Json.object();
    ArrayNode all = json.putArray(name);
    members.forEach(all::add);
    ObjectNode links = json.putObject("links");
    links.putNull("next");
    links.put("self", self);
    links.putNull("previous");
    return json;
  }

  /** Adds the link of what a list is not. */
  static void self(ObjectNode json, String url) {
    json.putObject("links").put("self", url);
  }
}
