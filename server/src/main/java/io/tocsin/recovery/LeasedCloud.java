package io.tocsin.recovery;

import io.tocsin.compute.Cloud;
import io.tocsin.compute.ComputeService;
import io.tocsin.compute.Server;
import io.tocsin.compute.ServerId;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** The cloud for one recovery: before each call it asks whether the lease still holds. */
final class LeasedCloud implements Cloud {
  private final Cloud cloud;
  private final Lease lease;

  LeasedCloud(Cloud cloud, Lease lease) {
    this.cloud = cloud;
    this.lease = lease;
  }

  private Cloud held() {
    lease.requireHeld();
    return cloud;
  }

  @Override
  public Optional<ComputeService> findComputeService(String host) {
    return held().findComputeService(host);
  }

  @Override
  public void forceDown(ComputeService service, String reason) {
    held().forceDown(service, reason);
  }

  @Override
  public void disable(ComputeService service, String reason) {
    held().disable(service, reason);
  }

  @Override
  public List<Server> listServersOn(String host) {
    return held().listServersOn(host);
  }

  @Override
  public List<Server> listServersChangedSince(Instant since) {
    return held().listServersChangedSince(since);
  }

  @Override
  public Optional<Server> findServer(ServerId id) {
    return held().findServer(id);
  }

  @Override
  public void lock(ServerId id) {
    held().lock(id);
  }

  @Override
  public void unlock(ServerId id) {
    held().unlock(id);
  }

  @Override
  public void evacuate(ServerId id, Optional<String> targetHost) {
    held().evacuate(id, targetHost);
  }

  @Override
  public Optional<String> findEvacuationTarget(ServerId id) {
    return held().findEvacuationTarget(id);
  }

  @Override
  public void stop(ServerId id) {
    held().stop(id);
  }

  @Override
  public void start(ServerId id) {
    held().start(id);
  }

  @Override
  public void resetState(ServerId id, ResetTo state) {
    held().resetState(id, state);
  }
}
