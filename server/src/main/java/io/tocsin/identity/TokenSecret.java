package io.tocsin.identity;

import io.tocsin.store.Secret;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.HexFormat;
import java.util.regex.Pattern;

/** The secrets of our API tokens, which nobody can take for Keystone's. */
final class TokenSecret {
  /** What all of them begin with, and no token of Keystone's does. */
  static final String PREFIX = "tocsin_";

  private static final int RANDOM_BYTES = 32;
  private static final Pattern FORM = Pattern.compile(PREFIX + "[A-Za-z0-9_-]{43}");

  private TokenSecret() {}

  static Secret make(SecureRandom random) {
    byte[] bytes = new byte[RANDOM_BYTES];
    random.nextBytes(bytes);
    return new Secret(PREFIX + Base64.getUrlEncoder().withoutPadding().encodeToString(bytes));
  }

  static boolean isWellFormed(String text) {
    return FORM.matcher(text).matches();
  }

  /**
   * SHA-256 in hexadecimal, all that is stored. Secrets are long and random, so it needs no salt
   * and can be looked up by an index. How long that takes tells of the digest at most, and nobody
   * can choose a secret by its digest: so there is nothing to compare in constant time.
   */
  static String digest(String text) {
    try {
      MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
      return HexFormat.of().formatHex(sha256.digest(text.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
