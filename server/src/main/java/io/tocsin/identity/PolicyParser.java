package io.tocsin.identity;

import io.tocsin.store.Suggestion;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * Reads one rule in oslo.policy's language: checks joined by {@code and}, {@code or} and {@code
 * not}, which bind as one is used to, with parentheses. Where oslo.policy logs that it did not
 * understand a rule and then denies, this refuses the rule.
 */
final class PolicyParser {
  /** Of parentheses and {@code not}s within each other; keeps recursion short. */
  static final int MAX_DEPTH = 50;

  /** Of one rule's text. */
  static final int MAX_LENGTH = 10_000;

  private static final Pattern KIND = Pattern.compile("[A-Za-z_][A-Za-z0-9_.-]*");
  private static final Pattern QUOTED = Pattern.compile("'[^'\\\\]*'|\"[^\"\\\\]*\"");
  private static final Pattern CONSTANT = Pattern.compile("True|False|None|0|-?[1-9][0-9]*");

  private final List<Token> tokens;
  private final int length;
  private final List<Reference> references = new ArrayList<>();
  private int next;
  private int depth;

  /** A rule and which others it refers to. */
  record Parsed(Check check, List<Reference> references) {
    Parsed {
      references = List.copyOf(references);
    }
  }

  /** Of another rule, and where in the text. */
  record Reference(String rule, int offset) {}

  private record Token(String text, int offset) {
    boolean is(String word) {
      return text.toLowerCase(Locale.ROOT).equals(word);
    }
  }

  private PolicyParser(String text) {
    this.tokens = tokens(text);
    this.length = text.length();
  }

  /**
   * The rule; an empty text allows everything.
   *
   * @throws PolicySyntaxException when it is none
   */
  static Parsed parse(String text) {
    if (text.length() > MAX_LENGTH) {
      throw new PolicySyntaxException(0, "longer than " + MAX_LENGTH + " characters");
    }
    if (text.isEmpty()) {
      return new Parsed(new Check.Always(), List.of());
    }
    PolicyParser parser = new PolicyParser(text);
    Check check = parser.any();
    if (parser.next < parser.tokens.size()) {
      Token rest = parser.tokens.get(parser.next);
      throw new PolicySyntaxException(
          rest.offset(),
          rest.is(")") ? "')' without '('" : "expected 'and' or 'or', found '" + rest.text() + "'");
    }
    return new Parsed(check, parser.references);
  }

  /** One check of the old form, in which a rule is a list of lists. */
  static Parsed parseOne(String text) {
    PolicyParser parser = new PolicyParser(text);
    if (parser.tokens.size() != 1) {
      throw new PolicySyntaxException(0, "expected one check, found '" + text + "'");
    }
    Check check = parser.single(parser.tokens.getFirst());
    return new Parsed(check, parser.references);
  }

  private static List<Token> tokens(String text) {
    List<Token> tokens = new ArrayList<>();
    int at = 0;
    while (at < text.length()) {
      if (Character.isWhitespace(text.charAt(at))) {
        at++;
        continue;
      }
      int end = at;
      while (end < text.length() && !Character.isWhitespace(text.charAt(end))) {
        end++;
      }
      addWord(text, at, end, tokens);
      at = end;
    }
    return tokens;
  }

  /** Parentheses count only at the ends of a word: {@code %(name)s} stands within. */
  private static void addWord(String text, int from, int to, List<Token> tokens) {
    int start = from;
    while (start < to && text.charAt(start) == '(') {
      tokens.add(new Token("(", start++));
    }
    int end = to;
    while (end > start && text.charAt(end - 1) == ')') {
      end--;
    }
    if (end > start) {
      tokens.add(new Token(text.substring(start, end), start));
    }
    for (int i = end; i < to; i++) {
      tokens.add(new Token(")", i));
    }
  }

  private Check any() {
    List<Check> checks = new ArrayList<>();
    checks.add(all());
    while (accept("or")) {
      checks.add(all());
    }
    return checks.size() == 1 ? checks.getFirst() : new Check.Any(checks);
  }

  private Check all() {
    List<Check> checks = new ArrayList<>();
    checks.add(unary());
    while (accept("and")) {
      checks.add(unary());
    }
    return checks.size() == 1 ? checks.getFirst() : new Check.All(checks);
  }

  private Check unary() {
    if (next == tokens.size()) {
      throw new PolicySyntaxException(length, "expected a check, found the end of the rule");
    }
    Token token = tokens.get(next++);
    if (++depth > MAX_DEPTH) {
      throw new PolicySyntaxException(token.offset(), "nested deeper than " + MAX_DEPTH);
    }
    Check check;
    if (token.is("not")) {
      check = new Check.Not(unary());
    } else if (token.is("(")) {
      check = any();
      if (!accept(")")) {
        throw new PolicySyntaxException(token.offset(), "'(' is not closed");
      }
    } else if (token.is(")") || token.is("and") || token.is("or")) {
      throw new PolicySyntaxException(
          token.offset(), "expected a check, found '" + token.text() + "'");
    } else {
      check = single(token);
    }
    depth--;
    return check;
  }

  private boolean accept(String word) {
    if (next < tokens.size() && tokens.get(next).is(word)) {
      next++;
      return true;
    }
    return false;
  }

  private Check single(Token token) {
    String text = token.text();
    if (text.equals("@")) {
      return new Check.Always();
    }
    if (text.equals("!")) {
      return new Check.Never();
    }
    int colon = text.indexOf(':');
    if (colon < 0) {
      throw new PolicySyntaxException(
          token.offset(), "'" + text + "' is no check; expected kind:value, @ or !");
    }
    String kind = text.substring(0, colon);
    String match = text.substring(colon + 1);
    int matchOffset = token.offset() + colon + 1;
    if (QUOTED.matcher(kind).matches()) {
      String value = kind.substring(1, kind.length() - 1);
      return new Check.Literal(value, kind, Template.parse(match, matchOffset));
    }
    if (CONSTANT.matcher(kind).matches()) {
      return new Check.Literal(kind, kind, Template.parse(match, matchOffset));
    }
    return switch (kind) {
      case "role" -> new Check.Role(Template.parse(match, matchOffset));
      case "rule" -> named(match, token.offset());
      case "is_admin" -> new Check.IsAdmin(isTrue(match, matchOffset));
      case "http", "https" ->
          throw new PolicySyntaxException(
              token.offset(), kind + ": checks, which ask another server, are not supported");
      default ->
          new Check.Attribute(known(kind, token.offset()), Template.parse(match, matchOffset));
    };
  }

  private Check named(String rule, int offset) {
    references.add(new Reference(rule, offset));
    return new Check.Named(rule);
  }

  private static boolean isTrue(String match, int offset) {
    return switch (match.toLowerCase(Locale.ROOT)) {
      case "true" -> true;
      case "false" -> false;
      default -> throw new PolicySyntaxException(offset, "expected True or False");
    };
  }

  private static String known(String attribute, int offset) {
    if (!KIND.matcher(attribute).matches()) {
      throw new PolicySyntaxException(
          offset, "'" + attribute + "' cannot stand before a colon; is a blank missing?");
    }
    if (!Caller.ATTRIBUTES.contains(attribute)) {
      List<String> candidates = new ArrayList<>(Caller.ATTRIBUTES);
      candidates.addAll(List.of("role", "rule", "is_admin"));
      throw new PolicySyntaxException(
          offset,
          "a caller has no '%s'; did you mean '%s'?"
              .formatted(attribute, Suggestion.nearest(attribute, candidates)));
    }
    return attribute;
  }
}
