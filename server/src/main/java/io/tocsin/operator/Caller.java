package io.tocsin.operator;

import io.tocsin.identity.Principal;
import io.tocsin.identity.Role;
import io.tocsin.recovery.Operator;

/**
 * Somebody in the operators' account.
 *
 * @param role theirs there
 */
record Caller(Principal principal, Role role) {
  Operator operator() {
    return new Operator(principal.user(), principal.name());
  }
}
