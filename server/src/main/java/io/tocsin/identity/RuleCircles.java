package io.tocsin.identity;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Finds rules that refer to each other without end, or so far that nobody can follow. */
final class RuleCircles {
  /** Of rules of which each refers to the next; it keeps putting a rule to a caller shallow. */
  static final int MAX_CHAIN = 30;

  private final Map<String, Check> rules;
  private final Map<String, Integer> lengths = new HashMap<>();
  private final List<String> chain = new ArrayList<>();
  private final Set<Finding> found = new LinkedHashSet<>();

  /** What is wrong, and with which rules. */
  record Finding(List<String> rules, String problem) {}

  private RuleCircles(Map<String, Check> rules) {
    this.rules = rules;
  }

  static Set<Finding> in(Map<String, Check> rules) {
    RuleCircles circles = new RuleCircles(rules);
    rules.keySet().forEach(circles::follow);
    return circles.found;
  }

  /** How many rules the longest chain from that one has. */
  private int follow(String name) {
    @Nullable Integer known = lengths.get(name);
    if (known != null) {
      return known;
    }
    Check check = rules.get(name);
    int met = chain.indexOf(name);
    if (met >= 0) {
      List<String> circle = List.copyOf(chain.subList(met, chain.size()));
      String path = String.join(" > ", circle) + " > " + name;
      found.add(new Finding(circle, "rules go round in a circle: " + path));
      return 0;
    }
    if (check == null || chain.size() > MAX_CHAIN) {
      return 1;
    }
    chain.addLast(name);
    int longest = references(check).mapToInt(this::follow).max().orElse(0);
    chain.removeLast();
    if (longest == MAX_CHAIN) {
      String problem = "'%s' is a chain of more than %d rules".formatted(name, MAX_CHAIN);
      found.add(new Finding(List.of(name), problem));
    }
    lengths.put(name, longest + 1);
    return longest + 1;
  }

  private static Stream<String> references(Check check) {
    return switch (check) {
      case Check.Named named -> Stream.of(named.rule());
      case Check.IsAdmin _ -> Stream.of(PolicyDefaults.CONTEXT_IS_ADMIN);
      case Check.Not not -> references(not.check());
      case Check.All all -> all.checks().stream().flatMap(RuleCircles::references);
      case Check.Any any -> any.checks().stream().flatMap(RuleCircles::references);
      case Check.Always _, Check.Never _, Check.Role _, Check.Attribute _, Check.Literal _ ->
          Stream.empty();
    };
  }
}
