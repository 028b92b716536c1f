package io.tocsin.recovery;

import io.tocsin.clock.Clock;
import io.tocsin.clock.Deadline;
import io.tocsin.compute.Cloud;
import io.tocsin.compute.CloudInterruptedException;
import io.tocsin.failover.FailureNotifications;
import io.tocsin.failover.FailureStatus;
import io.tocsin.failover.Hosts;
import io.tocsin.feed.Feed;
import io.tocsin.store.Database;
import io.tocsin.store.StoreUnavailableException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadFactory;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The recovery engine of one node: claims what is due, runs each recovery on a thread of its own,
 * keeps the leases alive.
 *
 * <p>The problem: a recovery lasts minutes and touches things that must not be touched twice, while
 * nodes die at any instruction and nobody leads. The idea: the queue, the right to work and the
 * history are rows of one database. A claim raises the recovery's epoch; every write carries the
 * epoch and fails when it is stale; every action looks at the cloud first. So a recovery can be
 * dropped anywhere and taken up by anybody, and all that a node keeps in memory may be lost.
 *
 * <p>What is guaranteed: each accepted failure notification reaches a final state; one recovery per
 * host runs at a time; a killed node's recoveries go on elsewhere within the lease and one poll.
 * What is not: a call already on its way when its sender died may act after the next holder has
 * looked, if the cloud sits on it for longer than a lease (see {@link InstanceMove}).
 */
public final class Recoveries {
  private static final Logger log = LoggerFactory.getLogger(Recoveries.class);

  /** Time a stopping node has to give its leases back after interrupting what runs. */
  private static final Duration HAND_OVER = Duration.ofSeconds(3);

  /** How often a stopping node looks whether a thread has ended; on the clock, as all it waits. */
  private static final Duration JOIN_LOOK = Duration.ofMillis(5);

  /** One place in so many is kept for hosts. */
  private static final int RESERVED_SHARE = 4;

  /** Urgencies, as the trigger {@code enqueue_recovery} gives them. */
  private static final int HOSTS = 0;

  private static final int OTHERS = 1;

  private final NodeId node;
  private final Database leasing;
  private final FailureNotifications notifications;
  private final RecoverySettings settings;
  private final Clock clock;
  private final News news;
  private final Leases leases;
  private final Watch watch;
  private final Attempt attempt;

  /** Ends when something may be due; who has looked at it puts a new one in its place. */
  private volatile CompletableFuture<Void> due = new CompletableFuture<>();

  private final Set<Thread> running = ConcurrentHashMap.newKeySet();
  private volatile boolean isStopping;
  private @Nullable Thread claimer;
  private @Nullable Thread heart;

  /**
   * The engine's surroundings.
   *
   * @param leasing the same database over connections of their own, for claims and heartbeats: a
   *     node whose other connections are all busy must not lose its leases for it
   */
  public record Parts(
      Database database,
      Database leasing,
      FailureNotifications notifications,
      Hosts hosts,
      Cloud cloud,
      Feed feed,
      Clock clock) {}

  /** Assembles the engine; {@link #start} sets it going. */
  public Recoveries(NodeId node, Parts parts, RecoverySettings settings) {
    this.node = node;
    this.leasing = parts.leasing();
    this.notifications = parts.notifications();
    this.settings = settings;
    this.clock = parts.clock();
    this.news = new News(parts.feed(), notifications);
    this.leases = new Leases(node, parts, settings.leasing());
    this.watch = new Watch(parts.cloud(), clock);
    this.attempt = new Attempt(parts, watch, news, settings);
  }

  /** Begins to claim and run what is due. */
  public void start() {
    // A thread of the machine: virtual threads that keep all carriers busy must not stop the heart.
    start(Thread.ofPlatform().name("heartbeat").daemon().factory());
  }

  /** The same, with a heart that beats on a thread of this factory. */
  public void start(ThreadFactory hearts) {
    watch.start();
    heart = hearts.newThread(leases::run);
    heart.start();
    claimer = Thread.ofVirtual().name("claimer").start(this::claimUntilStopped);
  }

  /** Something may be due: look now instead of at the next poll. Cheap; any thread. */
  public void wake() {
    due.complete(null);
  }

  /** How many recoveries run on this node now. */
  public int running() {
    return running.size();
  }

  /**
   * Claims nothing more, lets what runs come to its end within {@code grace}, hands over the rest
   * to other nodes, or to the next start, at the point where it stands. Safe to repeat.
   */
  public void stop(Duration grace) {
    isStopping = true;
    wake();
    joinAll(claimer == null ? List.of() : List.of(claimer), HAND_OVER);
    joinAll(running, grace);
    int left = running.size();
    running.forEach(Thread::interrupt);
    joinAll(running, HAND_OVER);
    if (left > 0) {
      log.atInfo().addKeyValue("recoveries", left).log("recoveries handed over");
    }
    if (heart != null) {
      heart.interrupt();
    }
    watch.stop();
  }

  private void joinAll(Collection<Thread> threads, Duration within) {
    Deadline deadline = Deadline.in(within, clock);
    for (Thread thread : List.copyOf(threads)) {
      try {
        while (thread.isAlive() && !deadline.isOver()) {
          clock.sleep(JOIN_LOOK);
        }
      } catch (InterruptedException _) {
        Thread.currentThread().interrupt();
        return;
      }
    }
  }

  private void claimUntilStopped() {
    boolean isFailing = false;
    while (!isStopping) {
      boolean isFull = false;
      try {
        isFull = claim();
        isFailing = false;
      } catch (StoreUnavailableException e) {
        if (!isFailing) {
          isFailing = true;
          log.atWarn().addKeyValue("reason", e.getMessage()).log("cannot claim; trying on");
        }
      } catch (RuntimeException e) {
        // Also the unique index, when two nodes raced for two recoveries of one host.
        log.atWarn().setCause(e).log("claim failed; trying again at the next turn");
      }
      if (!isFull && !awaitDue()) {
        return;
      }
    }
  }

  /** False when interrupted. */
  private boolean awaitDue() {
    try {
      boolean _ = clock.await(due, settings.leasing().poll());
      // Before the look that follows: what becomes due during it wakes the next wait.
      due = new CompletableFuture<>();
      return true;
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /** True when more may be due than was claimed and there is room to run it. */
  private boolean claim() {
    int room = settings.limits().recoveries() - running.size();
    if (room <= 0) {
      return false;
    }
    // A dead host never waits for the everyday noise of instances and processes.
    int roomForOthers = room - Math.ceilDiv(settings.limits().recoveries(), RESERVED_SHARE);
    long askedAtNanos = clock.nanoTime();
    List<Claim> claims =
        leasing.inTransaction(tx -> {
          RecoveryStore.Wish wish =
              new RecoveryStore.Wish(
                  node, settings.leasing().duration(), settings.waits().expiry());
          List<Claim> claimed = new ArrayList<>(RecoveryStore.claim(tx, wish, HOSTS, room));
          int left = Math.min(roomForOthers, room - claimed.size());
          if (left > 0) {
            claimed.addAll(RecoveryStore.claim(tx, wish, OTHERS, left));
          }
          claimed.forEach(
              c -> notifications.changeStatus(tx, c.recovery(), FailureStatus.RUNNING, null));
          AttemptStore.begin(tx, node, claimed);
          news.claimed(tx, claimed);
          return claimed;
        });
    claims.forEach(claim -> begin(leases.take(claim, askedAtNanos)));
    return claims.size() >= Math.max(1, roomForOthers);
  }

  private void begin(Lease lease) {
    Thread thread =
        Thread.ofVirtual().name("recovery-" + lease.claim().recovery()).unstarted(() -> run(lease));
    running.add(thread);
    thread.start();
  }

  private void run(Lease lease) {
    try {
      attempt.run(lease);
    } catch (StoppedException | CloudInterruptedException _) {
      handOver(lease);
    } catch (LeaseLostException _) {
      log.atInfo()
          .addKeyValue("recovery", lease.claim().recovery())
          .log("recovery is another's now");
    } catch (StoreUnavailableException e) {
      if (Thread.currentThread().isInterrupted()) {
        // The interrupt that stops the work breaks the connection it was waiting on.
        handOver(lease);
      } else {
        log.atWarn()
            .addKeyValue("recovery", lease.claim().recovery())
            .addKeyValue("reason", e.getMessage())
            .log("recovery interrupted by the database; it goes on when its lease has ended");
      }
    } finally {
      leases.drop(lease);
      running.remove(Thread.currentThread());
      // The host may have another recovery waiting for this one's end.
      wake();
    }
  }

  private void handOver(Lease lease) {
    // The flag is what stopped the work; the last write must not trip over it.
    boolean wasInterrupted = Thread.interrupted();
    try {
      leasing.inTransaction(tx -> {
        RecoveryStore.handOver(tx, lease.claim());
        AttemptStore.end(tx, lease.claim(), "handed-over", null);
        return lease;
      });
    } catch (StoreUnavailableException e) {
      log.atWarn()
          .addKeyValue("recovery", lease.claim().recovery())
          .addKeyValue("reason", e.getMessage())
          .log("could not hand over; the lease ends by itself");
    } finally {
      if (wasInterrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
