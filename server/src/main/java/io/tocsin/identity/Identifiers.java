package io.tocsin.identity;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Optional;
import java.util.UUID;
import java.util.random.RandomGenerator;
import java.util.regex.Pattern;

/**
 * The identifiers of the account API (Astra spec §2.1): UUIDs of version 4 or 5, or the nil one.
 */
public final class Identifiers {
  /** All zeros: nobody, or the system itself. */
  public static final UUID NIL = new UUID(0, 0);

  private static final Pattern FORM =
      Pattern.compile(
          "[0-9a-f]{8}-[0-9a-f]{4}-(4[0-9a-f]{3}-[89ab]|5[0-9a-f]{3}-[0-9a-f])[0-9a-f]{3}-[0-9a-f]{12}"
              + "|00000000-0000-0000-0000-000000000000");

  private static final int LENGTH = 36;

  private Identifiers() {}

  /** The identifier written so; empty for any other text, one in upper case included. */
  public static Optional<UUID> parse(String text) {
    return text.length() == LENGTH && FORM.matcher(text).matches()
        ? Optional.of(UUID.fromString(text))
        : Optional.empty();
  }

  /** A random identifier (version 4). */
  public static UUID random(RandomGenerator random) {
    return withVersion(random.nextLong(), random.nextLong(), 0x4000L);
  }

  /**
   * The identifier (version 5, RFC 9562 §5.5) that a name has within a namespace; always the same.
   */
  public static UUID named(UUID namespace, String name) {
    byte[] digest = sha1(namespace, name);
    ByteBuffer bits = ByteBuffer.wrap(digest);
    return withVersion(bits.getLong(), bits.getLong(), 0x5000L);
  }

  private static UUID withVersion(long high, long low, long version) {
    return new UUID((high & ~0xf000L) | version, (low & (-1L >>> 2)) | Long.MIN_VALUE);
  }

  /**
   * The identifier of something that Keystone calls so: the same digits where they are a UUID that
   * the account API can write, with or without dashes; else one made of the text.
   */
  static UUID ofKeystone(UUID namespace, String id) {
    return parse(id.length() == LENGTH - 4 ? dashed(id) : id).orElseGet(() -> named(namespace, id));
  }

  private static String dashed(String hex) {
    return String.join(
        "-",
        hex.substring(0, 8),
        hex.substring(8, 12),
        hex.substring(12, 16),
        hex.substring(16, 20),
        hex.substring(20));
  }

  private static byte[] sha1(UUID namespace, String name) {
    try {
      MessageDigest sha1 = MessageDigest.getInstance("SHA-1");
      sha1.update(
          ByteBuffer.allocate(Long.BYTES * 2)
              .putLong(namespace.getMostSignificantBits())
              .putLong(namespace.getLeastSignificantBits())
              .flip());
      return sha1.digest(name.getBytes(StandardCharsets.UTF_8));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-1", e);
    }
  }
}
