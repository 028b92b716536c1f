package io.tocsin.store;

import io.tocsin.clock.Clock;
import io.tocsin.clock.Deadline;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Lets callers that come at the same time share a commit. Thread-safe.
 *
 * <p><b>Problem.</b> Each caller may be answered only after a commit, and the disk makes only so
 * many of them a second.
 *
 * <p><b>Idea.</b> Natural batching. While nobody commits, a caller commits its own item at once, on
 * its own thread. While somebody commits, items gather in a {@link Line}; when the commit ends, the
 * first in the line commits all that gathered. Nobody waits for a timer, and a lone caller pays
 * nothing for it.
 *
 * <p><b>Guaranteed.</b> {@link #submit} returns after the commit. At most one commit runs at a
 * time, and it gets items in the order in which they came. However a commit ends, the next in the
 * line has its turn. Line, batch and the wait for other callers' commits are bounded.
 *
 * <p><b>Not guaranteed.</b> What a commit throws, all callers of the batch get, though their items
 * may be stored; so a repeat has to be safe. Who gave up waiting does not know either. A caller
 * that is interrupted while it commits takes its batch-mates with it: the JDK closes the socket
 * under it. For its own commits a caller waits as long as the database lets it, because others
 * depend on it. An {@link Error} goes to the caller that commits; its batch-mates give up in time.
 *
 * @param <I> what a caller brings
 * @param <O> what becomes of it
 */
public final class GroupCommit<I, O> {
  /**
   * What everybody together may take.
   *
   * @param maxBatch at most so many items share a commit
   * @param maxWaiting at most so many items wait for a commit
   * @param maxWait at most so long a caller waits for the commits of others
   */
  public record Bounds(int maxBatch, int maxWaiting, Duration maxWait) {
    public Bounds {
      if (maxBatch < 1 || maxWaiting < 1) {
        throw new IllegalArgumentException("maxBatch and maxWaiting must be at least 1");
      }
      if (!maxWait.isPositive()) {
        throw new IllegalArgumentException("maxWait must be positive");
      }
    }
  }

  /** Commits a batch. Called on the thread of a caller, never twice at a time. */
  @FunctionalInterface
  public interface Commit<I, O> {
    /**
     * Ends each entry with what became of it, after its commit. What this throws, all entries get
     * that have not ended yet.
     *
     * @param batch unmodifiable, never empty, in the order in which the callers came
     * @return those still undecided, in their order: they go first into the next batch. Never all
     *     of them, or the commits would not come to an end
     */
    List<Entry<I, O>> commit(List<Entry<I, O>> batch);
  }

  /** As many items wait already as may. Nothing became of this one; a later try may work. */
  public static final class FullException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    FullException(int maxWaiting) {
      super("already " + maxWaiting + " wait for a commit");
    }
  }

  /** An item on its way, and the thread that waits for what becomes of it. */
  public static final class Entry<I, O> {
    private sealed interface End<O> {
      record With<O>(O outcome) implements End<O> {}

      /** Not decided, or decided but unknown to us. */
      record Failed<O>(RuntimeException failure) implements End<O> {}
    }

    private final I item;
    private final Thread caller = Thread.currentThread();
    private volatile @Nullable End<O> end;
    private volatile boolean isCommitter;

    /** The current thread is the one that waits. Public so that a {@link Commit} can be tested. */
    public Entry(I item) {
      this.item = item;
    }

    public I item() {
      return item;
    }

    /** What became of the item; empty before, and when its commit failed or its caller gave up. */
    public Optional<O> outcome() {
      return end instanceof End.With<O>(O outcome) ? Optional.of(outcome) : Optional.empty();
    }

    /** Tells the caller. Only the first end counts, so it does not matter if the caller gave up. */
    public void end(O outcome) {
      end(new End.With<>(outcome));
    }

    void fail(RuntimeException failure) {
      end(new End.Failed<>(failure));
    }

    private void end(End<O> what) {
      if (end == null) {
        end = what;
        wake();
      }
    }

    boolean hasEnded() {
      return end != null;
    }

    /** True once it is this caller's turn to commit what waits. */
    boolean isCommitter() {
      return isCommitter;
    }

    void makeCommitter() {
      isCommitter = true;
      wake();
    }

    private void wake() {
      if (!caller.equals(Thread.currentThread())) {
        LockSupport.unpark(caller);
      }
    }

    private O result() {
      return switch (end) {
        case End.With<O>(O outcome) -> outcome;
        case End.Failed<O>(RuntimeException failure) -> throw failure;
        case null -> throw new IllegalStateException("an item went through without an outcome");
      };
    }
  }

  private final Bounds bounds;
  private final Clock clock;
  private final Commit<I, O> commit;
  private final Line<I, O> line;

  public GroupCommit(Bounds bounds, Clock clock, Commit<I, O> commit) {
    this.bounds = bounds;
    this.clock = clock;
    this.commit = commit;
    this.line = new Line<>(bounds.maxWaiting());
  }

  /**
   * Returns what became of the item, after its commit.
   *
   * <p>Throws {@link FullException} when too many wait. Throws {@link StoreUnavailableException}
   * when it was not decided in time, or the caller was interrupted; then it is unknown whether the
   * item is stored. Throws what the commit threw.
   */
  public O submit(I item) {
    Entry<I, O> mine = new Entry<>(item);
    if (!line.join(mine)) {
      throw new FullException(bounds.maxWaiting());
    }
    if (!mine.isCommitter()) {
      await(mine);
    }
    if (mine.isCommitter()) {
      commit(mine);
    }
    return mine.result();
  }

  /** How many items wait for a commit at this moment. */
  public int backlog() {
    return line.length();
  }

  /** Until the entry has ended or its caller has to commit. */
  private void await(Entry<I, O> mine) {
    Deadline deadline = Deadline.in(bounds.maxWait(), clock);
    boolean wasInterrupted = false;
    while (!mine.hasEnded() && !mine.isCommitter()) {
      LockSupport.parkNanos(this, Math.max(1, deadline.remaining().toNanos()));
      if (Thread.interrupted()) {
        wasInterrupted = true;
        line.leave(mine, unavailable("its caller was interrupted"));
      }
      if (deadline.isOver()) {
        line.abandon(mine, unavailable("it waited too long"));
      }
    }
    if (wasInterrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** Commits batches until this caller's entry is through, then lets the next one do it. */
  private void commit(Entry<I, O> mine) {
    try {
      while (!mine.hasEnded()) {
        List<Entry<I, O>> batch = line.take(bounds.maxBatch());
        try {
          line.putBack(undecided(batch));
        } catch (RuntimeException e) {
          batch.forEach(entry -> entry.fail(e));
        }
      }
    } finally {
      line.handOver();
    }
  }

  /** Checks what would keep the turn with one caller for ever. */
  private List<Entry<I, O>> undecided(List<Entry<I, O>> batch) {
    List<Entry<I, O>> undecided = commit.commit(batch);
    if (undecided.size() >= batch.size()) {
      throw new IllegalStateException("a commit decided nothing");
    }
    Set<Entry<I, O>> open = new HashSet<>(undecided);
    if (!batch.stream().allMatch(entry -> entry.hasEnded() || open.contains(entry))) {
      throw new IllegalStateException("a commit forgot an entry");
    }
    return undecided;
  }

  private static StoreUnavailableException unavailable(String why) {
    return StoreUnavailableException.because("an item is not known to be stored: " + why);
  }
}
