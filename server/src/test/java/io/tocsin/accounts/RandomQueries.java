package io.tocsin.accounts;

import io.tocsin.http.RandomTexts;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/** What one can ask of a list, right and nearly right, with values that stand in some documents. */
final class RandomQueries {
  private static final List<String> WORDS = List.of("eq", "lt", "gt", "lte", "gte");
  private static final int LONGEST_VALUE = 120;

  private final RandomTexts texts;
  private final List<JsonNode> documents;

  /**
   * @param documents at least one
   */
  RandomQueries(RandomTexts texts, List<JsonNode> documents) {
    this.texts = texts;
    this.documents = List.copyOf(documents);
  }

  /** One condition that is as it should be. */
  record Clause(String path, String word, String value) {
    String text() {
      return "%s %s '%s'".formatted(path, word, value);
    }

    boolean holds(JsonNode document) {
      return FilterByHand.holds(document, path, word, value);
    }
  }

  /** Now of one field, now of several. */
  List<Clause> clauses(Noun noun) {
    List<Clause> clauses = new ArrayList<>();
    for (int i = texts.sometimes(3) ? texts.number(4) : 1; i > 0; i--) {
      clauses.add(clause(noun));
    }
    return clauses;
  }

  private Clause clause(Noun noun) {
    boolean isEvent = noun != Noun.UNREAD_NOTIFICATION;
    return switch (texts.number(8)) {
      case 0 -> number(isEvent && texts.sometimes(2) ? "data.ttl" : "sequenceCount");
      case 1 -> time(texts.pick(isEvent ? Fields.EVENT_TIMES : Fields.TIMES));
      case 2, 3 -> text(texts.pick(isEvent ? Fields.EVENT_LISTS : Fields.LISTS));
      default -> text(texts.pick(isEvent ? Fields.EVENT_TEXTS : Fields.UNREAD_TEXTS));
    };
  }

  private Clause number(String path) {
    String whole = known(path, "17");
    String value =
        switch (texts.number(6)) {
          case 0 -> whole + ".5";
          case 1 -> "-" + whole;
          case 2 -> "+" + whole + ".000";
          case 3 -> "1e" + texts.number(90);
          case 4 -> "9".repeat(1 + texts.number(60));
          default -> whole;
        };
    return new Clause(path, texts.pick(WORDS), value);
  }

  private Clause time(String path) {
    String whole = known(path, "2031-03-14T09:26:53Z");
    String second = whole.substring(0, whole.length() - 1);
    String value =
        switch (texts.number(5)) {
          case 0 -> second + ".5Z";
          case 1 -> second + ",999999999Z";
          case 2 -> second + ".000Z";
          case 3 -> "0001-01-01T00:00:00Z";
          default -> whole;
        };
    return new Clause(path, texts.pick(WORDS), value);
  }

  private Clause text(String path) {
    String word = texts.sometimes(4) ? "in" : texts.pick(WORDS);
    String whole = known(path, texts.any());
    String value =
        switch (texts.number(6)) {
          case 0 -> part(whole, 0);
          case 1 -> part(whole, texts.number(whole.length() + 1));
          case 2 -> whole + "a";
          case 3 -> texts.any();
          default -> whole;
        };
    return new Clause(path, word, sayable(value));
  }

  private String part(String text, int from) {
    int[] all = text.codePoints().skip(from).limit(1 + texts.number(4)).toArray();
    return new String(all, 0, all.length);
  }

  /** What a value can be at all, and what is made of an escape that was left over. */
  private static String sayable(String text) {
    String value =
        text.codePoints()
            .filter(c -> c != '\'' && !Character.isISOControl(c))
            .limit(LONGEST_VALUE)
            .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
            .toString()
            .replace("%20", " ");
    return value.isEmpty() ? "x" : value;
  }

  /** What stands there in one of the documents. */
  private String known(String path, String otherwise) {
    List<JsonNode> values = FilterByHand.values(texts.pick(documents), path.replace("[*]", ""));
    return values.isEmpty() ? otherwise : texts.pick(values).asString();
  }

  /** A field that has an order. */
  String ordered(Noun noun) {
    return texts.pick(noun == Noun.UNREAD_NOTIFICATION ? Fields.UNREAD_ORDERED : Fields.ORDERED);
  }

  /** A value of {@code filter}, right or not. */
  String filter(Noun noun) {
    String right = clauses(noun).stream().map(Clause::text).collect(Collectors.joining(","));
    return switch (texts.number(12)) {
      case 0 -> spoilt(right);
      case 1 -> spoilt(spoilt(right));
      case 2 -> "%s %s '%s'".formatted(path(), texts.pick(WORDS), texts.any());
      case 3 -> "%s %s %s".formatted(texts.any(), texts.any(), texts.any());
      case 4 -> texts.any();
      case 5 -> texts.sometimes(20) ? (right + ",").repeat(1 + texts.number(40)) + right : right;
      case 6 -> right.replace(" ", "%20");
      default -> right;
    };
  }

  private String path() {
    StringBuilder path = new StringBuilder(texts.pick(Fields.EVENT_LISTS));
    for (int i = texts.number(4); i > 0; i--) {
      path.append(texts.pick(List.of("[*]", ".", ".name", "metadata", "data", "[0]", "*")));
    }
    return path.toString();
  }

  /** With something taken out, put in or doubled. */
  String spoilt(String text) {
    int at = texts.number(text.length() + 1);
    int end = Math.min(text.length(), at + texts.number(4));
    String before = text.substring(0, at);
    return switch (texts.number(5)) {
      case 0 -> before + text.substring(end);
      case 1 -> before + texts.pick(List.of("'", ",", " ", "''", "%", "[*]", "\0", "\ud83d"));
      case 2 -> before + texts.any() + text.substring(at);
      case 3 -> text.substring(0, end) + text.substring(at);
      default -> before + (char) texts.number(0x2000) + text.substring(end);
    };
  }

  /** Names and values of a query that is as it should be. */
  List<String> rightParameters(Noun noun) {
    List<String> all = new ArrayList<>();
    clauses(noun).forEach(clause -> all.addAll(List.of("filter", clause.text())));
    if (texts.sometimes(2)) {
      all.addAll(List.of("orderBy", ordered(noun) + (texts.sometimes(2) ? " desc" : "")));
    }
    if (texts.sometimes(2)) {
      all.addAll(List.of("include", include(noun)));
    }
    if (texts.sometimes(3)) {
      all.addAll(List.of("skip", Integer.toString(1 + texts.number(20))));
    }
    if (!texts.sometimes(3)) {
      all.addAll(List.of("limit", Integer.toString(1 + texts.number(20))));
    }
    if (texts.sometimes(2)) {
      all.addAll(List.of("count", "true"));
    }
    return all;
  }

  /** Names and values of a whole query, as often right as not. */
  List<String> parameters(Noun noun, List<String> tokens) {
    if (texts.sometimes(2)) {
      return rightParameters(noun);
    }
    List<String> all = new ArrayList<>();
    for (int i = texts.number(5); i > 0; i--) {
      switch (texts.number(9)) {
        case 0, 1, 2 -> add(all, "filter", filter(noun));
        case 3 -> add(all, "orderBy", ordered(noun) + (texts.sometimes(2) ? " desc" : ""));
        case 4 ->
            add(all, "include", include(noun) + (texts.sometimes(20) ? ",id".repeat(64) : ""));
        case 5 -> add(all, "limit", number());
        case 6 ->
            add(all, texts.sometimes(2) ? "skip" : "count", texts.sometimes(2) ? "true" : "3");
        case 7 -> add(all, "continue", token(tokens));
        default -> add(all, texts.sometimes(9) ? texts.any() : "limit", number());
      }
    }
    return all;
  }

  private void add(List<String> all, String name, String value) {
    all.add(texts.sometimes(100) ? spoilt(name) : name);
    all.add(texts.sometimes(20) ? texts.any() : texts.sometimes(20) ? spoilt(value) : value);
  }

  private String include(Noun noun) {
    List<String> names = new ArrayList<>();
    for (int i = texts.sometimes(50) ? texts.number(64) : texts.number(5); i >= 0; i--) {
      names.add(texts.sometimes(20) ? "metadata" : ordered(noun));
    }
    return String.join(",", names);
  }

  private String number() {
    return texts.sometimes(10) ? "9".repeat(texts.number(40)) : Integer.toString(texts.number(9));
  }

  /** One of those, most often as it is. */
  String token(List<String> tokens) {
    String token = texts.pick(tokens);
    return texts.sometimes(2) ? damaged(token) : token;
  }

  /** With a bit turned, a piece missing, or of two halves. */
  String damaged(String token) {
    if (token.isEmpty()) {
      return "=";
    }
    int at = texts.number(token.length());
    return switch (texts.number(5)) {
      case 0 -> token.substring(0, at);
      case 1 -> token.substring(at);
      case 2 ->
          token.substring(0, at)
              + (char) (token.charAt(at) ^ (1 << texts.number(7)))
              + token.substring(at + 1);
      case 3 -> token + token.substring(at);
      default -> spoilt(token);
    };
  }

  /** Astra spec §3, §4: the fields by what they are. */
  private static final class Fields {
    static final List<String> EVENT_TEXTS =
        List.of(
            "id",
            "name",
            "summary",
            "source",
            "resourceID",
            "resourceType",
            "correlationID",
            "severity",
            "class",
            "description",
            "descriptionURL",
            "correctiveAction",
            "correctiveActionURL",
            "resourceURI",
            "resourceMethod",
            "resourceMethodResult",
            "userID",
            "accountID",
            "type",
            "version",
            "data.isAcknowledgeable",
            "metadata.createdBy",
            "metadata.modifiedBy");
    static final List<String> UNREAD_TEXTS =
        List.of(
            "id",
            "notificationID",
            "severity",
            "type",
            "version",
            "metadata.createdBy",
            "metadata.modifiedBy");
    static final List<String> LISTS =
        List.of("metadata.labels[*].name", "metadata.labels[*].value", "metadata.labels.name");
    static final List<String> EVENT_LISTS =
        List.of(
            "additionalResourceIDs[*]",
            "additionalResourceIDs",
            "visibility[*]",
            "destinations[*]",
            "destinations",
            "resourceCollectionURL[*]",
            "metadata.labels[*].name",
            "metadata.labels[*].value",
            "metadata.labels.name");
    static final List<String> TIMES =
        List.of("metadata.creationTimestamp", "metadata.modificationTimestamp");
    static final List<String> EVENT_TIMES =
        List.of("eventTime", "metadata.creationTimestamp", "metadata.modificationTimestamp");
    static final List<String> ORDERED = ordered(List.of("sequenceCount", "eventTime"), EVENT_TEXTS);
    static final List<String> UNREAD_ORDERED = ordered(List.of("sequenceCount"), UNREAD_TEXTS);

    private Fields() {}

    /** Lists are ordered by no part of a field. */
    private static List<String> ordered(List<String> others, List<String> texts) {
      Stream<String> whole = texts.stream().filter(it -> !it.contains("."));
      return Stream.concat(others.stream(), whole).toList();
    }
  }
}
