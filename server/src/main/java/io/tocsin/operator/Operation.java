package io.tocsin.operator;

import io.tocsin.http.Response;
import io.tocsin.identity.Role;
import java.util.Set;

/**
 * What a route does, and what is checked before it does it.
 *
 * @param role the lowest that may
 * @param parameters that may stand in the query
 */
record Operation(Role role, Set<String> parameters, Work work) {
  Operation {
    parameters = Set.copyOf(parameters);
  }

  /** The work itself. */
  @FunctionalInterface
  interface Work {
    Response run(Call call);
  }

  /** Reading, which a viewer may. */
  static Operation read(Work work, String... parameters) {
    return new Operation(Role.VIEWER, Set.of(parameters), work);
  }

  /** Changing, which takes a member. */
  static Operation change(Work work) {
    return new Operation(Role.MEMBER, Set.of(), work);
  }
}
