package io.tocsin.accounts;

import io.tocsin.feed.Order;
import io.tocsin.feed.Position;
import io.tocsin.feed.Reader;
import io.tocsin.feed.View;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * The texts that say where a list goes on (Astra spec §6.7): a place, signed together with the list
 * it is a place of. The server keeps nothing about them, so they live as long as the secret does.
 *
 * <p>A token is base64 of hexadecimal digits, which never has {@code +} or {@code /} in it: clients
 * that forget to encode these in a URL get on all the same.
 */
final class ContinueTokens {
  private static final String ALGORITHM = "HmacSHA256";
  private static final byte FORMAT = 1;
  private static final byte WITHOUT_KEY = 0;
  private static final byte WITH_KEY = 1;
  private static final int SIGNATURE_BYTES = 16;
  private static final HexFormat HEX = HexFormat.of();

  /** Of a token; with the longest key there is, ours are shorter. */
  static final int MAX_LENGTH = 4 * 1024;

  private final SecretKeySpec secret;

  ContinueTokens(byte[] secret) {
    this.secret = new SecretKeySpec(secret, ALGORITHM);
  }

  /**
   * What a token is good for, in one text; only unread marks are a user's own.
   *
   * @param filter as the caller asked, with its decided clauses
   */
  static String bond(Noun noun, Reader reader, Filter filter, Order order) {
    return String.join(
        "\n",
        reader.account().toString(),
        noun.view().name(),
        noun.view() == View.UNREAD ? reader.user().toString() : "",
        order.field().name(),
        order.isDescending() ? "desc" : "",
        filter.text());
  }

  /** The token for that place in that list. */
  String write(Position position, String bond) {
    String key = position.key();
    byte[] text = key == null ? new byte[0] : key.getBytes(StandardCharsets.UTF_8);
    ByteBuffer payload =
        ByteBuffer.allocate(2 + Long.BYTES + text.length)
            .put(FORMAT)
            .put(key == null ? WITHOUT_KEY : WITH_KEY)
            .putLong(position.sequence())
            .put(text);
    return base64(signed(payload.array(), bond));
  }

  /** The place; null where the token is none of ours, or of another list. */
  @Nullable Position read(String token, String bond) {
    byte[] bytes = bytes(token);
    if (bytes == null || bytes.length < SIGNATURE_BYTES) {
      return null;
    }
    byte[] payload = Arrays.copyOf(bytes, bytes.length - SIGNATURE_BYTES);
    return MessageDigest.isEqual(bytes, signed(payload, bond)) ? position(payload) : null;
  }

  /** Whether it looks like one of ours, whatever list it may belong to. */
  static boolean hasForm(String token) {
    return bytes(token) != null;
  }

  private static @Nullable Position position(byte[] payload) {
    try {
      ByteBuffer in = ByteBuffer.wrap(payload);
      if (in.get() != FORMAT) {
        return null;
      }
      boolean hasKey = in.get() == WITH_KEY;
      long sequence = in.getLong();
      return new Position(
          hasKey ? StandardCharsets.UTF_8.newDecoder().decode(in).toString() : null, sequence);
    } catch (BufferUnderflowException | CharacterCodingException _) {
      return null;
    }
  }

  private byte[] signed(byte[] payload, String bond) {
    try {
      Mac mac = Mac.getInstance(ALGORITHM);
      mac.init(secret);
      mac.update(ByteBuffer.allocate(Integer.BYTES).putInt(payload.length).flip());
      mac.update(payload);
      byte[] signature = mac.doFinal(bond.getBytes(StandardCharsets.UTF_8));
      byte[] both = Arrays.copyOf(payload, payload.length + SIGNATURE_BYTES);
      System.arraycopy(signature, 0, both, payload.length, SIGNATURE_BYTES);
      return both;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java has HMAC with SHA-256", e);
    }
  }

  private static String base64(byte[] bytes) {
    byte[] digits = HEX.formatHex(bytes).getBytes(StandardCharsets.US_ASCII);
    return Base64.getEncoder().encodeToString(digits);
  }

  /** Only the very text that we would write, but for the alphabet for URLs and missing padding. */
  private static byte @Nullable [] bytes(String token) {
    if (token.length() > MAX_LENGTH) {
      return null;
    }
    String padded = token.replace('-', '+').replace('_', '/');
    padded += "=".repeat((4 - padded.length() % 4) % 4);
    try {
      byte[] digits = Base64.getDecoder().decode(padded);
      byte[] bytes = HEX.parseHex(new String(digits, StandardCharsets.US_ASCII));
      return base64(bytes).equals(padded) ? bytes : null;
    } catch (IllegalArgumentException _) {
      return null;
    }
  }
}
