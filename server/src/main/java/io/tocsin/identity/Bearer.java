package io.tocsin.identity;

/** What the bearer token of a request says about its sender. */
public sealed interface Bearer {
  /** No {@code Authorization} header, another scheme, or nothing behind the scheme. */
  record Missing() implements Bearer {}

  /** Unknown, malformed, expired or revoked. */
  record Invalid() implements Bearer {}

  /** Good, but its user is not enabled or not active. */
  record Disabled() implements Bearer {}

  /** It is none of ours, and Keystone cannot be asked at the moment. */
  record Unavailable() implements Bearer {}

  /** Good. */
  record Known(Principal principal) implements Bearer {}
}
