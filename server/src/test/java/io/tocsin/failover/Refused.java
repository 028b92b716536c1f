package io.tocsin.failover;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/** Asserts what was refused, by kind and by the text a client gets. */
final class Refused {
  private Refused() {}

  static void assertRefused(ThrowingCallable call, Refusal expected) {
    RefusedException refused = catchThrowableOfType(RefusedException.class, call);
    assertThat(refused).as("nothing was refused; expected: " + expected).isNotNull();
    assertThat(refused.refusal()).isEqualTo(expected);
  }
}
