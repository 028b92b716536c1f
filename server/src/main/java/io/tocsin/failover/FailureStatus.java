package io.tocsin.failover;

/** How far the recovery of a failure notification has come (Instance HA spec §9.4). */
public enum FailureStatus {
  NEW,
  RUNNING,
  /** An attempt failed and another will follow. */
  ERROR,
  FAILED,
  IGNORED,
  FINISHED;

  /** Nothing more will happen. */
  public boolean isFinal() {
    return this == FAILED || this == IGNORED || this == FINISHED;
  }
}
