package io.tocsin.identity;

import java.util.List;
import java.util.stream.Collectors;

/**
 * A policy rule, parsed. {@link #text()} writes it in oslo.policy's language, so that parsing it
 * again gives an equal tree.
 */
sealed interface Check {
  /** {@code @} */
  record Always() implements Check {}

  /** {@code !} */
  record Never() implements Check {}

  /** {@code role:admin}; case does not matter. */
  record Role(Template name) implements Check {}

  /** {@code rule:admin_api} */
  record Named(String rule) implements Check {}

  /** {@code is_admin:True}: whether the rule {@code context_is_admin} holds. */
  record IsAdmin(boolean expected) implements Check {}

  /** {@code project_id:%(project_id)s}: an attribute of the caller has that value. */
  record Attribute(String name, Template value) implements Check {}

  /**
   * {@code 'gold':%(level)s}: something of the request has that value.
   *
   * @param source the value as it was written, with its quotes
   */
  record Literal(String value, String source, Template expected) implements Check {}

  record Not(Check check) implements Check {}

  /** All of them, two or more. */
  record All(List<Check> checks) implements Check {
    public All {
      checks = List.copyOf(checks);
    }
  }

  /** One of them, two or more. */
  record Any(List<Check> checks) implements Check {
    public Any {
      checks = List.copyOf(checks);
    }
  }

  default String text() {
    return switch (this) {
      case Always _ -> "@";
      case Never _ -> "!";
      case Role role -> "role:" + role.name().text();
      case Named named -> "rule:" + named.rule();
      case IsAdmin isAdmin -> "is_admin:" + (isAdmin.expected() ? "True" : "False");
      case Attribute it -> it.name() + ":" + it.value().text();
      case Literal literal -> literal.source() + ":" + literal.expected().text();
      case Not not -> "not " + not.check().enclosed();
      case All all -> joined(all.checks(), " and ");
      case Any any -> joined(any.checks(), " or ");
    };
  }

  private static String joined(List<Check> checks, String word) {
    return checks.stream().map(Check::enclosed).collect(Collectors.joining(word));
  }

  /** In parentheses where it consists of several. */
  private String enclosed() {
    return this instanceof All || this instanceof Any ? "(" + text() + ")" : text();
  }
}
