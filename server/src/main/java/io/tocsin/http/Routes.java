package io.tocsin.http;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A table of methods and path patterns, as data. A pattern is a path whose elements are literal,
 * {@code {name}} for any one non-empty element, or {@code {name:regex}} for one that the expression
 * matches as a whole. Elements are percent-decoded after the path was split, so {@code %2F} never
 * makes two of one. Where several routes match, the first of the table wins. Immutable.
 *
 * @param <T> what a route leads to
 */
public final class Routes<T> {
  /** One line of the table; {@code method} is compared exactly. */
  public record Route<T>(String method, String pattern, T target) {}

  /** What a table says to a request. */
  public sealed interface Match<T> {
    /**
     * A route for that method and path.
     *
     * @param parameters by name, percent-decoded
     */
    record Matched<T>(T target, Map<String, String> parameters) implements Match<T> {
      /** The value of a parameter that the pattern has. */
      public String parameter(String name) {
        String value = parameters.get(name);
        if (value == null) {
          throw new IllegalArgumentException("The pattern has no parameter " + name);
        }
        return value;
      }
    }

    /**
     * The path exists, with other methods.
     *
     * @param routes at least one
     */
    record OtherMethods<T>(List<Route<T>> routes) implements Match<T> {
      /** Methods that would have matched, in the order of the table. */
      public Set<String> methods() {
        Set<String> methods = new LinkedHashSet<>();
        routes.forEach(route -> methods.add(route.method()));
        return methods;
      }
    }

    /** No pattern matches the path. */
    record Unknown<T>() implements Match<T> {}
  }

  private record Line<T>(Route<T> route, PathPattern pattern) {}

  private final List<Route<T>> routes;

  /**
   * Lines by the number of their pattern's elements: a lookup tries only those that could match.
   */
  private final Map<Integer, List<Line<T>>> byLength;

  private final int maxElements;

  private Routes(List<Route<T>> routes, Map<Integer, List<Line<T>>> byLength, int maxElements) {
    this.routes = routes;
    this.byLength = byLength;
    this.maxElements = maxElements;
  }

  /** A table of those routes; a pattern that cannot be read or a line given twice is a bug. */
  public static <T> Routes<T> of(List<Route<T>> routes) {
    Map<Integer, List<Line<T>>> byLength = new HashMap<>();
    Set<String> met = new LinkedHashSet<>();
    int maxElements = 0;
    for (Route<T> route : routes) {
      if (!met.add(route.method() + " " + route.pattern())) {
        throw new IllegalArgumentException(
            "The route %s %s stands twice".formatted(route.method(), route.pattern()));
      }
      PathPattern pattern = PathPattern.parse(route.pattern());
      byLength
          .computeIfAbsent(pattern.length(), _ -> new ArrayList<>())
          .add(new Line<>(route, pattern));
      maxElements = Math.max(maxElements, pattern.length());
    }
    return new Routes<>(List.copyOf(routes), byLength, maxElements);
  }

  /** Every route in the order of the table. */
  public List<Route<T>> all() {
    return routes;
  }

  /** What the table says to that method and path. */
  public Match<T> match(String method, String rawPath) {
    @Nullable List<String> elements = PathPattern.elements(rawPath, maxElements);
    if (elements == null) {
      return new Match.Unknown<>();
    }
    List<Route<T>> others = new ArrayList<>();
    for (Line<T> line : byLength.getOrDefault(elements.size(), List.of())) {
      if (!line.pattern().matches(elements)) {
        continue;
      }
      if (line.route().method().equals(method)) {
        return new Match.Matched<>(line.route().target(), line.pattern().parameters(elements));
      }
      others.add(line.route());
    }
    return others.isEmpty() ? new Match.Unknown<>() : new Match.OtherMethods<>(List.copyOf(others));
  }
}
