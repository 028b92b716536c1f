package io.tocsin.recovery;

import java.util.Locale;

/** How far an instance's move has come (Instance HA spec §10). */
public enum VmoveStatus {
  PENDING,
  ONGOING,
  SUCCEEDED,
  FAILED,
  /** Not moved on purpose; the message says why. */
  IGNORED;

  /** The wire's and the database's spelling. */
  public String wire() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The status spelled so; throws on anything the database cannot hold. */
  static VmoveStatus of(String wire) {
    return valueOf(wire.toUpperCase(Locale.ROOT));
  }

  boolean isFinal() {
    return this == SUCCEEDED || this == FAILED || this == IGNORED;
  }
}
