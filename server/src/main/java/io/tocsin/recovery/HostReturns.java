package io.tocsin.recovery;

import io.tocsin.compute.Cloud;
import io.tocsin.compute.CloudException;
import io.tocsin.compute.ComputeService;
import io.tocsin.failover.Host;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/**
 * Puts repaired hosts back: first in the cloud, then here, so that what the cloud refuses changes
 * nothing. What is refused is an {@link OperationRefusedException}. Thread-safe.
 */
public final class HostReturns {
  private final Surroundings around;
  private final Cloud cloud;

  public HostReturns(Surroundings around, Cloud cloud) {
    this.around = around;
    this.cloud = cloud;
  }

  /**
   * Has the cloud give the host work, and takes it off maintenance, also while its segment is in
   * use. Refused while the host itself has a recovery that has not ended. Repeating it does no
   * harm.
   *
   * @param idOrName any text
   * @param isReserved whether it is a spare from now on; null leaves that as it is
   * @param requestId goes with the calls of the cloud
   * @return the host as it is now
   */
  public Host bringBack(
      Operator by, String idOrName, String why, @Nullable Boolean isReserved, String requestId) {
    Host host = around.targets().host(idOrName);
    around.database().read(handle -> requireNoneOpen(handle, host));
    askCloud(cloud.onBehalfOf(requestId), host.name());
    Map<String, String> details =
        isReserved == null ? Map.of() : Map.of("reserved", isReserved.toString());
    Deed deed = new Deed(by, Deed.Kind.RETURN_HOST, why, Targets.of(host), details);
    around
        .database()
        .inTransaction(tx -> {
          if (!around.hosts().lock(tx, host.number())) {
            throw new OperationRefusedException(
                new OperationRefusal.NotFound("The host was deleted meanwhile."));
          }
          // Asked again: now that the host is locked, no report can come in between.
          requireNoneOpen(tx, host);
          around.hosts().putBack(tx, host.number(), isReserved);
          long action = ActionStore.insert(tx, deed);
          Instant now = ActionStore.at(tx, action);
          around.feed().publish(tx, List.of(OperationsNews.hostReturned(deed, now)));
          return action;
        });
    return around.hosts().find(host.number()).orElse(host);
  }

  private static Host requireNoneOpen(Handle handle, Host host) {
    if (OperationStore.isOpen(handle, host.number())) {
      throw new OperationRefusedException(
          new OperationRefusal.Conflict(
              "Host %s has a recovery that has not ended; cancel it or let it end first."
                  .formatted(host.name())));
    }
    return host;
  }

  private static void askCloud(Cloud cloud, String host) {
    try {
      ComputeService service =
          cloud
              .findComputeService(host)
              .orElseThrow(() ->
                  new OperationRefusedException(
                      new OperationRefusal.CloudRefused(
                          "The cloud has no compute service on host %s.".formatted(host))));
      if (!service.isEnabled() || service.isForcedDown()) {
        cloud.bringBack(service);
      }
    } catch (CloudException e) {
      throw new OperationRefusedException(OperationRefusal.of(e.failure()));
    }
  }
}
