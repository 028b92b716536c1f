package io.tocsin.cli;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * An account of a server, as somebody sees and changes it.
 *
 * @param id as paths have it
 */
record OneAccount(AccountClient client, String id) {
  private static final String VERSION = "1.0";

  String path() {
    return AccountClient.ACCOUNTS + "/" + id;
  }

  /** Of something in the account: {@code users/ID/tokens}. */
  String core(String rest) {
    return path() + "/core/v1/" + rest;
  }

  JsonNode get(String rest) {
    return client.get(core(rest));
  }

  /** The id of the user, group or token that has that name or id. */
  String idOf(String collection, String kind, String nameOrId) {
    return Named.id(client, core(collection), kind, nameOrId);
  }

  /** Makes something, and returns it. */
  JsonNode create(String collection, String type, Map<String, ?> members) {
    return client.call("POST", core(collection), document(type, members));
  }

  void change(String rest, String type, Map<String, ?> members) {
    client.call("PUT", core(rest), document(type, members));
  }

  void delete(String rest) {
    client.call("DELETE", core(rest), null);
  }

  /** Gives the user or group that role, instead of the one that they have. */
  void bind(String kind, String holder, String role, @Nullable List<String> constraints) {
    Map<String, Object> members = new LinkedHashMap<>(Map.of("role", role));
    if (constraints != null) {
      members.put("roleConstraints", constraints);
    }
    String binding = binding(kind, holder);
    if (binding != null) {
      change("roleBindings/" + binding, "roleBinding", members);
      return;
    }
    members.put("principalType", kind);
    members.put(kind + "ID", holder);
    create("roleBindings", "roleBinding", members);
  }

  /** Takes away the role of the user or group; those that they have through groups stay. */
  void unbind(String kind, String holder) {
    String binding = binding(kind, holder);
    if (binding == null) {
      throw new ApiClient.CallException(
          "The %s has no role of their own in this account".formatted(kind), 404);
    }
    delete("roleBindings/" + binding);
  }

  private @Nullable String binding(String kind, String holder) {
    for (JsonNode binding : get("roleBindings").path("items")) {
      if (binding.path(kind + "ID").asString("").equals(holder)) {
        return binding.path("id").asString();
      }
    }
    return null;
  }

  /** A body with those members. */
  static ObjectNode document(String type, Map<String, ?> members) {
    ObjectNode document = JsonMapper.shared().createObjectNode();
    document.put("type", "application/astra-" + type).put("version", VERSION);
    members.forEach(document::putPOJO);
    return document;
  }
}
