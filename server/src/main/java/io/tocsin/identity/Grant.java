package io.tocsin.identity;

import org.jspecify.annotations.Nullable;

/** What a bearer token by itself is good for, whatever roles its user has. */
public sealed interface Grant {
  /**
   * One of our own tokens, good in one account only.
   *
   * @param isForPublishing whether it may publish events and nothing else
   */
  record OfToken(AccountId account, boolean isForPublishing) implements Grant {}

  /**
   * One of Keystone's.
   *
   * @param account of the token's project; null when it is not of a project
   * @param role that Keystone's roles stand for in that account; null for none
   * @param isOperator whether the policy counts its bearer among the operators
   */
  record OfKeystone(@Nullable AccountId account, @Nullable Role role, boolean isOperator)
      implements Grant {}
}
