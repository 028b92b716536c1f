package io.tocsin.http;

import java.util.List;
import java.util.Optional;

/** Query parameters, decoded, in the order they were sent; a name may come more than once. */
public record Query(List<Parameter> parameters) {
  /** One {@code name=value}; the value is empty where the request had none. */
  public record Parameter(String name, String value) {}

  public static final Query NONE = new Query(List.of());

  public Query {
    parameters = List.copyOf(parameters);
  }

  /** Every value of that name, in order; empty when there is none. */
  public List<String> all(String name) {
    return parameters.stream().filter(p -> p.name().equals(name)).map(Parameter::value).toList();
  }

  /** The last value of that name: where a parameter is given twice, the last one wins. */
  public Optional<String> last(String name) {
    List<String> values = all(name);
    return values.isEmpty() ? Optional.empty() : Optional.of(values.getLast());
  }
}
