package io.tocsin.recovery;

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
    return name().toLowerCase(java.util.Locale.ROOT);
  }
}
