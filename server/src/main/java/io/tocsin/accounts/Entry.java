package io.tocsin.accounts;

import io.tocsin.feed.Reader;
import io.tocsin.identity.Actor;
import io.tocsin.identity.Principal;
import io.tocsin.identity.Role;

/**
 * A caller who was let in.
 *
 * @param reader what they are in the account; nothing is theirs to read where they are there as an
 *     operator
 * @param isOperator whether they administer every account; never true where events are read
 */
record Entry(Principal principal, Reader reader, boolean isOperator) {
  /** The caller as somebody who changes something. */
  Actor actor() {
    return new Actor(principal.user(), reader.role(), isOperator);
  }

  /** Whether other users' tokens are theirs to deal with. */
  boolean isAdministrator() {
    return isOperator || reader.role().includes(Role.ADMIN);
  }
}
