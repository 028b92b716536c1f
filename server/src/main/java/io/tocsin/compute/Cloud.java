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

  /**
   * Disables the service and marks it forced down in one call, so that the cloud counts its host as
   * dead at once. Repeating it does no harm.
   */
  void forceDown(ComputeService service, String reason);

  /** Disables the service without a word on whether its host lives. Repeating it does no harm. */
  void disable(ComputeService service, String reason);

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

  /** Rebuilds the server on another host, the scheduler's choice unless one is named. */
  void evacuate(ServerId id, Optional<String> targetHost);

  /**
   * The service host that the server's latest evacuation is heading for. Empty when it has none, it
   * is over, or no host has taken it on yet and none was named. Only for a server that the cloud
   * shows as being rebuilt: an evacuation whose host died may be left unfinished for ever, also
   * after the server was settled by other means.
   */
  Optional<String> findEvacuationTarget(ServerId id);

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
