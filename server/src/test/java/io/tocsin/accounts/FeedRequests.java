package io.tocsin.accounts;

import io.tocsin.accounts.TestAccounts.Member;
import io.tocsin.http.RandomTexts;
import io.tocsin.http.RequestBytes;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.function.Supplier;

/**
 * Requests about a town as no client sends them: well-formed HTTP, whose paths, queries, headers
 * and bodies are now right, now nearly right, now anything.
 */
final class FeedRequests {
  /** Over what the listener takes. */
  private static final int TOO_LONG = 120_000;

  private static final int TOO_LONG_HEAD = 17_000;

  private static final List<String> METHODS =
      List.of("GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS", "X");

  /** Beside the feed; {@code A} is the account, {@code U} a user, {@code G} a group. */
  private static final List<String> SIBLINGS =
      List.of(
          "",
          "A",
          "A/core/v1/users",
          "A/core/v1/groups",
          "A/core/v1/groups/G/users",
          "A/core/v1/roleBindings",
          "A/core/v1/users/U/roleBindings",
          "A/core/v1/users/U/tokens",
          "A/topology/v1/clouds");

  private static final List<String> NOUNS =
      List.of("core", "v1", "events", "notifications", "users", "unreadNotifications", "tokens");

  private static final List<String> ODD_FIELDS =
      List.of(
          "Authorization",
          "X-Auth-Token",
          "X-Forwarded-For",
          "Accept",
          "Accept-Language",
          "Content-Type",
          "Content-Encoding",
          "Idempotency-Key",
          "If-Match",
          "If-None-Match",
          "Origin",
          "Range",
          "X-HTTP-Method-Override");

  private final RandomTexts texts;
  private final Town town;
  private final RandomQueries queries;
  private final RandomEvents events;
  private Member caller;

  FeedRequests(Random random, Town town) {
    this.texts = new RandomTexts(random);
    this.town = town;
    this.queries = new RandomQueries(texts, town.documents());
    this.events = new RandomEvents(texts);
    this.caller = town.callers().getFirst();
  }

  /** A whole request, with its framing right. */
  byte[] next() {
    caller = texts.pick(town.callers());
    return switch (texts.number(12)) {
      case 0, 1, 2, 3 -> list();
      case 4 -> one();
      case 5, 6, 7 -> publication();
      case 8, 9 -> sibling();
      case 10 -> request(texts.pick(METHODS), sibling(texts.pick(SIBLINGS)) + id(), some());
      default -> request(texts.pick(METHODS), path() + query(noun()), some());
    };
  }

  private byte[] list() {
    Noun noun = noun();
    return request(texts.sometimes(30) ? "HEAD" : "GET", feed(noun) + query(noun), nothing());
  }

  private byte[] one() {
    String target = feed(noun()) + id() + (texts.sometimes(20) ? query(Noun.EVENT) : "");
    return request(texts.sometimes(3) ? "DELETE" : "GET", target, nothing());
  }

  private byte[] publication() {
    Noun noun = texts.sometimes(3) ? Noun.NOTIFICATION : Noun.EVENT;
    return request("POST", feed(noun), finished(events.body(texts.sometimes(20) ? noun() : noun)));
  }

  private byte[] sibling() {
    String sibling = texts.pick(SIBLINGS);
    boolean isOne = texts.sometimes(2);
    String method = texts.pick(isOne ? List.of("GET", "PUT", "DELETE") : List.of("GET", "POST"));
    String target = sibling(sibling) + (isOne ? id() : "");
    boolean hasBody = method.equals("POST") || method.equals("PUT");
    return request(method, target, hasBody ? finished(bodyOf(sibling)) : nothing());
  }

  private Noun noun() {
    return texts.pick(List.of(Noun.values()));
  }

  private String feed(Noun noun) {
    String core = sibling("A/core/v1/");
    String unread = "users/%s/unreadNotifications".formatted(own(caller.user().toString()));
    return core
        + switch (noun) {
          case EVENT -> "events";
          case NOTIFICATION -> "notifications";
          case UNREAD_NOTIFICATION ->
              texts.sometimes(3) ? "groups/" + own(town.group().toString()) + "/" + unread : unread;
        };
  }

  private String sibling(String shape) {
    StringBuilder path = new StringBuilder(shape.isEmpty() ? "/accounts" : "/accounts/");
    for (String element : shape.split("(?<=/)", -1)) {
      path.append(
          switch (element) {
            case "A", "A/" -> element.replace("A", own(town.account().toString()));
            case "U/" -> own(town.victim().user().toString()) + "/";
            case "G/" -> own(town.group().toString()) + "/";
            default -> element;
          });
    }
    return path.toString();
  }

  /** Mostly what belongs there. */
  private String own(String id) {
    return texts.sometimes(20) ? element() : texts.sometimes(20) ? texts.pick(town.ids()) : id;
  }

  private String id() {
    return "/" + (texts.sometimes(8) ? element() : texts.pick(town.ids()));
  }

  /** Without NUL, on which the listener itself says 400 and hangs up. */
  private String element() {
    return switch (texts.number(5)) {
      case 0 -> RequestBytes.encoded(texts.any().replace('\0', '~'));
      case 1 -> "%2f..;x=%2e";
      case 2 -> texts.pick(town.ids()).toUpperCase(Locale.ROOT);
      case 3 -> texts.pick(town.ids()).replace('-', '1');
      default -> texts.pick(RandomEvents.IDS);
    };
  }

  private String path() {
    StringBuilder path = new StringBuilder(texts.sometimes(2) ? "/accounts" : sibling("A"));
    for (int i = texts.number(5); i > 0; i--) {
      path.append('/').append(texts.sometimes(2) ? texts.pick(NOUNS) : element());
    }
    return path + (texts.sometimes(20) ? "/" : "");
  }

  private String query(Noun noun) {
    List<String> parameters = queries.parameters(noun, town.tokens());
    StringBuilder query = new StringBuilder();
    for (int i = 0; i < parameters.size(); i += 2) {
      query.append(i == 0 ? '?' : '&').append(RequestBytes.encoded(parameters.get(i)));
      query.append('=').append(RequestBytes.encoded(parameters.get(i + 1)));
    }
    return query.toString();
  }

  private byte[] some() {
    return texts.sometimes(2) ? nothing() : finished(bodyOf(texts.pick(SIBLINGS)));
  }

  private static byte[] nothing() {
    return new byte[0];
  }

  private byte[] finished(String json) {
    byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
    if (texts.sometimes(1_000)) {
      return Arrays.copyOf(bytes, TOO_LONG);
    }
    if (texts.sometimes(20)) {
      bytes[texts.number(bytes.length)] = (byte) texts.number(256);
    }
    return bytes;
  }

  /** Right for a resource of that list, or wrong in something. */
  private String bodyOf(String sibling) {
    Map<String, String> all = new LinkedHashMap<>();
    all.put("version", "\"1.0\"");
    all.put("name", RandomTexts.quoted("n" + texts.plain()));
    String role = RandomTexts.quoted(texts.pick(List.of("viewer", "member", "admin", "owner")));
    switch (sibling) {
      case "", "A" -> {
        all.put("type", "\"application/astra-account\"");
        maybe(all, "isEnabled", "\"true\"");
        maybe(all, "projectID", "\"p1\"");
        maybe(all, "defaultTTL", Integer.toString(texts.number(3)));
        maybe(all, "maxTTL", "1e" + texts.number(20));
      }
      case "A/core/v1/groups" -> all.put("type", "\"application/astra-group\"");
      case "A/core/v1/users/U/tokens" -> {
        all.put("type", "\"application/astra-token\"");
        maybe(all, "isForPublishing", "\"true\"");
        maybe(all, "expiryTimestamp", "\"2031-03-15T00:00:00Z\"");
      }
      case "A/core/v1/roleBindings", "A/core/v1/users/U/roleBindings" -> {
        all.remove("name");
        all.put("type", "\"application/astra-roleBinding\"");
        all.put("principalType", texts.pick(List.of("\"user\"", "\"group\"")));
        all.put("userID", RandomTexts.quoted(town.victim().user().toString()));
        maybe(all, "groupID", RandomTexts.quoted(town.group().toString()));
        all.put("role", role);
        maybe(all, "roleConstraints", "[\"namespaces:id='%s'\"]".formatted(town.ids().getFirst()));
      }
      default -> {
        all.put("type", "\"application/astra-user\"");
        maybe(all, "id", RandomTexts.quoted(texts.pick(town.ids())));
        maybe(all, "role", role);
        maybe(all, "keystoneID", "\"k" + texts.number(9) + "\"");
        maybe(all, "state", "\"active\"");
      }
    }
    return texts.sometimes(20) ? texts.json() : events.hurt(all);
  }

  private void maybe(Map<String, String> all, String name, String json) {
    if (texts.sometimes(2)) {
      all.put(name, json);
    }
  }

  private byte[] request(String method, String target, byte[] body) {
    RequestBytes request = new RequestBytes(method, target);
    if (!texts.sometimes(80)) {
      request.field("Authorization", authorization());
    }
    field(request, 2, "Accept", this::mediaType);
    if (body.length > 0) {
      request.field("Content-Type", texts.sometimes(12) ? mediaType() : "application/json");
      field(request, 3, "Idempotency-Key", () -> "key-" + texts.number(40));
    }
    while (texts.sometimes(5)) {
      field(request, 1, texts.pick(ODD_FIELDS), this::oddValue);
    }
    return request.with(body, texts);
  }

  private void field(RequestBytes request, int onceIn, String name, Supplier<String> value) {
    if (texts.sometimes(onceIn)) {
      request.field(name, value.get());
    }
  }

  private String authorization() {
    return switch (texts.number(60)) {
      case 0 ->
          queries.damaged("Bearer " + caller.token()).replaceAll("[\\p{Cntrl}\\P{ASCII}]", "~");
      case 1 -> "Basic " + caller.token();
      case 2 -> "bearer  " + caller.token();
      case 3 -> "Bearer " + texts.visible();
      default -> "Bearer " + caller.token();
    };
  }

  private String mediaType() {
    return switch (texts.number(10)) {
      case 0 -> "application/astra-event+json; q=0." + texts.number(10);
      case 1 -> "text/html, */*;q=0.1";
      case 2 -> "application/json;q=" + texts.visible();
      case 3 -> texts.visible();
      case 4 -> "application/*, application/astra-Notifications+JSON";
      case 5 -> "*/*,".repeat(texts.number(50));
      default -> "application/json";
    };
  }

  private String oddValue() {
    return switch (texts.number(6)) {
      case 0 -> "";
      case 1 -> "*";
      case 2 -> "\"" + texts.visible() + "\"";
      case 3 -> texts.pick(town.ids());
      case 4 -> texts.sometimes(300) ? "y".repeat(TOO_LONG_HEAD) : "\u00ff\u00e9";
      default -> texts.visible();
    };
  }
}
