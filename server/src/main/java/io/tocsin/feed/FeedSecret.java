package io.tocsin.feed;

import io.tocsin.store.Database;

/** Signs what clients are given to bring back; the same on every node, for ever. */
public final class FeedSecret {
  private final byte[] value;

  private FeedSecret(byte[] value) {
    this.value = value;
  }

  /** Asks the database once. */
  public static FeedSecret in(Database database) {
    return new FeedSecret(database.read(StateStore::secret));
  }

  public byte[] value() {
    return value.clone();
  }
}
