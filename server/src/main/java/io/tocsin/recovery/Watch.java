package io.tocsin.recovery;

import io.tocsin.clock.Clock;
import io.tocsin.clock.Deadline;
import io.tocsin.clock.LoopMetrics;
import io.tocsin.compute.Cloud;
import io.tocsin.compute.CloudException;
import io.tocsin.compute.Server;
import io.tocsin.compute.ServerId;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells when servers have reached a state, for all recoveries of a node with few calls: one list of
 * what changed lately serves everybody who waits, instead of one poll per instance (weakness W24).
 *
 * <p>How often it asks follows what it waits for: a fortieth of what such a wait has been taking,
 * so that looking adds some 2 % to it, and never more than half of the time. The list is a
 * shortcut, not the truth: clocks differ, and a list may fail. So whoever waits also looks at its
 * own server now and then, and a last time before it gives up. Answers count only for those who
 * began to wait before the question was sent: an older one may show the state from before the
 * action.
 */
final class Watch {
  private static final Logger log = LoggerFactory.getLogger(Watch.class);

  private static final Duration SHORTEST_INTERVAL = Duration.ofMillis(50);
  private static final Duration LONGEST_INTERVAL = Duration.ofSeconds(2);

  /** What a wait is taken to last before any has ended. */
  private static final Duration FIRST_GUESS = Duration.ofSeconds(4);

  /** The cloud keeps whole seconds, and its clock may be a little off ours. */
  private static final Duration OVERLAP = Duration.ofSeconds(3);

  /** How often who waits looks by itself. */
  private static final Duration OWN_LOOK = Duration.ofSeconds(10);

  private final Cloud cloud;
  private final Clock clock;
  private final LoopMetrics loop;
  private final Map<ServerId, Waiter> waiters = new ConcurrentHashMap<>();
  private final Semaphore someoneWaits = new Semaphore(0);
  private @Nullable Thread thread;

  // Touched by the watching thread alone.
  private double usualNanos = FIRST_GUESS.toNanos();
  private long lookNanos;
  private long lookedAtNanos;
  private boolean isFailing;

  Watch(Cloud cloud, Clock clock, RecoveryMetrics metrics) {
    this.cloud = cloud;
    this.clock = clock;
    this.lookedAtNanos = clock.nanoTime();
    this.loop = metrics.watch();
    metrics.showWaiting(waiters::size);
  }

  private final class Waiter {
    final Predicate<Server> isSettled;
    final long sinceNanos = clock.nanoTime();
    final CompletableFuture<Server> settled = new CompletableFuture<>();

    Waiter(Predicate<Server> isSettled) {
      this.isSettled = isSettled;
    }

    void see(Server server, long askedNanos) {
      if (askedNanos - sinceNanos >= 0 && isSettled.test(server) && settled.complete(server)) {
        usualNanos = 0.8 * usualNanos + 0.2 * (clock.nanoTime() - sinceNanos);
      }
    }
  }

  void start() {
    thread = Thread.ofVirtual().name("watch").start(this::run);
  }

  void stop() {
    Thread running = thread;
    if (running != null) {
      running.interrupt();
    }
  }

  /**
   * Waits until the cloud shows the server so; a server that is gone is shown as deleted. Empty
   * when the deadline came first and a last look showed it otherwise. One caller per server at a
   * time. Throws {@link CloudException} when the caller's own look fails.
   */
  Optional<Server> await(ServerId id, Predicate<Server> isSettled, Deadline deadline) {
    Waiter waiter = new Waiter(isSettled);
    waiters.put(id, waiter);
    someoneWaits.release();
    try {
      while (true) {
        long most = Math.min(deadline.remaining().toNanos(), OWN_LOOK.toNanos());
        if (clock.await(waiter.settled, Duration.ofNanos(most))) {
          return Optional.of(waiter.settled.join());
        }
        Server now = look(cloud, id);
        if (isSettled.test(now)) {
          return Optional.of(now);
        }
        if (deadline.isOver()) {
          return Optional.empty();
        }
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      throw new StoppedException();
    } finally {
      waiters.remove(id, waiter);
    }
  }

  /** The server as it is now, or {@link Server#gone}. */
  static Server look(Cloud cloud, ServerId id) {
    return cloud.findServer(id).orElseGet(() -> Server.gone(id));
  }

  private void run() {
    try {
      while (true) {
        if (waiters.isEmpty()) {
          someoneWaits.acquire();
          someoneWaits.drainPermits();
        }
        clock.sleep(interval());
        lookCarefully();
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private void lookCarefully() {
    loop.begins();
    try {
      look();
    } catch (RuntimeException e) {
      if (!Thread.currentThread().isInterrupted()) {
        loop.failed();
        log.error("watching the cloud met a bug; watching on", e);
      }
    }
  }

  private Duration interval() {
    long wanted =
        (long) Math.max(Math.max(usualNanos, (double) longestWait()) / 40, (double) lookNanos);
    return Duration.ofNanos(
        Math.clamp(wanted, SHORTEST_INTERVAL.toNanos(), LONGEST_INTERVAL.toNanos()));
  }

  private long longestWait() {
    long now = clock.nanoTime();
    return waiters.values().stream().mapToLong(w -> now - w.sinceNanos).max().orElse(0);
  }

  private void look() {
    long askedNanos = clock.nanoTime();
    // Nothing older than the longest wait matters, nor anything the last look has told.
    long window = Math.min(longestWait(), askedNanos - lookedAtNanos);
    Instant since = clock.now().minus(OVERLAP).minusNanos(window);
    try {
      for (Server server : cloud.listServersChangedSince(since)) {
        Waiter waiter = waiters.get(server.id());
        if (waiter != null) {
          waiter.see(server, askedNanos);
        }
      }
      lookedAtNanos = askedNanos;
      loop.succeeded();
      if (isFailing) {
        isFailing = false;
        log.info("cloud tells again what changed");
      }
    } catch (CloudException e) {
      loop.failed();
      if (!isFailing) {
        isFailing = true;
        log.atWarn()
            .addKeyValue("reason", e.failure().text())
            .log("cloud does not tell what changed; asking on until it does");
      }
    }
    lookNanos = clock.nanoTime() - askedNanos;
  }
}
