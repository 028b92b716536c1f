package io.tocsin.failover;

/** Tells whether the cloud has a compute service of that host name. */
@FunctionalInterface
public interface HostDirectory {
  /**
   * Throws {@link RefusedException} with {@link Refusal.Busy} when the cloud does not answer, with
   * {@link Refusal.Forbidden} when it does not allow the question.
   */
  boolean knows(String hostName);
}
