package io.tocsin.recovery;

import io.tocsin.clock.Clock;
import io.tocsin.store.Database;
import io.tocsin.store.StoreUnavailableException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The leases this node holds, renewed together by one statement a heartbeat. A recovery whose
 * thread is gone is not in here any more, so its lease ends by itself and somebody takes it up.
 */
final class Leases {
  private static final Logger log = LoggerFactory.getLogger(Leases.class);

  private final NodeId node;
  private final Database work;
  private final Database leasing;
  private final RecoverySettings.Leasing settings;
  private final Clock clock;
  private final Map<Long, Lease> held = new ConcurrentHashMap<>();

  Leases(NodeId node, Recoveries.Parts parts, RecoverySettings.Leasing settings) {
    this.node = node;
    this.work = parts.database();
    this.leasing = parts.leasing();
    this.settings = settings;
    this.clock = parts.clock();
  }

  Lease take(Claim claim, long askedAtNanos) {
    Lease lease = new Lease(claim, askedAtNanos, settings.duration(), clock, work);
    held.put(claim.recovery(), lease);
    return lease;
  }

  void drop(Lease lease) {
    held.remove(lease.claim().recovery(), lease);
  }

  /** Beats until interrupted. */
  void run() {
    try {
      while (true) {
        clock.sleep(settings.heartbeat());
        beat();
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private void beat() {
    Map<Long, Lease> now = Map.copyOf(held);
    if (now.isEmpty()) {
      return;
    }
    Map<Long, Long> epochs =
        now.entrySet().stream()
            .collect(Collectors.toMap(Map.Entry::getKey, e -> e.getValue().claim().epoch()));
    long askedAtNanos = clock.nanoTime();
    try {
      Map<Long, Order> renewed =
          leasing.inTransaction(tx -> RecoveryStore.renew(tx, node, settings.duration(), epochs));
      now.forEach((recovery, lease) -> settle(lease, renewed.get(recovery), askedAtNanos));
    } catch (StoreUnavailableException e) {
      log.atWarn()
          .addKeyValue("leases", now.size())
          .addKeyValue("reason", e.getMessage())
          .log("heartbeat failed; leases end by themselves unless the next one succeeds");
    } catch (RuntimeException e) {
      log.error("heartbeat met a bug; trying again", e);
    }
  }

  /**
   * @param order null when it was not renewed
   */
  private void settle(Lease lease, @Nullable Order order, long askedAtNanos) {
    if (order != null) {
      lease.renewed(askedAtNanos);
      lease.ordered(order);
    } else if (held.get(lease.claim().recovery()) == lease) {
      lease.lost();
    }
  }
}
