package io.tocsin.accounts;

import io.tocsin.accounts.FilterText.Term;
import io.tocsin.feed.Clause;
import io.tocsin.feed.Clause.Comparison;
import io.tocsin.feed.EventField;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * From the {@code filter} parameters of a request to what the feed is asked, with the typing rules
 * of Astra spec §6.4. Clauses about what is the same in all items are decided here.
 */
final class FilterParser {
  /** Of a number; honest ones are shorter. */
  static final int MAX_NUMBER_LENGTH = 64;

  /** Of a number's exponent, so that none is too large to be compared. */
  private static final int MAX_EXPONENT = 100;

  private final Noun noun;
  private final List<Clause> clauses = new ArrayList<>();
  private final StringBuilder text = new StringBuilder();
  private boolean canHold = true;

  private FilterParser(Noun noun) {
    this.noun = noun;
  }

  /**
   * All clauses of all the parameters together.
   *
   * @throws UnfitException where something is wrong
   */
  static Filter parse(Noun noun, List<String> parameters) {
    FilterParser parser = new FilterParser(noun);
    int left = ListQuery.MAX_CLAUSES;
    for (String parameter : parameters) {
      List<Term> terms = FilterText.terms(parameter, left);
      left -= terms.size();
      terms.forEach(parser::add);
    }
    return new Filter(parser.clauses, parser.canHold, parser.text.toString());
  }

  private void add(Term term) {
    text.append(text.isEmpty() ? "" : ",").append(term.text());
    Meaning meaning =
        FieldNames.filtered(noun, term.path())
            .orElseThrow(() ->
                new UnfitException("must name fields of " + noun.type() + ", by their paths"));
    switch (meaning) {
      case Meaning.Stored(EventField field) -> clauses.add(clause(field, term));
      case Meaning.Fixed(String fixed) -> canHold &= holds(fixed, term);
      case Meaning.Absent _ -> canHold = false;
      case Meaning.Composite(List<String> parts) ->
          throw new UnfitException(
              "cannot compare %s, which is no single value; name a part, such as %s"
                  .formatted(term.path().name(), parts.getFirst()));
    }
  }

  private static Clause clause(EventField field, Term term) {
    return switch (field.kind()) {
      case TEXT, ID, LIST -> new Clause.OfText(field, term.comparison(), term.value());
      case NUMBER -> {
        BigDecimal number = number(term.value());
        if (number == null) {
          throw new UnfitException("must compare %s with a number".formatted(term.path().name()));
        }
        yield new Clause.OfNumber(field, withoutContains(term), number);
      }
      case TIME -> {
        Instant time =
            WireTime.parse(term.value())
                .orElseThrow(() ->
                    new UnfitException(
                        "must compare %s with a time like 2031-03-14T09:26:53Z"
                            .formatted(term.path().name())));
        yield new Clause.OfTime(field, withoutContains(term), comparable(time));
      }
    };
  }

  private static Comparison withoutContains(Term term) {
    if (term.comparison() == Comparison.CONTAINS) {
      throw new UnfitException(
          "cannot look for a part of %s with in".formatted(term.path().name()));
    }
    return term.comparison();
  }

  /**
   * What is stored has whole seconds, so any fraction compares as a half does; the database would
   * round the smallest away.
   */
  private static Instant comparable(Instant time) {
    return time.getNano() == 0 ? time : Instant.ofEpochSecond(time.getEpochSecond(), 500_000_000L);
  }

  private static boolean holds(String fixed, Term term) {
    int order = compareByCodePoint(fixed, term.value());
    return switch (term.comparison()) {
      case EQUAL -> order == 0;
      case LESS -> order < 0;
      case GREATER -> order > 0;
      case AT_MOST -> order <= 0;
      case AT_LEAST -> order >= 0;
      case CONTAINS -> fixed.contains(term.value());
    };
  }

  private static int compareByCodePoint(String a, String b) {
    int[] left = a.codePoints().toArray();
    int[] right = b.codePoints().toArray();
    return Arrays.compare(left, right);
  }

  /** Null for what is no number, or too long a one. */
  private static @Nullable BigDecimal number(String text) {
    if (text.length() > MAX_NUMBER_LENGTH
        || !text.chars().allMatch(c -> (c >= '0' && c <= '9') || "+-.eE".indexOf(c) >= 0)) {
      return null;
    }
    try {
      BigDecimal number = new BigDecimal(text);
      return Math.abs((long) number.scale()) > MAX_EXPONENT ? null : number;
    } catch (NumberFormatException _) {
      return null;
    }
  }
}
