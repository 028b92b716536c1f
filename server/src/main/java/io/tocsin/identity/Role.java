package io.tocsin.identity;

import io.tocsin.store.Columns;
import java.util.Arrays;
import java.util.Optional;

/**
 * What somebody is in an account; each includes the rights of those before it (Astra spec §8.3).
 */
public enum Role {
  VIEWER(0),
  MEMBER(1),
  ADMIN(2),
  OWNER(3);

  private final int level;

  Role(int level) {
    this.level = level;
  }

  /** 0 for a viewer to 3 for an owner; as the database keeps it. */
  public int level() {
    return level;
  }

  /** The wire's and the database's spelling. */
  public String wire() {
    return Columns.lower(this);
  }

  /** The role spelled so; empty for any other text. */
  public static Optional<Role> of(String wire) {
    return Arrays.stream(values()).filter(role -> role.wire().equals(wire)).findFirst();
  }

  public boolean includes(Role other) {
    return level >= other.level;
  }
}
