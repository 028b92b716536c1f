package io.tocsin.compute;

import org.jspecify.annotations.Nullable;

/** A call to the cloud gave no result; {@link #failure()} says what is known. */
public final class CloudException extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final transient CloudFailure failure;

  public CloudException(CloudFailure failure, @Nullable Throwable cause) {
    super(failure.text(), cause);
    this.failure = failure;
  }

  public CloudFailure failure() {
    return failure;
  }
}
