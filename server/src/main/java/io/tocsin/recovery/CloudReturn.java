package io.tocsin.recovery;

/** Gives a repaired host work again in the cloud. */
@FunctionalInterface
public interface CloudReturn {
  /**
   * Enables the host's compute service and takes back that it was forced down; does not wait for it
   * to come up. Repeating it does no harm. Throws {@link io.tocsin.compute.CloudException}, also
   * where the cloud knows no such service.
   */
  void bringBack(String host);
}
