package io.tocsin.identity;

import java.util.UUID;

/** The owner of a feed: a Keystone project, the operators, or an account made by hand. */
public record AccountId(UUID value) {
  /** The operators' own account, the same in every installation. */
  public static final AccountId OPERATORS =
      new AccountId(UUID.fromString("b742632e-a26f-5081-b7e8-03a7f7238c5c"));

  private static final UUID PROJECTS = UUID.fromString("2fe27d60-03f0-5a05-97dd-cafb9c132e29");

  /** The account that a Keystone project is; its id written as a UUID wherever it is one. */
  public static AccountId ofProject(String projectId) {
    return new AccountId(Identifiers.ofKeystone(PROJECTS, projectId));
  }

  @Override
  public String toString() {
    return value.toString();
  }
}
