package io.tocsin.cli;

import io.tocsin.cli.ApiClient.CallException;
import io.tocsin.identity.AccountId;
import io.tocsin.identity.Identifiers;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import tools.jackson.databind.JsonNode;

/** Finds the id of what people call by a name. */
final class Named {
  private static final String PROJECT_ID = "[0-9a-f]{32}";
  private static final int MAX_TOLD = 10;

  private Named() {}

  /** The id of the account that is meant by a name, a project's id, or the id itself. */
  static String account(AccountClient client, String text) {
    if (text.equals("operators")) {
      return AccountId.OPERATORS.toString();
    }
    String lower = text.toLowerCase(Locale.ROOT);
    if (isId(lower)) {
      return lower;
    }
    if (text.matches(PROJECT_ID)) {
      return AccountId.ofProject(text).toString();
    }
    JsonNode accounts = client.get(AccountClient.ACCOUNTS);
    for (JsonNode account : accounts.path("items")) {
      if (account.path("projectID").asString("").equals(text)) {
        return account.path("id").asString();
      }
    }
    return only("account", text, accounts);
  }

  /** The id of what has that name, or id, in that collection. */
  static String id(AccountClient client, String path, String kind, String text) {
    String lower = text.toLowerCase(Locale.ROOT);
    return isId(lower) ? lower : only(kind, text, client.get(path));
  }

  private static boolean isId(String text) {
    return Identifiers.parse(text).isPresent();
  }

  private static String only(String kind, String name, JsonNode list) {
    List<String> ids = new ArrayList<>();
    List<String> names = new ArrayList<>();
    for (JsonNode item : list.path("items")) {
      names.add(item.path("name").asString(""));
      if (item.path("name").asString("").equals(name)) {
        ids.add(item.path("id").asString());
      }
    }
    if (ids.size() == 1) {
      return ids.getFirst();
    }
    throw new CallException(
        ids.isEmpty()
            ? "There is no %s '%s' here; there %s"
                .formatted(kind, name, names.isEmpty() ? "is none" : "are: " + some(names))
            : "%d are called '%s'; say which by its id: %s".formatted(ids.size(), name, some(ids)),
        404);
  }

  private static String some(List<String> texts) {
    return texts.size() <= MAX_TOLD
        ? String.join(", ", texts)
        : String.join(", ", texts.subList(0, MAX_TOLD)) + ", ...";
  }
}
