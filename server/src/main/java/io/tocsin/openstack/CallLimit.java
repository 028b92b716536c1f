package io.tocsin.openstack;

import io.tocsin.clock.Clock;
import io.tocsin.clock.Deadline;
import io.tocsin.clock.Durations;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/**
 * How many calls one cloud is asked to work on at the same time. The cloud does not tell, so the
 * limit feels its way, as TCP does: it grows by one with each call that went well until the cloud
 * first complains, from then on by one per round of calls; a complaint (429, 503, a time-out) takes
 * it back to {@value #DECREASE} of its value.
 *
 * <p>Guaranteed: never below one, never above the ceiling; callers get their turn in the order they
 * came; one round of calls lowers the limit once, however many of its calls complain, because they
 * all tell of the same moment; a limit that nobody fills does not grow; during the time a cloud
 * asked for with {@code Retry-After} no call starts.
 *
 * <p>Not guaranteed: that a cloud that gets slower without complaining is spared before calls time
 * out. Safe for use by many threads.
 */
public final class CallLimit {
  /** Enough to be quick at once, little enough for any cloud. */
  static final int FIRST = 8;

  static final double DECREASE = 0.7;

  /** A cloud that asks for more than this is asked again after it. */
  static final Duration LONGEST_PAUSE = Duration.ofMinutes(2);

  private final int ceiling;
  private final Clock clock;

  /** Guards everything below. */
  private final ReentrantLock lock = new ReentrantLock();

  private final Deque<Waiter> waiters = new ArrayDeque<>();
  private double limit;
  private double growsFastBelow;
  private int inFlight;

  /** Number of decreases; a call remembers the one it started in. */
  private long round;

  private boolean isPaused;
  private long pausedUntilNanos;

  /**
   * @param ceiling at least 1
   */
  public CallLimit(int ceiling, Clock clock) {
    if (ceiling < 1) {
      throw new IllegalArgumentException("the ceiling of calls in flight must be at least 1");
    }
    this.ceiling = ceiling;
    this.clock = clock;
    this.limit = Math.min(FIRST, ceiling);
    this.growsFastBelow = ceiling;
  }

  /** Calls that may be in flight now: 1 to the ceiling. */
  public int limit() {
    return locked(() -> (int) limit);
  }

  public int inFlight() {
    return locked(() -> inFlight);
  }

  /** Callers waiting for their turn. */
  public int waiting() {
    return locked(waiters::size);
  }

  /**
   * Waits for a place among the calls in flight.
   *
   * @return to be closed when the call has ended
   * @throws CallFailedException {@link CallFailure.NotSent} when the deadline comes first
   */
  Permit acquire(Deadline deadline) throws InterruptedException {
    lock.lockInterruptibly();
    try {
      if (waiters.isEmpty() && hasRoom()) {
        return admit();
      }
      Waiter waiter = new Waiter();
      waiters.addLast(waiter);
      return await(waiter, deadline);
    } finally {
      lock.unlock();
    }
  }

  private Permit await(Waiter waiter, Deadline deadline) throws InterruptedException {
    while (waiter.permit == null) {
      long nanos = deadline.remaining().toNanos();
      if (nanos <= 0) {
        leave(waiter);
        throw new CallFailedException(
            new CallFailure.NotSent(
                "not sent: no turn among the "
                    + (int) limit
                    + " calls in flight"
                    + (isPaused ? ", the cloud asked to wait" : "")),
            null);
      }
      if (isPaused) {
        nanos = Math.min(nanos, Math.max(1, pausedUntilNanos - clock.nanoTime()));
      }
      awaitSignal(waiter, Duration.ofNanos(nanos));
      admitWaiters();
    }
    return waiter.permit;
  }

  /** Returns also when the time is over; what is left of the wait the caller works out anew. */
  private void awaitSignal(Waiter waiter, Duration atMost) throws InterruptedException {
    CompletableFuture<Void> signal = new CompletableFuture<>();
    waiter.signal = signal;
    lock.unlock();
    try {
      boolean _ = clock.await(signal, atMost);
    } catch (InterruptedException e) {
      lock.lock();
      leave(waiter);
      throw e;
    }
    lock.lock();
  }

  /** A waiter that gives up hands its turn on, also one it was given at the last moment. */
  private void leave(Waiter waiter) {
    if (waiter.permit == null) {
      waiters.remove(waiter);
    } else {
      inFlight--;
    }
    admitWaiters();
  }

  private void admitWaiters() {
    while (!waiters.isEmpty() && hasRoom()) {
      Waiter next = waiters.removeFirst();
      next.permit = admit();
      next.signal.complete(null);
    }
  }

  private boolean hasRoom() {
    if (isPaused && pausedUntilNanos - clock.nanoTime() > 0) {
      return false;
    }
    isPaused = false;
    return inFlight < (int) limit;
  }

  private Permit admit() {
    inFlight++;
    return new Permit(round);
  }

  private void grow(long startedIn) {
    boolean isFull = inFlight >= (int) limit || !waiters.isEmpty();
    if (startedIn == round && isFull) {
      limit = Math.min(ceiling, limit + (limit < growsFastBelow ? 1 : 1 / limit));
    }
  }

  private void shrink(long startedIn) {
    if (startedIn == round) {
      round++;
      limit = Math.max(1, limit * DECREASE);
      growsFastBelow = limit;
    }
  }

  private void pause(Duration length) {
    Duration bounded = Durations.shorter(length, LONGEST_PAUSE);
    long until = clock.nanoTime() + bounded.toNanos();
    if (!isPaused || until - pausedUntilNanos > 0) {
      isPaused = true;
      pausedUntilNanos = until;
      // They sleep until their deadlines and have to learn of the pause to wake at its end.
      waiters.forEach(w -> w.signal.complete(null));
    }
  }

  private int locked(IntSupplier value) {
    lock.lock();
    try {
      return value.getAsInt();
    } finally {
      lock.unlock();
    }
  }

  /** One call's place. Used by one thread. */
  final class Permit implements AutoCloseable {
    private final long startedIn;
    private boolean isOpen = true;

    private Permit(long startedIn) {
      this.startedIn = startedIn;
    }

    /** The cloud answered in good health. */
    void wentWell() {
      lock.lock();
      try {
        grow(startedIn);
      } finally {
        lock.unlock();
      }
    }

    /**
     * The cloud has too much to do.
     *
     * @param retryAfter how long it wants to be left alone, null when it did not say
     */
    void overloaded(@Nullable Duration retryAfter) {
      lock.lock();
      try {
        shrink(startedIn);
        if (retryAfter != null && retryAfter.isPositive()) {
          pause(retryAfter);
        }
      } finally {
        lock.unlock();
      }
    }

    @Override
    public void close() {
      lock.lock();
      try {
        if (isOpen) {
          isOpen = false;
          inFlight--;
          admitWaiters();
        }
      } finally {
        lock.unlock();
      }
    }
  }

  private static final class Waiter {
    /** Ends when there may be news for it; each wait has one of its own. */
    CompletableFuture<Void> signal = new CompletableFuture<>();

    @Nullable Permit permit;
  }
}
