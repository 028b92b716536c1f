package io.tocsin.recovery;

import io.tocsin.compute.Aggregate;
import io.tocsin.compute.Cloud;
import io.tocsin.compute.CloudException;
import io.tocsin.compute.CloudFailure;
import io.tocsin.compute.ComputeService;
import io.tocsin.failover.Host;
import io.tocsin.failover.Hosts;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jdbi.v3.core.Handle;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The reserved hosts of a segment. A spare is claimed in the database before it is touched, so two
 * failing hosts never get the same one (W18). It stays a spare until an instance has landed on it,
 * and is given back as it was found when none did (W19).
 */
final class Spares {
  static final String NONE = "No reserved_hosts available for evacuation.";

  private static final Logger log = LoggerFactory.getLogger(Spares.class);

  private final Hosts hosts;
  private final RecoverySettings.HostRules rules;

  Spares(Hosts hosts, RecoverySettings.HostRules rules) {
    this.hosts = hosts;
    this.rules = rules;
  }

  /** Those a recovery of that host could use, in the order in which it would try them. */
  List<Host> of(Handle handle, Host failed) {
    return hosts.spares(handle, failed.segment().number()).stream()
        .filter(spare -> spare.number() != failed.number())
        .toList();
  }

  /**
   * The spare that this recovery had when it was interrupted, or the next one that is free.
   *
   * @param tried those that need not be tried again
   */
  Optional<Host> claim(Lease lease, Host failed, Set<Long> tried) {
    return lease.write(tx -> {
      long recovery = lease.claim().recovery();
      Optional<SpareStore.Held> held = SpareStore.find(tx, recovery);
      return held.isPresent()
          ? hosts.find(tx, held.get().host())
          : claimOne(tx, recovery, failed, tried);
    });
  }

  private Optional<Host> claimOne(Handle tx, long recovery, Host failed, Set<Long> tried) {
    for (Host spare : of(tx, failed)) {
      if (!tried.contains(spare.number()) && SpareStore.claim(tx, recovery, spare.number())) {
        // Another recovery may have used it up between the list and the claim.
        if (hosts.find(tx, spare.number()).filter(Spares::isUsable).isPresent()) {
          return Optional.of(spare);
        }
        SpareStore.release(tx, recovery);
      }
    }
    return Optional.empty();
  }

  private static boolean isUsable(Host spare) {
    return spare.isLive() && spare.isReserved() && !spare.isOnMaintenance();
  }

  /** Lets the cloud put instances on it; false when the cloud does not see it up. */
  boolean open(Lease lease, Cloud cloud, Step step, Host failed, Host spare) {
    ComputeService service = cloud.findComputeService(spare.name()).orElse(null);
    if (service == null || !service.isUp()) {
      step.say(0.1, "Reserved host '" + spare.name() + "' is not up; it is not used.");
      return false;
    }
    lease.write(tx -> {
      SpareStore.wasEnabled(tx, spare.number(), service.isEnabled());
      step.say(tx, 0.1, "Enabling reserved host: '" + spare.name() + "'");
      return spare;
    });
    if (rules.addsSparesToAggregates()) {
      addToAggregates(cloud, step, failed, spare);
    }
    if (!service.isEnabled()) {
      cloud.enable(service);
    }
    return true;
  }

  private static void addToAggregates(Cloud cloud, Step step, Host failed, Host spare) {
    for (Aggregate aggregate : cloud.listAggregates()) {
      if (!aggregate.hosts().contains(failed.name()) || aggregate.hosts().contains(spare.name())) {
        continue;
      }
      step.say(0.2, "Add host " + spare.name() + " to aggregate " + aggregate.name());
      try {
        cloud.addToAggregate(aggregate, spare.name());
        step.say(0.3, "Added host " + spare.name() + " to aggregate " + aggregate.name());
      } catch (CloudException e) {
        if (!(e.failure() instanceof CloudFailure.Conflict)) {
          throw e;
        }
        step.say(
            1.0,
            "Host '%s' already has been added to aggregate '%s'."
                .formatted(spare.name(), aggregate.name()));
      }
    }
  }

  /** The recovery needs its spare no longer: used up when something landed there, else free. */
  void settle(Lease lease, Cloud cloud) {
    long recovery = lease.claim().recovery();
    Optional<SpareStore.Held> held = lease.read(handle -> SpareStore.find(handle, recovery));
    if (held.isEmpty()) {
      return;
    }
    Host spare = lease.read(handle -> hosts.find(handle, held.get().host())).orElseThrow();
    boolean isUsed = lease.read(handle -> VmoveStore.hasLanded(handle, recovery, spare.name()));
    if (!isUsed && held.get().wasEnabled().equals(Optional.of(false))) {
      close(cloud, spare);
    }
    lease.write(tx -> {
      if (isUsed) {
        hosts.takeFromReserve(tx, spare.number());
      }
      SpareStore.release(tx, recovery);
      return spare;
    });
  }

  /** A spare that stays enabled is a nuisance, not a reason to fail a recovery. */
  private static void close(Cloud cloud, Host spare) {
    try {
      Optional<ComputeService> service = cloud.findComputeService(spare.name());
      service.ifPresent(it -> cloud.disable(it, "Reserved host."));
    } catch (CloudException e) {
      log.atWarn()
          .addKeyValue("host", spare.name())
          .addKeyValue("reason", e.failure().text())
          .log("reserved host was not used but stays enabled; disable it by hand");
    }
  }
}
