package io.tocsin.accounts;

import io.tocsin.identity.Grant;
import io.tocsin.identity.Principal;
import io.tocsin.identity.Role;

/** What a caller must be in the account for an operation. */
enum Rights {
  /** Anything at all: reading is a viewer's right. */
  READ,

  /** An administrator, or the bearer of a token that was made for it. */
  PUBLISH {
    @Override
    boolean has(Principal principal, Role role) {
      return isForPublishing(principal) || role.includes(Role.ADMIN);
    }
  },

  /** Nothing in any account. */
  EXIST,

  /** To know who is in the account: whoever is in it themselves, and operators. */
  KNOW,

  /** To change who is in the account: its administrators, and operators. */
  ADMINISTER {
    @Override
    boolean has(Principal principal, Role role) {
      return super.has(principal, role) && role.includes(Role.ADMIN);
    }
  };

  /**
   * Whether the caller, who has that role in the account, may. By a token that is for publishing
   * nothing else is done.
   */
  boolean has(Principal principal, Role role) {
    return !isForPublishing(principal);
  }

  private static boolean isForPublishing(Principal principal) {
    return switch (principal.grant()) {
      case Grant.OfToken token -> token.isForPublishing();
      case Grant.OfKeystone _ -> false;
    };
  }
}
