package io.tocsin.accounts;

import io.tocsin.http.RandomTexts;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Events to publish, member by member as JSON text: right ones, of which many are alike in many
 * things, and the same with something wrong.
 */
final class RandomEvents {
  static final List<String> IDS =
      List.of(
          "a4f81c29-6b3e-4d75-9e02-c7d8516fb3a4",
          "d18b7c52-0e94-4f6a-a3b1-5c2e7f90d846",
          "3e7c1f84-92ab-5d06-8b4f-d1a60c5e9372",
          "00000000-0000-0000-0000-000000000000");

  /** Longer than what an order looks at, and alike up to there. */
  private static final String LONG = "Long before that, \ud83d\udea8 ".repeat(16);

  private static final List<String> SUMMARIES =
      List.of(
          "Disk full",
          "Disk almost full",
          "disk full",
          "Disk full ",
          "\u00dcberlauf, '80%' \"voll\"",
          "\ud83d\udea8 on deck",
          "\uffee, below the siren",
          "a,b eq 'c'",
          "100% + 1_000 \\ %20 *");
  private static final List<String> DESCRIPTIONS =
      List.of("It happened.", "Two\nlines\tof it.", LONG + "a", LONG + "b", LONG, "\u00e9t\u00e9");
  private static final List<String> URLS =
      List.of("https://docs.example/a?b=c", "http://h/%C3%A9", "https://[::1]:8443/");

  private final RandomTexts texts;

  RandomEvents(RandomTexts texts) {
    this.texts = texts;
  }

  /** Nothing is wrong with it, and about each second thing that may be missing is. */
  Map<String, String> members(Noun noun) {
    Map<String, String> all = new LinkedHashMap<>();
    put(all, "type", noun.type());
    put(all, "version", "1." + texts.number(4));
    put(all, "name", texts.pick(List.of("harbour.crane.moved", "harbour.crane", "mine.shaft")));
    put(all, "summary", texts.pick(SUMMARIES));
    put(all, "source", texts.pick(List.of("watch", "harbour", "a-b")));
    put(all, "resourceID", texts.pick(IDS));
    put(all, "resourceType", "application/astra-" + texts.pick(List.of("crane", "Crane", "app")));
    put(all, "severity", texts.pick(List.of("critical", "warning", "cleared", "indeterminate")));
    put(all, "class", texts.pick(List.of("system", "user", "security")));
    put(all, "description", texts.pick(DESCRIPTIONS));
    addMore(all);
    addLists(all);
    if (noun == Noun.NOTIFICATION) {
      all.remove("destinations");
    }
    return all;
  }

  private void addMore(Map<String, String> all) {
    maybe(all, "eventTime", "2031-03-1%dT09:26:5%dZ".formatted(texts.number(5), texts.number(10)));
    maybe(all, "correlationID", texts.pick(IDS));
    maybe(all, "descriptionURL", texts.pick(URLS));
    maybe(all, "correctiveAction", texts.pick(DESCRIPTIONS));
    maybe(all, "correctiveActionURL", texts.sometimes(2) ? "/page" : texts.pick(URLS));
    maybe(all, "resourceURI", "/accounts/x/" + texts.pick(List.of("a", "B", "\u00e9")));
    maybe(all, "resourceMethod", texts.pick(List.of("get", "put", "delete")));
    maybe(all, "resourceMethodResult", texts.pick(List.of("200", "409", "599")));
    maybe(all, "userID", texts.pick(IDS));
    if (texts.sometimes(2)) {
      String ttl = texts.pick(List.of("0", "1000000", "10000000", "1e7", "9007199254740991"));
      String flag = texts.pick(List.of("", ",\"isAcknowledgeable\":\"true\""));
      all.put("data", "{\"ttl\":" + ttl + flag + "}");
    }
  }

  private void addLists(Map<String, String> all) {
    maybeSome(all, "additionalResourceIDs", IDS);
    maybeSome(all, "destinations", List.of("notification", "banner", "support"));
    maybeSome(all, "resourceCollectionURL", List.of("/a", "/b", "/b/c", "\u00fc"));
    if (texts.sometimes(2)) {
      all.put("visibility", "[\"owner\",\"%s\"]".formatted(texts.pick(List.of("viewer", "admin"))));
    }
    if (texts.sometimes(2)) {
      List<String> labels =
          some(List.of("tier", "Tier", "")).stream()
              .map(name -> "{\"name\":%s,\"value\":%s}".formatted(name, quotedPlain()))
              .toList();
      all.put("metadata", "{\"labels\":[" + String.join(",", labels) + "]}");
    }
  }

  private String quotedPlain() {
    return RandomTexts.quoted(texts.plain());
  }

  private static void put(Map<String, String> all, String name, String text) {
    all.put(name, RandomTexts.quoted(text));
  }

  private void maybe(Map<String, String> all, String name, String text) {
    if (texts.sometimes(2)) {
      put(all, name, text);
    }
  }

  private void maybeSome(Map<String, String> all, String name, List<String> from) {
    if (texts.sometimes(2)) {
      all.put(name, "[" + String.join(",", some(from)) + "]");
    }
  }

  private List<String> some(List<String> from) {
    return from.stream().filter(_ -> texts.sometimes(2)).map(RandomTexts::quoted).toList();
  }

  static String object(Map<String, String> members) {
    return members.entrySet().stream()
        .map(it -> RandomTexts.quoted(it.getKey()) + ":" + it.getValue())
        .collect(Collectors.joining(",", "{", "}"));
  }

  static String list(Noun noun, List<String> events) {
    return "{\"type\":\"%s\",\"version\":\"%s\",\"items\":[%s]}"
        .formatted(noun.listType(), noun.version(), String.join(",", events));
  }

  /** One or many of them, right or wrong in one to three things. */
  String body(Noun noun) {
    if (!texts.sometimes(4)) {
      return hurt(members(noun));
    }
    if (texts.sometimes(40)) {
      return list(noun, Collections.nCopies(Publishing.MAX_EVENTS + texts.number(2), "{}"));
    }
    List<String> events = new ArrayList<>();
    for (int i = texts.number(5); i > 0; i--) {
      events.add(texts.sometimes(3) ? hurt(members(noun)) : object(members(noun)));
    }
    return list(texts.sometimes(20) ? Noun.UNREAD_NOTIFICATION : noun, events);
  }

  /** As often as not there is something wrong. */
  String hurt(Map<String, String> members) {
    Map<String, String> some = new LinkedHashMap<>(members);
    for (int i = texts.sometimes(2) ? 1 + texts.number(3) : 0; i > 0; i--) {
      String name = texts.pick(List.copyOf(members.keySet()));
      switch (texts.number(5)) {
        case 0 -> some.remove(name);
        case 1 -> some.put(texts.sometimes(2) ? "id" : texts.any(), texts.json());
        case 2 -> some.put(name, "[" + texts.json() + "]");
        default -> some.put(name, texts.json());
      }
    }
    return object(some);
  }
}
