package io.tocsin.instanceha;

import org.jspecify.annotations.Nullable;

/**
 * One thing a caller can do.
 *
 * @param policy the rule that says who may do it; null where it is for everybody
 * @param body what the body must be, looked at before the policy (Instance HA spec §4.5)
 * @param work does it; throws what {@link Faults} knows how to word
 */
record Operation(@Nullable String policy, BodyForm body, Work work) {
  /** A body that nobody looks at, which is none. */
  private static final BodyForm ANY = _ -> null;

  /** Does what was asked for. */
  @FunctionalInterface
  interface Work {
    Reply run(Call call);
  }

  /** What a body must be at a version; null where it does not matter. */
  @FunctionalInterface
  interface BodyForm {
    @Nullable Rule at(Microversion version);
  }

  /** For everybody. */
  static Operation open(Work work) {
    return new Operation(null, ANY, work);
  }

  /** For those whom the rule allows it. */
  static Operation allowedBy(String policy, Work work) {
    return new Operation(policy, ANY, work);
  }

  /** The same with a body. */
  Operation withBody(BodyForm form) {
    return new Operation(policy, form, work);
  }
}
