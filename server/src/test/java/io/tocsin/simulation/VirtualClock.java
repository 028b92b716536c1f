package io.tocsin.simulation;

import io.tocsin.clock.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/** A loop's time as one machine shows it: its wall clock may be wrong, and may jump. */
final class VirtualClock implements Clock {
  static final Instant START = Instant.parse("2026-03-02T09:00:00Z");

  /** Far from zero, so that nobody takes zero for a moment. */
  private static final long NANOS_AT_START = 1_000_000_000_000L;

  private final Loop loop;
  private Duration error = Duration.ZERO;
  private long missedNanos;

  VirtualClock(Loop loop) {
    this.loop = loop;
  }

  /** The wall clock jumps, so that it is wrong by so much. */
  void jumpTo(Duration newError) {
    error = newError;
  }

  /** Its measuring of time stood still for so long; as on a machine that was suspended. */
  void miss(Duration duration) {
    missedNanos += duration.toNanos();
  }

  @Override
  public Instant now() {
    return START.plusNanos(loop.nowNanos()).plus(error);
  }

  @Override
  public long nanoTime() {
    return NANOS_AT_START + loop.nowNanos() - missedNanos;
  }

  @Override
  public void sleep(Duration duration) throws InterruptedException {
    if (duration.isPositive()) {
      boolean _ = await(new CompletableFuture<>(), duration);
    }
  }

  @Override
  public boolean await(CompletableFuture<?> future, Duration atMost) throws InterruptedException {
    if (future.isDone()) {
      return true;
    }
    CompletableFuture<Boolean> woken = new CompletableFuture<>();
    Loop.Timer timer = loop.in(atMost.toNanos(), () -> woken.complete(false));
    CompletableFuture<?> _ = future.whenComplete((_, _) -> woken.complete(true));
    try {
      Boolean _ = woken.get();
      return future.isDone();
    } catch (ExecutionException e) {
      throw new IllegalStateException("a wait cannot fail", e);
    } finally {
      loop.cancel(timer);
    }
  }
}
