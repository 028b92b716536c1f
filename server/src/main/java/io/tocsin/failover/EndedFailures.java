package io.tocsin.failover;

import java.time.Instant;
import java.util.Collection;
import java.util.List;
import org.jdbi.v3.core.Handle;

/**
 * Removes failure notifications that ended long ago, and what was enrolled then and is not any
 * more. What else hangs on them the caller removes first, in the same transaction; of that it also
 * knows alone whether it may go. Thread-safe.
 */
public final class EndedFailures {
  private final PurgeStore store = new PurgeStore();
  private final SegmentImportStore imports = new SegmentImportStore();

  /**
   * A place in the order in which they are found: that of their arrival.
   *
   * @param number of a failure notification
   */
  public record Place(Instant createdAt, long number) {
    public static final Place START = new Place(Instant.EPOCH, 0);
  }

  /** Up to {@code most} that ended before that moment, after that place. Locks nothing. */
  public List<Place> list(Handle handle, Place after, Instant before, int most) {
    return store.listEnded(handle, after, before, most);
  }

  /**
   * The same, ours until the transaction ends; those that somebody else has at this moment are left
   * out.
   */
  public List<Place> lock(Handle tx, Place after, Instant before, int most) {
    return store.lockEnded(tx, after, before, most);
  }

  /** Removes those; how many they were. */
  public int delete(Handle tx, Collection<Long> numbers) {
    return store.delete(tx, numbers);
  }

  /** Has imports, which may bring deleted hosts and segments back, wait for the transaction. */
  public void keepImportsOut(Handle tx) {
    imports.takeTurns(tx);
  }

  /**
   * Removes up to {@code most} hosts that were deleted before that moment and have no failure
   * notification.
   *
   * @param but numbers of hosts that have to stay
   */
  public int deleteHosts(Handle tx, Instant before, Collection<Long> but, int most) {
    return store.deleteHosts(tx, before, but, most);
  }

  /**
   * How many hosts would go, at most {@code most}, once no failure notification is left that ended
   * before that moment.
   */
  public int countHosts(Handle handle, Instant before, Collection<Long> but, int most) {
    return store.countHosts(handle, before, but, most);
  }

  /** Removes up to {@code most} segments that were deleted before that moment and have no host. */
  public List<SegmentId> deleteSegments(Handle tx, Instant before, int most) {
    return store.deleteSegments(tx, before, most);
  }

  /** Those that would go once the hosts are gone that {@link #countHosts} counts. */
  public List<SegmentId> listSegments(
      Handle handle, Instant before, Collection<Long> but, int most) {
    return store.listSegments(handle, before, but, most);
  }
}
