package io.tocsin.accounts;

import io.tocsin.feed.Clause;
import java.util.List;

/**
 * What a list is narrowed to.
 *
 * @param clauses all must hold
 * @param canHold false when no item will ever match
 * @param text the same whenever the same is asked for in the same order
 */
record Filter(List<Clause> clauses, boolean canHold, String text) {
  static final Filter NONE = new Filter(List.of(), true, "");

  Filter {
    clauses = List.copyOf(clauses);
  }
}
