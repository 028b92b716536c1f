package io.tocsin.store;

import io.tocsin.clock.Clock;
import io.tocsin.store.GroupCommit.Entry;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * Lets callers that look something up at the same time share one statement, as {@link GroupCommit}
 * lets them share a commit. What a caller gets was read after it asked. Thread-safe.
 *
 * @param <K> what is looked up, with equality
 * @param <V> what is found
 */
public final class SharedLook<K, V> {
  /** More wait only where the listener lets more requests run than it does by default. */
  private static final GroupCommit.Bounds BOUNDS =
      new GroupCommit.Bounds(256, 16_384, Duration.ofSeconds(30));

  private final GroupCommit<K, Optional<V>> looks;

  /**
   * @param look what is found of those, by key; at least one
   */
  public SharedLook(Clock clock, Function<Set<K>, Map<K, V>> look) {
    looks =
        new GroupCommit<>(
            BOUNDS,
            clock,
            batch -> {
              Set<K> keys = new HashSet<>();
              batch.forEach(entry -> keys.add(entry.item()));
              Map<K, V> found = look.apply(keys);
              for (Entry<K, Optional<V>> entry : batch) {
                entry.end(Optional.ofNullable(found.get(entry.item())));
              }
              return List.of();
            });
  }

  /** Throws {@link StoreUnavailableException} also when too many wait, or it takes too long. */
  public Optional<V> find(K key) {
    try {
      return looks.submit(key);
    } catch (GroupCommit.FullException e) {
      throw StoreUnavailableException.because("too many wait for a look");
    }
  }

  /** How many wait for a look at this moment. */
  int waiting() {
    return looks.backlog();
  }
}
