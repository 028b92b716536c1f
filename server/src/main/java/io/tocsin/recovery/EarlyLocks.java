package io.tocsin.recovery;

import io.tocsin.compute.Cloud;
import io.tocsin.compute.CloudException;
import io.tocsin.compute.ServerId;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.Semaphore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Locks the instances of one host a little before their turns, so that no free place in the width
 * is spent on waiting for that: one after the other, so that they stand in nobody's way, and only
 * as many as the places could take, for a lock keeps the owner out. Thread-safe.
 */
final class EarlyLocks {
  private static final Logger log = LoggerFactory.getLogger(EarlyLocks.class);

  private final Cloud cloud;
  private final long recovery;
  private final Map<ServerId, FutureTask<Boolean>> locks = new LinkedHashMap<>();
  private final Set<ServerId> begun = ConcurrentHashMap.newKeySet();
  private final Semaphore ahead;
  private volatile boolean isOver;

  /**
   * @param instances in the order of their turns; none that its owner has locked
   * @param most so many are locked whose turns have not come
   */
  EarlyLocks(Cloud cloud, long recovery, List<ServerId> instances, int most) {
    this.cloud = cloud;
    this.recovery = recovery;
    this.ahead = new Semaphore(most);
    for (ServerId instance : instances) {
      locks.put(instance, new FutureTask<>(() -> lock(instance)));
    }
  }

  /** Locks until none is left whose turn has not come, or {@link #stop}. */
  void run() throws InterruptedException {
    for (FutureTask<Boolean> lock : locks.values()) {
      ahead.acquire();
      if (isOver) {
        break;
      }
      lock.run();
    }
    while (!isOver && begun.size() < locks.size()) {
      ahead.acquire();
    }
    locks.forEach((instance, lock) -> {
      if (lock.isDone() && !begun.contains(instance)) {
        unlock(cloud, recovery, instance);
      }
    });
  }

  /** Its turn has come. */
  void begin(ServerId instance) {
    if (locks.containsKey(instance)) {
      begun.add(instance);
      ahead.release();
    }
  }

  /** No further turn comes: what was locked for one is unlocked. */
  void stop() {
    isOver = true;
    ahead.release();
  }

  /** Whether it is locked; tries that now unless somebody did. */
  boolean has(ServerId instance) {
    FutureTask<Boolean> lock = locks.get(instance);
    if (lock == null) {
      return false;
    }
    lock.run();
    try {
      return lock.get();
    } catch (ExecutionException _) {
      // Who moves it tries again and meets the same.
      return false;
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      throw new StoppedException();
    }
  }

  private boolean lock(ServerId instance) {
    try {
      cloud.lock(instance);
      return true;
    } catch (CloudException _) {
      return false;
    }
  }

  /** Lifts the lock that an instance may have of us, as far as the cloud can be reached. */
  static void unlock(Cloud cloud, long recovery, ServerId instance) {
    try {
      cloud.unlock(instance);
    } catch (CloudException e) {
      log.atWarn()
          .addKeyValue("recovery", recovery)
          .addKeyValue("instance", instance)
          .addKeyValue("reason", e.failure().text())
          .log("instance may stay locked; unlock it by hand");
    }
  }
}
