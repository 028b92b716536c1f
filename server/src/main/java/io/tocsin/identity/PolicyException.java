package io.tocsin.identity;

import java.util.List;

/** Policy rules that cannot be used. Holds every problem found, not only the first. */
public final class PolicyException extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final transient List<String> problems;

  PolicyException(List<String> problems) {
    super(String.join("\n", problems));
    this.problems = List.copyOf(problems);
  }

  /** One sentence each, with file, line and column. */
  public List<String> problems() {
    return problems;
  }
}
