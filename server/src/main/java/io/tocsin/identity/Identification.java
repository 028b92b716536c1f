package io.tocsin.identity;

/** What is known about a caller. */
public sealed interface Identification {
  /** They are who they say. */
  record Known(Caller caller) implements Identification {}

  /**
   * They have shown nothing, or nothing that is good (any more).
   *
   * @param challenge where to get what is good, as {@code WWW-Authenticate} has it
   */
  record Rejected(String challenge) implements Identification {}

  /** It cannot be found out at the moment. */
  record Unavailable() implements Identification {}
}
