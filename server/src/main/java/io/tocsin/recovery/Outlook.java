package io.tocsin.recovery;

import io.tocsin.clock.Clock;
import io.tocsin.store.Database;
import java.time.Duration;
import java.time.Instant;

/**
 * What a node's next claim has to look at. Rows change state all the time, and as long as anybody
 * holds an old snapshot open the index entries that they leave behind stay; so a claim passes by
 * those that it knows to be old, and only a regular look takes in everything. For one thread.
 */
final class Outlook {
  /** How long a row may stay unseen that came to be due in a way nobody thought of. */
  private static final Duration FLOOR_LIFE = Duration.ofSeconds(10);

  private final NodeId node;
  private final RecoverySettings settings;
  private final Clock clock;
  private Instant floor = Instant.MIN;
  private long flooredAtNanos;
  private long thoroughAtNanos;

  Outlook(NodeId node, RecoverySettings settings, Clock clock) {
    this.node = node;
    this.settings = settings;
    this.clock = clock;
    this.flooredAtNanos = clock.nanoTime() - FLOOR_LIFE.toNanos();
    this.thoroughAtNanos = clock.nanoTime() - settings.leasing().poll().toNanos();
  }

  /** What to claim now. */
  RecoveryStore.Wish wish(Database database) {
    long now = clock.nanoTime();
    if (now - flooredAtNanos >= FLOOR_LIFE.toNanos()) {
      floor = database.read(RecoveryStore::floor);
      flooredAtNanos = now;
    }
    boolean isThorough = now - thoroughAtNanos >= settings.leasing().poll().toNanos();
    if (isThorough) {
      thoroughAtNanos = now;
    }
    return new RecoveryStore.Wish(
        node, settings.leasing().duration(), settings.waits().expiry(), floor, isThorough);
  }
}
