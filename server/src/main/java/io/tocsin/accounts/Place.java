package io.tocsin.accounts;

/** What the variable elements of paths are called. */
final class Place {
  static final String ACCOUNT = "account";
  static final String USER = "user";
  static final String GROUP = "group";

  /** A user, who need not be the caller. */
  static final String ANY_USER = "anyUser";

  /** A group, of which the caller need not be a member. */
  static final String ANY_GROUP = "anyGroup";

  /** Of the resource that a path ends with. */
  static final String ID = "id";

  private Place() {}
}
