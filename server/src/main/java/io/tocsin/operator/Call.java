package io.tocsin.operator;

import io.tocsin.http.Request;
import io.tocsin.recovery.Operator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A request of which everything is known that its work needs.
 *
 * @param places the variable elements of the path
 * @param parameters of the query, all of them known and each once
 */
record Call(
    Request request, Caller caller, Map<String, String> places, Map<String, String> parameters) {
  static final int DEFAULT_LIMIT = 100;
  static final int MAX_LIMIT = 1000;

  Call {
    places = Map.copyOf(places);
    parameters = Map.copyOf(parameters);
  }

  Operator operator() {
    return caller.operator();
  }

  String place(String name) {
    return places.getOrDefault(name, "");
  }

  @Nullable String parameter(String name) {
    return parameters.get(name);
  }

  /** Items wanted in one answer. */
  int limit() {
    String text = parameters.get("limit");
    if (text == null) {
      return DEFAULT_LIMIT;
    }
    if (text.matches("[1-9][0-9]{0,3}") && Integer.parseInt(text) <= MAX_LIMIT) {
      return Integer.parseInt(text);
    }
    throw invalid("limit", "must be a whole number from 1 to " + MAX_LIMIT);
  }

  /** What a parameter stands for; null where it is not there. */
  <T> @Nullable T choice(String name, Function<String, Optional<T>> reader, List<String> choices) {
    String text = parameters.get(name);
    return text == null
        ? null
        : reader
            .apply(text)
            .orElseThrow(() -> invalid(name, "must be one of " + String.join(", ", choices)));
  }

  static ProblemException invalid(String name, String reason) {
    return Problem.INVALID_PARAMETERS.because(
        "The query has a parameter that is not right.", List.of(new Reason(name, reason)));
  }
}
