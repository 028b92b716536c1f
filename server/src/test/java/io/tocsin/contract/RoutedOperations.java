package io.tocsin.contract;

import io.tocsin.http.Routes;
import io.tocsin.http.Routes.Route;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.UnaryOperator;

/**
 * The operations of a server by its own route table, which also decides what a request belongs to.
 */
public final class RoutedOperations {
  /** A table of one line each, in the order of the whole. */
  private final Map<Routes<Boolean>, Operation> lines = new LinkedHashMap<>();

  private final UnaryOperator<String> sentToRouted;

  /**
   * The operations of a table.
   *
   * @param routes their targets say whether anything is done there
   * @param sentToRouted makes of a path what the server looks up
   * @param patternToDescribed makes of a table's pattern a description's path
   */
  public RoutedOperations(
      List<Route<Boolean>> routes,
      UnaryOperator<String> sentToRouted,
      UnaryOperator<String> patternToDescribed) {
    this.sentToRouted = sentToRouted;
    for (Route<Boolean> route : routes) {
      lines.put(
          Routes.of(List.of(route)),
          new Operation(
              route.method(), withoutExpressions(patternToDescribed.apply(route.pattern()))));
    }
  }

  /** Those that do something. */
  Set<String> all() {
    Set<String> all = new TreeSet<>();
    lines.forEach((line, operation) -> {
      if (line.all().getFirst().target()) {
        all.add(operation.toString());
      }
    });
    return all;
  }

  /** What a request belongs to; empty where nothing is done. */
  Optional<Operation> of(String method, String path) {
    String routed = sentToRouted.apply(path);
    for (Map.Entry<Routes<Boolean>, Operation> line : lines.entrySet()) {
      if (line.getKey().match(method, routed) instanceof Routes.Match.Matched<Boolean> matched) {
        return matched.target() ? Optional.of(line.getValue()) : Optional.empty();
      }
    }
    return Optional.empty();
  }

  private static String withoutExpressions(String pattern) {
    return pattern.replaceAll("\\{([^:}]+):[^}]*}", "{$1}");
  }
}
