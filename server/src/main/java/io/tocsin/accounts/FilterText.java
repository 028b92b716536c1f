package io.tocsin.accounts;

import io.tocsin.feed.Clause.Comparison;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Takes one {@code filter} parameter apart (Astra spec §6.4). By hand: the published pattern allows
 * only the same clause again, and would run out of stack on long texts.
 */
final class FilterText {
  /** As the caller wrote it. */
  record Term(FieldPath path, String word, Comparison comparison, String value) {
    /** The same for every way to write the same. */
    String text() {
      return "%s %s '%s'".formatted(path.name(), word, value);
    }
  }

  static final String NO_CLAUSE =
      "must be clauses like severity eq 'warning', separated by a comma and nothing else";

  private static final Map<String, Comparison> WORDS =
      Map.of(
          "eq", Comparison.EQUAL,
          "lt", Comparison.LESS,
          "gt", Comparison.GREATER,
          "lte", Comparison.AT_MOST,
          "gte", Comparison.AT_LEAST,
          "in", Comparison.CONTAINS);

  private final String text;
  private int at;

  /** What remains of the blanks of a text that was encoded twice is taken for blanks. */
  private FilterText(String text) {
    this.text = text.replace("%20", " ");
  }

  /**
   * The terms of the text, in order.
   *
   * @param max more are refused
   * @throws UnfitException where it is no filter
   */
  static List<Term> terms(String text, int max) {
    FilterText filter = new FilterText(text);
    List<Term> terms = new ArrayList<>();
    do {
      if (terms.size() == max) {
        throw new UnfitException("must not have more than " + ListQuery.MAX_CLAUSES + " clauses");
      }
      terms.add(filter.term(terms.isEmpty()));
    } while (filter.takesComma());
    return terms;
  }

  private Term term(boolean isFirst) {
    String name = word();
    FieldPath path = FieldPath.parse(name);
    if (path == null) {
      throw new UnfitException(NO_CLAUSE);
    }
    String word = word();
    Comparison comparison = WORDS.get(word);
    if (comparison == null) {
      throw new UnfitException("must compare with one of eq, lt, gt, lte, gte, in");
    }
    return new Term(path, word, comparison, startsWithQuote() ? quoted() : bare(isFirst));
  }

  /** What stands before the next blank, which is skipped. */
  private String word() {
    int blank = text.indexOf(' ', at);
    if (blank < 0) {
      throw new UnfitException(NO_CLAUSE);
    }
    String word = text.substring(at, blank);
    at = blank + 1;
    return word;
  }

  private boolean startsWithQuote() {
    return at < text.length() && text.charAt(at) == '\'';
  }

  private String quoted() {
    int end = text.indexOf('\'', at + 1);
    if (end < 0) {
      throw new UnfitException("must have its values in single quotes");
    }
    String value = text.substring(at + 1, end);
    if (value.isEmpty()) {
      throw new UnfitException("must not compare with an empty value");
    }
    if (value.chars().anyMatch(Character::isISOControl)) {
      throw new UnfitException("must not have control characters");
    }
    at = end + 1;
    return value;
  }

  /** Without quotes, as shells leave it of the guide's example, only where nothing else stands. */
  private String bare(boolean isFirst) {
    String value = text.substring(at);
    if (!isFirst || value.isEmpty() || !value.chars().allMatch(FilterText::isBare)) {
      throw new UnfitException("must have its values in single quotes");
    }
    at = text.length();
    return value;
  }

  private static boolean isBare(int c) {
    return (c >= '0' && c <= '9')
        || (c >= 'A' && c <= 'Z')
        || (c >= 'a' && c <= 'z')
        || "._:@-".indexOf(c) >= 0;
  }

  private boolean takesComma() {
    if (at == text.length()) {
      return false;
    }
    if (text.charAt(at) != ',') {
      throw new UnfitException(NO_CLAUSE);
    }
    at++;
    return true;
  }
}
