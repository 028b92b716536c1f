package io.tocsin.feed;

import io.tocsin.identity.UserId;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.UUID;

/**
 * As what an event is looked at. Each view has ids of its own, which are the event's with some bits
 * turned: so one index finds all three, and an unread mark needs no row. Nothing secret is in them.
 */
public enum View {
  /** Everything that happened. */
  EVENTS,
  /** Events whose destinations have {@code notification}. */
  NOTIFICATIONS,
  /** The marks of one user for those of them that they have not read. */
  UNREAD;

  /** Turns the last bit. */
  private static final UUID OF_NOTIFICATIONS = new UUID(0, 1);

  /** The id in this view of the event with that id. */
  public UUID idOf(UUID event, UserId user) {
    return xor(event, mask(user));
  }

  /** The event whose id in this view is that. */
  public UUID eventOf(UUID id, UserId user) {
    return xor(id, mask(user));
  }

  /** The bits that are turned. */
  UUID mask(UserId user) {
    return switch (this) {
      case EVENTS -> new UUID(0, 0);
      case NOTIFICATIONS -> OF_NOTIFICATIONS;
      case UNREAD -> maskOf(user);
    };
  }

  private static UUID xor(UUID a, UUID b) {
    return new UUID(
        a.getMostSignificantBits() ^ b.getMostSignificantBits(),
        a.getLeastSignificantBits() ^ b.getLeastSignificantBits());
  }

  /** All but version and variant, which must stay what they are. */
  private static UUID maskOf(UserId user) {
    try {
      MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
      sha256.update(
          ByteBuffer.allocate(Long.BYTES * 2)
              .putLong(user.value().getMostSignificantBits())
              .putLong(user.value().getLeastSignificantBits())
              .flip());
      ByteBuffer digest = ByteBuffer.wrap(sha256.digest());
      return new UUID(digest.getLong() & ~0xf000L, digest.getLong() & (-1L >>> 2));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
