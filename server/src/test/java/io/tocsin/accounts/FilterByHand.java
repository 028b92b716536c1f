package io.tocsin.accounts;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * What filters and orders mean, told once more in the plainest way over the documents themselves
 * (Astra spec §6.4, §6.5).
 */
final class FilterByHand {
  private static final Set<String> TIMES =
      Set.of("eventTime", "metadata.creationTimestamp", "metadata.modificationTimestamp");
  private static final Set<String> NUMBERS = Set.of("sequenceCount", "data.ttl");

  /** Of longer texts an order looks at so many characters (docs/account-feed.md). */
  private static final int ORDERED_BY = 256;

  private FilterByHand() {}

  static boolean holds(JsonNode document, String path, String word, String value) {
    String field = path.replace("[*]", "");
    return values(document, field).stream().anyMatch(it -> holds(field, it, word, value));
  }

  /** Everything that stands in that place; lists are looked into. */
  static List<JsonNode> values(JsonNode document, String field) {
    List<JsonNode> at = List.of(document);
    for (String name : field.split("\\.", -1)) {
      List<JsonNode> next = new ArrayList<>();
      for (JsonNode node : at) {
        JsonNode value = node.path(name);
        if (value.isArray()) {
          value.values().forEach(next::add);
        } else if (!value.isMissingNode()) {
          next.add(value);
        }
      }
      at = next;
    }
    return at;
  }

  private static boolean holds(String field, JsonNode node, String word, String value) {
    if (word.equals("in")) {
      return node.stringValue().contains(value);
    }
    int order;
    if (NUMBERS.contains(field)) {
      order = node.decimalValue().compareTo(new BigDecimal(value));
    } else if (TIMES.contains(field)) {
      // Java wants a dot where the contract takes a comma too.
      order = time(node).compareTo(Instant.parse(value.replace(',', '.')));
    } else {
      order = byCodePoint(node.stringValue(), value);
    }
    return switch (word) {
      case "eq" -> order == 0;
      case "lt" -> order < 0;
      case "gt" -> order > 0;
      case "lte" -> order <= 0;
      case "gte" -> order >= 0;
      default -> throw new IllegalArgumentException(word);
    };
  }

  /** What lacks the field comes last either way; the sequence decides in the same direction. */
  static Comparator<JsonNode> order(String field, boolean isDescending) {
    Comparator<JsonNode> byField = (a, b) -> compare(field, a.get(field), b.get(field));
    Comparator<JsonNode> bySequence =
        Comparator.comparingLong(it -> it.path("sequenceCount").longValue());
    Comparator<JsonNode> isMissing = Comparator.comparing(it -> !it.has(field));
    return isMissing
        .thenComparing(isDescending ? byField.reversed() : byField)
        .thenComparing(isDescending ? bySequence.reversed() : bySequence);
  }

  private static int compare(String field, @Nullable JsonNode a, @Nullable JsonNode b) {
    if (a == null || b == null) {
      return 0;
    }
    if (NUMBERS.contains(field)) {
      return a.decimalValue().compareTo(b.decimalValue());
    }
    return TIMES.contains(field)
        ? time(a).compareTo(time(b))
        : byCodePoint(beginning(a.stringValue()), beginning(b.stringValue()));
  }

  private static String beginning(String text) {
    return text.codePoints()
        .limit(ORDERED_BY)
        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
        .toString();
  }

  private static Instant time(JsonNode node) {
    return Instant.parse(node.stringValue());
  }

  private static int byCodePoint(String a, String b) {
    return Arrays.compare(a.codePoints().toArray(), b.codePoints().toArray());
  }
}
