package io.tocsin.http;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** One path pattern of a route table. */
record PathPattern(List<Element> elements) {
  /** What is matched against an expression is no longer: no expression can then take long. */
  private static final int MAX_MATCHED_LENGTH = 255;

  sealed interface Element {
    record Literal(String text) implements Element {}

    record Any(String name) implements Element {}

    record Matching(String name, Pattern pattern) implements Element {}
  }

  static PathPattern parse(String pattern) {
    if (!pattern.startsWith("/")) {
      throw new IllegalArgumentException("A pattern starts with a slash: " + pattern);
    }
    List<Element> elements = new ArrayList<>();
    Set<String> names = new HashSet<>();
    for (String element : pattern.substring(1).split("/", -1)) {
      Element parsed = element.startsWith("{") ? parameter(element) : literal(element);
      String name =
          switch (parsed) {
            case Element.Literal _ -> "";
            case Element.Any any -> any.name();
            case Element.Matching matching -> matching.name();
          };
      if (!name.isEmpty() && !names.add(name)) {
        throw new IllegalArgumentException(
            "The parameter %s stands twice: %s".formatted(name, pattern));
      }
      elements.add(parsed);
    }
    return new PathPattern(List.copyOf(elements));
  }

  private static Element literal(String element) {
    if (element.contains("{") || element.contains("}")) {
      throw new IllegalArgumentException("A parameter is a whole path element: " + element);
    }
    return new Element.Literal(element);
  }

  private static Element parameter(String element) {
    if (!element.endsWith("}")) {
      throw new IllegalArgumentException("A parameter ends with a brace: " + element);
    }
    String inner = element.substring(1, element.length() - 1);
    int colon = inner.indexOf(':');
    String name = colon < 0 ? inner : inner.substring(0, colon);
    if (name.isEmpty()) {
      throw new IllegalArgumentException("A parameter has a name: " + element);
    }
    if (colon < 0) {
      return new Element.Any(name);
    }
    String expression = inner.substring(colon + 1);
    // Without groups no quantifier stands within another: no match takes exponential time.
    if (expression.contains("(")) {
      throw new IllegalArgumentException("An expression has no groups: " + element);
    }
    return new Element.Matching(name, Pattern.compile(expression));
  }

  int length() {
    return elements.size();
  }

  /** The decoded elements of a path; null when it does not start with a slash or has too many. */
  static @Nullable List<String> elements(String rawPath, int max) {
    if (!rawPath.startsWith("/")) {
      return null;
    }
    List<String> elements = new ArrayList<>();
    int start = 1;
    while (elements.size() < max) {
      int slash = rawPath.indexOf('/', start);
      elements.add(Percent.decode(rawPath.substring(start, slash < 0 ? rawPath.length() : slash)));
      if (slash < 0) {
        return elements;
      }
      start = slash + 1;
    }
    return null;
  }

  boolean matches(List<String> path) {
    for (int i = 0; i < elements.size(); i++) {
      String sent = path.get(i);
      boolean fits =
          switch (elements.get(i)) {
            case Element.Literal(String text) -> text.equals(sent);
            case Element.Any _ -> !sent.isEmpty();
            case Element.Matching(_, Pattern pattern) ->
                sent.length() <= MAX_MATCHED_LENGTH && pattern.matcher(sent).matches();
          };
      if (!fits) {
        return false;
      }
    }
    return true;
  }

  Map<String, String> parameters(List<String> path) {
    Map<String, String> parameters = new LinkedHashMap<>();
    for (int i = 0; i < elements.size(); i++) {
      switch (elements.get(i)) {
        case Element.Literal _ -> {}
        case Element.Any(String name) -> parameters.put(name, path.get(i));
        case Element.Matching(String name, _) -> parameters.put(name, path.get(i));
      }
    }
    return Map.copyOf(parameters);
  }
}
