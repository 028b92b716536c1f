package io.tocsin.simulation;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.random.RandomGenerator;

/**
 * Runs the threads of one world, one at a time, and moves its time. Whose turn it is among those
 * that can run, the seed decides; when nobody can, time jumps to the next moment somebody waits
 * for.
 *
 * <p>Used by the one machine thread that calls {@link #run}, and by the virtual threads on it.
 */
final class Loop {
  /** Turns without any time passing; more than any world needs means that it is turning in vain. */
  private static final int MOST_TURNS_AT_ONE_MOMENT = 1_000_000;

  private final RandomGenerator random;
  private final List<Runnable> ready = new ArrayList<>();
  private final Queue<Runnable> foreign = new ConcurrentLinkedQueue<>();
  private final PriorityQueue<Timer> timers =
      new PriorityQueue<>(
          Comparator.comparingLong((Timer it) -> it.atNanos).thenComparingLong(it -> it.order));
  private final Thread carrier = Thread.currentThread();
  private long nowNanos;
  private long order;
  private long turns;
  private boolean hasEnded;

  Loop(RandomGenerator random) {
    this.random = random;
  }

  /** Something that happens at a moment, unless it is cancelled before. */
  static final class Timer {
    private final long atNanos;
    private final long order;
    private final Runnable action;

    private Timer(long atNanos, long order, Runnable action) {
      this.atNanos = atNanos;
      this.order = order;
      this.action = action;
    }
  }

  /** Since the world began. */
  long nowNanos() {
    return nowNanos;
  }

  /** How often a thread was given its turn. */
  long turns() {
    return turns;
  }

  /** The action runs on the loop itself and must not block. */
  Timer in(long nanos, Runnable action) {
    Timer timer = new Timer(nowNanos + Math.max(0, nanos), order++, action);
    timers.add(timer);
    return timer;
  }

  void cancel(Timer timer) {
    timers.remove(timer);
  }

  /** Ends {@link #run} after the turn that is under way. */
  void end() {
    hasEnded = true;
  }

  /** Gives turns until somebody calls {@link #end}. */
  void run() {
    long turnsNow = 0;
    while (!hasEnded) {
      if (!foreign.isEmpty()) {
        throw new IllegalStateException("a thread of the world was woken from outside of it");
      }
      if (ready.isEmpty()) {
        passTime();
        turnsNow = 0;
      } else {
        if (++turnsNow > MOST_TURNS_AT_ONE_MOMENT) {
          throw new IllegalStateException("threads are busy, but time does not pass");
        }
        turns++;
        ready.remove(ready.size() == 1 ? 0 : random.nextInt(ready.size())).run();
      }
    }
  }

  private void passTime() {
    Timer next = timers.poll();
    if (next == null) {
      throw new IllegalStateException("everybody waits, and nothing will ever happen");
    }
    nowNanos = next.atNanos;
    next.action.run();
    while (!timers.isEmpty() && timers.peek().atNanos == nowNanos) {
      timers.remove().action.run();
    }
  }

  /**
   * What shares a fate: the threads of one node, or the cloud. It can be frozen, so that its
   * threads get no turns for a while, and killed, so that they never get one again; as when a
   * machine is suspended or loses its power, they do not notice.
   */
  final class Lane implements Executor {
    private final List<Runnable> held = new ArrayList<>();
    private boolean isFrozen;
    private boolean isDead;

    @Override
    public void execute(Runnable turn) {
      Thread caller = Thread.currentThread();
      if (!caller.equals(carrier) && !(caller.isVirtual() && World.isOf(Loop.this))) {
        foreign.add(turn);
      } else if (isFrozen) {
        held.add(turn);
      } else if (!isDead) {
        ready.add(() -> give(turn));
      }
    }

    /** It may have been frozen or killed since it asked for the turn. */
    private void give(Runnable turn) {
      if (isFrozen) {
        held.add(turn);
      } else if (!isDead) {
        turn.run();
      }
    }

    void freeze() {
      isFrozen = true;
    }

    void thaw() {
      isFrozen = false;
      held.forEach(this::execute);
      held.clear();
    }

    void kill() {
      isDead = true;
      isFrozen = false;
      held.clear();
    }

    boolean isFrozen() {
      return isFrozen;
    }

    boolean isDead() {
      return isDead;
    }

    Thread start(String name, Runnable body) {
      return VirtualThreads.on(this).name(name).start(body);
    }
  }
}
