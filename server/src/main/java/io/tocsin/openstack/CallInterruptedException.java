package io.tocsin.openstack;

/**
 * The calling thread was interrupted in a call or while waiting for one. Its interrupt flag is set.
 * If the request had gone out, it may or may not have acted.
 */
public final class CallInterruptedException extends RuntimeException {
  private static final long serialVersionUID = 1;

  CallInterruptedException(String text, InterruptedException cause) {
    super(text, cause);
  }
}
