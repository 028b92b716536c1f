package io.tocsin.failover;

/** Why this room said no. {@link #outside()} is a text, fit for any client. */
public sealed interface Refusal {
  /** What the client is told. */
  String outside();

  /** The thing asked for does not exist. */
  record NotFound(String outside) implements Refusal {}

  /** It clashes with what is stored or under way. */
  record Conflict(String outside) implements Refusal {}

  /** The request can never succeed as it is. */
  record Invalid(String outside) implements Refusal {}

  /** Somebody who must be asked does not allow it; the text is theirs. */
  record Forbidden(String outside) implements Refusal {}

  /** Not now: more is waiting than the stated bound. A later repeat may succeed. */
  record Busy(String outside) implements Refusal {}
}
