package io.tocsin.app;

import java.util.List;

/** The configuration cannot be used. Holds every problem found, not only the first. */
public final class SettingsException extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final transient List<String> problems;

  SettingsException(List<String> problems) {
    super(String.join("; ", problems));
    this.problems = List.copyOf(problems);
  }

  /** What is wrong, one sentence each, without the value of any secret. */
  public List<String> problems() {
    return problems;
  }
}
