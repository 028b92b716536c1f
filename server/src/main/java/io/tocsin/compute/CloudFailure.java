package io.tocsin.compute;

/** Why a call to the cloud gave no result. */
public sealed interface CloudFailure {
  /** What the cloud, or our attempt to reach it, said; for people. */
  String text();

  /** It refused, and nothing was done: 4xx other than 401 and those below. */
  record Refused(int status, String text) implements CloudFailure {}

  /** There is no such thing: 404. */
  record NotFound(String text) implements CloudFailure {}

  /** It is busy with that very thing or in no state for it; nothing was done: 409. */
  record Conflict(String text) implements CloudFailure {}

  /** Overloaded or broken, after our repeats; nothing is known to be done: 429, 5xx. */
  record Unavailable(int status, String text) implements CloudFailure {}

  /**
   * Nothing was done, and it says nothing about what was asked: connection refused, name unknown,
   * our own limit, no token, a token that is not taken, no endpoint in the catalog.
   */
  record Unreachable(String text) implements CloudFailure {}

  /** The request went out and no answer came back: it may or may not have acted. */
  record Unanswered(String text) implements CloudFailure {}
}
