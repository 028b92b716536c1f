package io.tocsin.openstack;

import org.jspecify.annotations.Nullable;

/** A call has no usable answer; {@link #failure()} says what is known. */
public final class CallFailedException extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final transient CallFailure failure;

  public CallFailedException(CallFailure failure, @Nullable Throwable cause) {
    super(failure.text(), cause);
    this.failure = failure;
  }

  public CallFailure failure() {
    return failure;
  }
}
