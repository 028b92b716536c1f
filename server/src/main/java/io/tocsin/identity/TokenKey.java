package io.tocsin.identity;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;

/**
 * Stands for a token in memory, so that the cache holds none. Prints nothing of it.
 *
 * @param digest SHA-256
 * @param mayBeExpired whether it was asked about for a service, for which an expired one is good
 */
record TokenKey(String digest, boolean mayBeExpired) {
  static TokenKey of(String token, boolean mayBeExpired) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(token.getBytes(StandardCharsets.US_ASCII));
      return new TokenKey(Base64.getEncoder().encodeToString(digest), mayBeExpired);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  /** The same token, where an expired one is not good. */
  TokenKey unexpired() {
    return new TokenKey(digest, false);
  }

  @Override
  public String toString() {
    return "TokenKey";
  }
}
