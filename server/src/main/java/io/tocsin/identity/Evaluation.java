package io.tocsin.identity;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** Puts rules to one caller and one target, and says which checks decided. */
final class Evaluation {
  private final Map<String, Check> rules;
  private final Caller caller;
  private final Map<String, List<String>> attributes;

  Evaluation(Map<String, Check> rules, Caller caller) {
    this.rules = rules;
    this.caller = caller;
    this.attributes = caller.attributes();
  }

  Verdict of(Check check, Map<String, String> target) {
    return switch (check) {
      case Check.Always it -> verdict(true, it.text(), "always holds");
      case Check.Never it -> verdict(false, it.text(), "never holds");
      case Check.Role role -> role(role, target);
      case Check.Named named -> named(named, target);
      case Check.IsAdmin it -> isAdmin(it);
      case Check.Attribute it -> attribute(it, target);
      case Check.Literal it -> literal(it, target);
      case Check.Not not -> not(not, target);
      case Check.All all -> all(all, target);
      case Check.Any any -> any(any, target);
    };
  }

  private Verdict role(Check.Role role, Map<String, String> target) {
    String wanted = role.name().fill(target);
    if (wanted == null) {
      return nothingThere(role);
    }
    String lowered = wanted.toLowerCase(Locale.ROOT);
    boolean holds = caller.roles().stream().anyMatch(it -> lowered.equals(lower(it)));
    return holds
        ? verdict(true, role.text(), "holds")
        : verdict(false, role.text(), "does not hold; the roles are " + listed("roles"));
  }

  private static String lower(String role) {
    return role.toLowerCase(Locale.ROOT);
  }

  private Verdict named(Check.Named named, Map<String, String> target) {
    Check rule = rules.get(named.rule());
    return rule == null
        ? verdict(false, named.text(), "is not defined")
        : prefixed(named.text(), of(rule, target));
  }

  /** As Masakari does, the caller's own attributes are what the rule is compared with. */
  private Verdict isAdmin(Check.IsAdmin check) {
    Check rule = rules.get(PolicyDefaults.CONTEXT_IS_ADMIN);
    if (rule == null) {
      throw new IllegalStateException("there is always a rule " + PolicyDefaults.CONTEXT_IS_ADMIN);
    }
    Verdict verdict = of(rule, self());
    return prefixed(check.text(), check.expected() ? verdict : inverse(verdict));
  }

  private Map<String, String> self() {
    return attributes.entrySet().stream()
        .filter(it -> it.getValue().size() == 1)
        .collect(Collectors.toMap(Map.Entry::getKey, it -> it.getValue().getFirst()));
  }

  private Verdict attribute(Check.Attribute check, Map<String, String> target) {
    String wanted = check.value().fill(target);
    if (wanted == null) {
      return nothingThere(check);
    }
    return attributes.getOrDefault(check.name(), List.of()).contains(wanted)
        ? verdict(true, check.text(), "holds")
        : verdict(
            false,
            check.text(),
            "does not hold; %s is %s".formatted(check.name(), listed(check.name())));
  }

  private static Verdict literal(Check.Literal check, Map<String, String> target) {
    String found = check.expected().fill(target);
    if (found == null) {
      return nothingThere(check);
    }
    boolean holds = check.value().equals(found);
    return verdict(holds, check.text(), holds ? "holds" : "does not hold");
  }

  private Verdict not(Check.Not not, Map<String, String> target) {
    return inverse(of(not.check(), target));
  }

  private Verdict all(Check.All all, Map<String, String> target) {
    StringBuilder because = new StringBuilder();
    for (Check check : all.checks()) {
      Verdict verdict = of(check, target);
      if (!verdict.isAllowed()) {
        return verdict;
      }
      append(because, " and ", verdict);
    }
    return new Verdict.Allowed(because.toString());
  }

  private Verdict any(Check.Any any, Map<String, String> target) {
    StringBuilder because = new StringBuilder();
    for (Check check : any.checks()) {
      Verdict verdict = of(check, target);
      if (verdict.isAllowed()) {
        return verdict;
      }
      append(because, "; ", verdict);
    }
    return new Verdict.Denied(because.toString());
  }

  private String listed(String attribute) {
    List<String> values = attributes.getOrDefault(attribute, List.of());
    return values.isEmpty() ? "none" : String.join(", ", values);
  }

  private static Verdict nothingThere(Check check) {
    return verdict(false, check.text(), "asks for something that the request does not have");
  }

  private static Verdict inverse(Verdict verdict) {
    return switch (verdict) {
      case Verdict.Allowed it -> new Verdict.Denied(it.because());
      case Verdict.Denied it -> new Verdict.Allowed(it.because());
    };
  }

  private static Verdict prefixed(String name, Verdict verdict) {
    String because = name + " > " + verdict.because();
    return verdict.isAllowed() ? new Verdict.Allowed(because) : new Verdict.Denied(because);
  }

  private static void append(StringBuilder text, String separator, Verdict verdict) {
    text.append(text.isEmpty() ? "" : separator).append(verdict.because());
  }

  private static Verdict verdict(boolean isAllowed, String check, String result) {
    String because = check + " " + result;
    return isAllowed ? new Verdict.Allowed(because) : new Verdict.Denied(because);
  }
}
