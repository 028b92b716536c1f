package io.tocsin.identity;

import io.tocsin.identity.PolicyFile.Entry;
import io.tocsin.store.Suggestion;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Who may do what: the rules of Instance HA spec §5, each of which a file may replace. Rules in the
 * file with other names are for those to refer to. Immutable.
 */
public final class Policy {
  private final Map<String, Check> rules;
  private final Set<String> overridden;

  private Policy(Map<String, Check> rules, Set<String> overridden) {
    this.rules = rules;
    this.overridden = overridden;
  }

  /** Without a file. */
  public static Policy defaults() {
    return new Policy(defaultRules(), Set.of());
  }

  /**
   * With the rules of a file.
   *
   * @throws PolicyException with everything that is wrong with it
   */
  public static Policy read(Path path) {
    PolicyFile file = PolicyFile.read(path);
    Map<String, Check> rules = defaultRules();
    file.entries().forEach((name, entry) -> rules.put(name, entry.check()));
    Set<String> known = new TreeSet<>(file.names());
    known.addAll(rules.keySet());
    file.entries().forEach((name, entry) -> complainOfNames(file, name, entry, known));
    complainOfCircles(file, rules);
    if (!file.problems().isEmpty()) {
      throw new PolicyException(file.problems());
    }
    return new Policy(rules, Set.copyOf(file.entries().keySet()));
  }

  private static Map<String, Check> defaultRules() {
    Map<String, Check> rules = new LinkedHashMap<>();
    PolicyDefaults.RULES.forEach((name, text) -> rules.put(name, PolicyParser.parse(text).check()));
    return rules;
  }

  private static void complainOfNames(
      PolicyFile file, String name, Entry entry, Set<String> known) {
    if (PolicyDefaults.isAskedAbout(name) && !PolicyDefaults.RULES.containsKey(name)) {
      String nearest = Suggestion.nearest(name, PolicyDefaults.RULES.keySet());
      file.complain(
          entry.place(), "there is no rule '%s'; did you mean '%s'?".formatted(name, nearest));
    }
    entry
        .references()
        .forEach((reference, place) -> {
          if (!known.contains(reference)) {
            file.complain(
                place,
                "there is no rule '%s'; did you mean '%s'?"
                    .formatted(reference, Suggestion.nearest(reference, known)));
          }
        });
  }

  /** The defaults go round in no circle, so each has a rule of the file in it. */
  private static void complainOfCircles(PolicyFile file, Map<String, Check> rules) {
    for (RuleCircles.Finding finding : RuleCircles.in(rules)) {
      Stream<Entry> involved = finding.rules().stream().map(file.entries()::get);
      Stream.concat(involved.filter(Objects::nonNull), file.entries().values().stream())
          .findFirst()
          .ifPresent(entry -> file.complain(entry.place(), finding.problem()));
    }
  }

  /**
   * Whether a rule lets that caller do something to that target; a rule that does not exist never
   * does.
   */
  public Verdict check(String rule, Caller caller, Map<String, String> target) {
    Check check = rules.get(rule);
    return check == null
        ? new Verdict.Denied("there is no such rule")
        : new Evaluation(rules, caller).of(check, target);
  }

  /**
   * Every rule with its text in oslo.policy's language, in a fixed order: the built-in ones first,
   * then the file's own.
   */
  public List<Rule> rules() {
    return rules.entrySet().stream()
        .map(it ->
            new Rule(
                it.getKey(),
                it.getValue().text(),
                overridden.contains(it.getKey()),
                PolicyDefaults.RULES.get(it.getKey())))
        .toList();
  }

  /**
   * A rule as it may be shown.
   *
   * @param isFromFile false for one that is as it is without a file
   * @param builtIn its text without a file; null for the file's own
   */
  public record Rule(String name, String text, boolean isFromFile, @Nullable String builtIn) {
    /** Whether requests are asked about it, rather than other rules referring to it. */
    public boolean isOfTheApi() {
      return PolicyDefaults.isAskedAbout(name);
    }
  }
}
