package io.tocsin.identity;

/** Whether a rule lets somebody do something, and why; the reason is for operators. */
public sealed interface Verdict {
  /** Which checks held, or did not. */
  String because();

  default boolean isAllowed() {
    return this instanceof Allowed;
  }

  record Allowed(String because) implements Verdict {}

  record Denied(String because) implements Verdict {}
}
