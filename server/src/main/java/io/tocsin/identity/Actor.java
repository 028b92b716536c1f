package io.tocsin.identity;

/**
 * Who changes something in the {@link Directory}.
 *
 * @param role theirs in the account that is changed; they can give and take none above it
 * @param isOperator whether they may change users who belong to other accounts too
 */
public record Actor(UserId user, Role role, boolean isOperator) {
  /** The server itself. */
  public static final Actor SYSTEM = new Actor(UserId.SYSTEM, Role.OWNER, true);
}
