package io.tocsin.identity;

import java.util.UUID;

/** A user of the account API: one of ours, or one of Keystone's. */
public record UserId(UUID value) {
  /** Stands where a component without an identity did something (Astra spec §2.5). */
  public static final UserId SYSTEM = new UserId(Identifiers.NIL);

  private static final UUID KEYSTONE_USERS =
      UUID.fromString("4b3fd67f-04fa-5cbf-a131-9fd4a6314282");

  /** The user that Keystone knows by that id. */
  public static UserId ofKeystone(String id) {
    return new UserId(Identifiers.ofKeystone(KEYSTONE_USERS, id));
  }

  @Override
  public String toString() {
    return value.toString();
  }
}
