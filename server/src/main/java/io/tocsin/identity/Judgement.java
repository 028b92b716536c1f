package io.tocsin.identity;

/** What is known of a token. */
sealed interface Judgement {
  /** Keystone knows it. */
  record Good(KeystoneToken token) implements Judgement {}

  /** Keystone does not know it, or not any more. */
  record Bad() implements Judgement {}

  /** Keystone could not be asked, or not in time. */
  record Open() implements Judgement {}
}
