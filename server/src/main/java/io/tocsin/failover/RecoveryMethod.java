package io.tocsin.failover;

/** How the hosts of a segment are recovered (recovery-engine spec §3). */
public enum RecoveryMethod {
  /** The cloud's scheduler chooses where instances go. */
  AUTO,
  /** Instances go to a reserved host of the segment. */
  RESERVED_HOST,
  /** {@code auto}, then {@code reserved_host} for what is left. */
  AUTO_PRIORITY,
  /** {@code reserved_host}, then {@code auto} for what is left. */
  RH_PRIORITY
}
