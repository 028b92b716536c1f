package io.tocsin.failover;

/** What a monitor reports on; the names are the wire's. */
public enum FailureType {
  COMPUTE_HOST,
  VM,
  PROCESS
}
