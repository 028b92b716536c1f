package io.tocsin.accounts;

import io.tocsin.feed.EventField;
import io.tocsin.feed.Order;
import io.tocsin.feed.Position;
import io.tocsin.feed.Reader;
import io.tocsin.http.Query;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads the parameters of a list, each by hand: names first, then values, and what is wrong with
 * them in the order of the request (Astra spec §6.8).
 */
final class ListQueryParser {
  /** So many parameters are told of at most. */
  private static final int MAX_REASONS = 64;

  private static final String CONTINUE = "continue";
  private static final String SKIP = "skip";
  private static final Set<String> KNOWN =
      Set.of("include", "limit", "filter", "orderBy", SKIP, "count", CONTINUE);

  private final Query query;
  private final Noun noun;
  private final Map<String, String> wrong = new LinkedHashMap<>();

  private List<String> include = List.of();
  private @Nullable Long limit;
  private Filter filter = Filter.NONE;
  private Order order = Order.DEFAULT;
  private long skip;
  private boolean counts;

  private ListQueryParser(Query query, Noun noun) {
    this.query = query;
    this.noun = noun;
  }

  /**
   * What the query says about a list of these.
   *
   * @throws ProblemException with every parameter that is wrong
   */
  static ListQuery parse(Query query, Noun noun, Reader reader, ContinueTokens tokens) {
    requireNames(query, KNOWN);
    requireSize(query);
    return new ListQueryParser(query, noun).parse(reader, tokens);
  }

  /** Where no parameter is known at all. */
  static void requireNone(Query query) {
    requireNames(query, Set.of());
  }

  private static void requireNames(Query query, Set<String> known) {
    List<Reason> reasons =
        query.parameters().stream()
            .map(Query.Parameter::name)
            .filter(name -> !known.contains(name))
            .distinct()
            .limit(MAX_REASONS)
            .map(name -> new Reason(name, "is not supported here"))
            .toList();
    if (!reasons.isEmpty()) {
      throw Problem.UNSUPPORTED_PARAMETERS.asException(reasons);
    }
  }

  private static void requireSize(Query query) {
    int length = 0;
    for (Query.Parameter parameter : query.parameters()) {
      length += parameter.name().equals(CONTINUE) ? 0 : parameter.value().length();
      if (length > ListQuery.MAX_VALUE_CHARACTERS) {
        throw Problem.INVALID_PARAMETERS.asException(
            parameter.name(),
            "must be shorter: the values of all parameters together may have %d characters"
                .formatted(ListQuery.MAX_VALUE_CHARACTERS));
      }
    }
  }

  private ListQuery parse(Reader reader, ContinueTokens tokens) {
    Set<String> names = new LinkedHashSet<>();
    query.parameters().forEach(parameter -> names.add(parameter.name()));
    names.forEach(name -> attempt(name, () -> read(name)));
    Position after = continueAt(reader, tokens);
    if (!wrong.isEmpty()) {
      List<Reason> reasons = new ArrayList<>();
      for (String name : names) {
        String reason = wrong.get(name);
        if (reason != null) {
          reasons.add(new Reason(name, reason));
        }
      }
      throw Problem.INVALID_PARAMETERS.asException(reasons);
    }
    return new ListQuery(include, limit, filter, order, skip, counts, after);
  }

  private void attempt(String name, Runnable step) {
    try {
      step.run();
    } catch (UnfitException unfit) {
      wrong.putIfAbsent(name, unfit.reason());
    }
  }

  private void read(String name) {
    switch (name) {
      case "include" -> include = fields(only(name));
      case "limit" -> limit = positive(only(name));
      case "filter" -> filter = FilterParser.parse(noun, query.all(name));
      case "orderBy" -> order = order(only(name));
      case SKIP -> skip = positive(only(name));
      case "count" -> counts = isTrue(only(name));
      default -> only(name);
    }
  }

  /** Only what stands in {@link #KNOWN} comes here, and of that only a filter may be repeated. */
  private String only(String name) {
    List<String> values = query.all(name);
    if (values.size() > 1) {
      throw new UnfitException("must not be given more than once");
    }
    return values.getFirst();
  }

  private List<String> fields(String text) {
    List<String> names = List.of(text.split(",", ListQuery.MAX_INCLUDED + 1));
    if (names.size() > ListQuery.MAX_INCLUDED) {
      throw new UnfitException(
          "must not have more than %d fields".formatted(ListQuery.MAX_INCLUDED));
    }
    if (!names.stream().allMatch(FieldPath::isWord)) {
      throw new UnfitException("must be names of fields, separated by a comma and nothing else");
    }
    if (!EventJson.members(noun).containsAll(names)) {
      throw new UnfitException("must name fields of " + noun.type());
    }
    return names;
  }

  /** Larger numbers than we can count to mean the same as the largest. */
  private static long positive(String text) {
    if (text.isEmpty() || text.charAt(0) == '0') {
      throw notPositive();
    }
    long number = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c < '0' || c > '9') {
        throw notPositive();
      }
      number = number > ListQuery.MOST / 10 - 1 ? ListQuery.MOST : number * 10 + (c - '0');
    }
    return number;
  }

  private static UnfitException notPositive() {
    return new UnfitException("must be a positive integer");
  }

  private static boolean isTrue(String text) {
    if (!text.equals("true")) {
      throw new UnfitException("must be true or left out");
    }
    return true;
  }

  private Order order(String text) {
    String plain = text.replace("%20", " ");
    boolean isDescending = plain.endsWith(" desc");
    String name = isDescending ? plain.substring(0, plain.length() - " desc".length()) : plain;
    if (!FieldPath.isWord(name)) {
      throw new UnfitException("must be one field name, optionally followed by desc");
    }
    Meaning meaning =
        FieldNames.ordered(noun, name)
            .orElseThrow(() ->
                new UnfitException(
                    "must name a field of %s with a single value".formatted(noun.type())));
    return switch (meaning) {
      case Meaning.Stored(EventField field) -> new Order(field, isDescending);
      case Meaning.Fixed _, Meaning.Absent _, Meaning.Composite _ ->
          new Order(EventField.SEQUENCE, isDescending);
    };
  }

  private @Nullable Position continueAt(Reader reader, ContinueTokens tokens) {
    List<String> values = query.all(CONTINUE);
    if (values.size() != 1 || values.getFirst().isEmpty()) {
      return null;
    }
    if (skip > 0) {
      wrong.putIfAbsent(SKIP, "must not come together with continue");
    }
    String token = values.getFirst();
    boolean isQueryGood = !wrong.containsKey("filter") && !wrong.containsKey("orderBy");
    Position position =
        isQueryGood ? tokens.read(token, ContinueTokens.bond(noun, reader, filter, order)) : null;
    if (isQueryGood ? position == null : !ContinueTokens.hasForm(token)) {
      wrong.put(CONTINUE, "must be the token of an answer to this very filter and orderBy");
    }
    return position;
  }
}
