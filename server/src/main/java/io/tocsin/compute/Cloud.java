package io.tocsin.compute;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What a recovery asks of the compute service. Every call has a time limit of its own, is repeated
 * inside where repeating cannot do harm, and counts against one limit of calls in flight.
 *
 * <p>All methods throw {@link CloudException}, whose {@link CloudFailure} says what is known. None
 * is safe to assume undone after {@link CloudFailure.Unanswered}: look, then decide.
 */
public interface Cloud {
  /**
   * The same cloud, its limit included, for a caller whose right to call may end: {@code guard}
   * runs right before each try is sent, after all waiting; when it throws, nothing is sent and the
   * call ends with what it threw.
   */
  Cloud guardedBy(Runnable guard);

  /**
   * The same cloud, for the request with that id, which travels with every call so that logs can be
   * put together: {@code req-<uuid4>}.
   */
  Cloud onBehalfOf(String requestId);

  /** The {@code nova-compute} service of that host, by the exact service host name. */
  Optional<ComputeService> findComputeService(String host);

  /** The {@code nova-compute} services of all hosts of the region. */
  List<ComputeService> listComputeServices();

  /**
   * Disables the service and marks it forced down in one call, so that the cloud counts its host as
   * dead at once. Repeating it does no harm.
   */
  void forceDown(ComputeService service, String reason);

  /** Disables the service without a word on whether its host lives. Repeating it does no harm. */
  void disable(ComputeService service, String reason);

  /** Lets the service take new instances. Repeating it does no harm. */
  void enable(ComputeService service);

  /**
   * Enables the service and takes back that it was forced down, in one call: its host lives again.
   * The cloud refuses it while the host has not removed what was evacuated from it.
   */
  void bringBack(ComputeService service);

  /** All host aggregates of the region. */
  List<Aggregate> listAggregates();

  /** Puts a host into an aggregate; {@link CloudFailure.Conflict} when it is in it already. */
  void addToAggregate(Aggregate aggregate, String host);

  /** What each hypervisor has left, in the cloud's order. */
  List<Hypervisor> listHypervisors();

  /** Every server of every project on that host, all pages read. */
  List<Server> listServersOn(String host);

  /**
   * Every server of the region that changed at or after {@code since}, deleted ones included, all
   * pages read. The cloud keeps whole seconds: ask from a little earlier than you need.
   */
  List<Server> listServersChangedSince(Instant since);

  Optional<Server> findServer(ServerId id);

  void lock(ServerId id);

  void unlock(ServerId id);

  /**
   * Rebuilds the server on another host, the scheduler's choice unless one is named.
   *
   * @return the id under which the cloud logged the call, where it told one
   */
  Optional<String> evacuate(ServerId id, Optional<String> targetHost);

  /**
   * The service host that the server's latest evacuation is heading for. Empty when it has none, it
   * is over, or no host has taken it on yet and none was named. Only for a server that the cloud
   * shows as being rebuilt: an evacuation whose host died may be left unfinished for ever, also
   * after the server was settled by other means.
   */
  Optional<String> findEvacuationTarget(ServerId id);

  /**
   * The service host that has taken on the server's latest evacuation and not ended it: the guest
   * may run there, whatever host the cloud shows. Empty when it is over, or nobody has begun.
   */
  Optional<String> findEvacuationHost(ServerId id);

  void stop(ServerId id);

  void start(ServerId id);

  /** Sets {@code vm_state} and clears {@code task_state}. */
  void resetState(ServerId id, ResetTo state);

  /** The states an administrator may reset a server to. */
  enum ResetTo {
    ACTIVE,
    ERROR
  }
}
