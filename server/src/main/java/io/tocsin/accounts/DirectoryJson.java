package io.tocsin.accounts;

import io.tocsin.feed.Life;
import io.tocsin.http.Json;
import io.tocsin.identity.Account;
import io.tocsin.identity.AccountUser;
import io.tocsin.identity.ApiToken;
import io.tocsin.identity.Group;
import io.tocsin.identity.Identifiers;
import io.tocsin.identity.RoleBinding;
import io.tocsin.identity.RoleHolder;
import io.tocsin.identity.UserId;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** The resources beside the feed as the wire shows them; what is absent is left out. */
final class DirectoryJson {
  private DirectoryJson() {}

  /** A list of those, in UTF-8. */
  static byte[] list(Sibling sibling, List<ObjectNode> items) {
    ObjectNode document =
        Json.object().put("type", sibling.listType()).put("version", Sibling.VERSION);
    ArrayNode array = document.putArray("items");
    items.forEach(array::add);
    document.putObject("metadata");
    return Json.bytes(document);
  }

  /** How long events stay is told in seconds. */
  static ObjectNode account(Account account, Life life) {
    ObjectNode json = begin(Sibling.ACCOUNT, account.id());
    json.put("name", account.name()).put("isEnabled", text(account.isEnabled()));
    putIfThere(json, "projectID", account.projectId());
    putIfThere(json, "defaultTTL", life.standard());
    putIfThere(json, "maxTTL", life.longest());
    return end(json, account.createdAt(), account.updatedAt(), account.createdBy());
  }

  static ObjectNode user(AccountUser user) {
    ObjectNode json = begin(Sibling.USER, user.id());
    json.put("name", user.name())
        .put("state", user.state().wire())
        .put("isEnabled", text(user.isEnabled()));
    putIfThere(json, "keystoneID", user.keystoneId());
    return end(json, user.createdAt(), user.updatedAt(), user.createdBy());
  }

  static ObjectNode group(Group group) {
    ObjectNode json = begin(Sibling.GROUP, group.id()).put("name", group.name());
    return end(json, group.createdAt(), null, group.createdBy());
  }

  static ObjectNode binding(RoleBinding binding) {
    ObjectNode json = begin(Sibling.ROLE_BINDING, binding.id());
    String none = Identifiers.NIL.toString();
    switch (binding.holder()) {
      case RoleHolder.OfUser(UserId user) ->
          json.put("principalType", "user").put("userID", user.toString()).put("groupID", none);
      case RoleHolder.OfGroup holder ->
          json.put("principalType", "group")
              .put("userID", none)
              .put("groupID", holder.group().toString());
    }
    json.put("accountID", binding.account().toString()).put("role", binding.role().wire());
    ArrayNode constraints = json.putArray("roleConstraints");
    binding.roleConstraints().forEach(constraints::add);
    return end(json, binding.createdAt(), binding.updatedAt(), binding.createdBy());
  }

  /** Without its secret. */
  static ObjectNode token(ApiToken token) {
    ObjectNode json = begin(Sibling.TOKEN, token.id());
    json.put("name", token.name())
        .put("accountID", token.account().toString())
        .put("userID", token.user().toString())
        .put("isForPublishing", text(token.isForPublishing()));
    putIfThere(json, "expiryTimestamp", token.expiresAt());
    putIfThere(json, "lastUsedTimestamp", token.lastUsedAt());
    return end(json, token.createdAt(), null, token.createdBy());
  }

  private static ObjectNode begin(Sibling sibling, Object id) {
    return Json.object()
        .put("type", sibling.type())
        .put("version", Sibling.VERSION)
        .put("id", id.toString());
  }

  private static ObjectNode end(
      ObjectNode json, Instant createdAt, @Nullable Instant updatedAt, UserId createdBy) {
    ObjectNode metadata = json.putObject("metadata");
    metadata.putArray("labels");
    metadata
        .put("creationTimestamp", WireTime.format(createdAt))
        .put("modificationTimestamp", WireTime.format(updatedAt == null ? createdAt : updatedAt))
        .put("createdBy", createdBy.toString());
    return json;
  }

  private static void putIfThere(ObjectNode json, String name, @Nullable String text) {
    if (text != null) {
      json.put(name, text);
    }
  }

  private static void putIfThere(ObjectNode json, String name, @Nullable Instant time) {
    if (time != null) {
      json.put(name, WireTime.format(time));
    }
  }

  private static void putIfThere(ObjectNode json, String name, @Nullable Duration time) {
    if (time != null) {
      json.put(name, time.toSeconds());
    }
  }

  private static String text(boolean flag) {
    return Boolean.toString(flag);
  }
}
