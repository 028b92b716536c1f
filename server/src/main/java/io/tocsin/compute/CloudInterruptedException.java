package io.tocsin.compute;

/**
 * The thread was interrupted in a call to the cloud, which ended at once. The interrupt flag is
 * set. Not a {@link CloudException}: nobody asks for the result any more, and whether the cloud
 * acted is unknown.
 */
public final class CloudInterruptedException extends RuntimeException {
  private static final long serialVersionUID = 1;

  CloudInterruptedException(Throwable cause) {
    super(cause.getMessage(), cause);
  }
}
