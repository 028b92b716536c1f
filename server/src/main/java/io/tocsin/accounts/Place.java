package io.tocsin.accounts;

/** What the variable elements of paths are called. */
final class Place {
  static final String ACCOUNT = "account";
  static final String USER = "user";
  static final String GROUP = "group";

  /** Of the resource that a path ends with. */
  static final String ID = "id";

  private Place() {}
}
