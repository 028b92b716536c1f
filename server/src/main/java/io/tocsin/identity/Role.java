package io.tocsin.identity;

import io.tocsin.store.Columns;
import java.util.Arrays;
import java.util.Optional;

/**
 * What somebody is in an account; each includes the rights of those before it (Astra spec §8.3).
 */
public enum Role {
  VIEWER,
  MEMBER,
  ADMIN,
  OWNER;

  /** The wire's and the database's spelling. */
  public String wire() {
    return Columns.lower(this);
  }

  /** The role spelled so; empty for any other text. */
  public static Optional<Role> of(String wire) {
    return Arrays.stream(values()).filter(role -> role.wire().equals(wire)).findFirst();
  }

  public boolean includes(Role other) {
    return compareTo(other) >= 0;
  }
}
