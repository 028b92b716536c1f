package io.tocsin.app;

import io.tocsin.compute.Cloud;
import io.tocsin.compute.CloudException;
import io.tocsin.compute.CloudFailure;
import io.tocsin.failover.HostDirectory;
import io.tocsin.failover.Refusal;
import io.tocsin.failover.RefusedException;
import io.tocsin.http.RequestIds;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The hosts that may be enrolled are those for which the cloud has a compute service. */
final class CloudHosts implements HostDirectory {
  private static final Logger log = LoggerFactory.getLogger(CloudHosts.class);

  private static final int FORBIDDEN = 403;

  private final Cloud cloud;

  CloudHosts(Cloud cloud) {
    this.cloud = cloud;
  }

  @Override
  public boolean knows(String hostName) {
    try {
      Cloud asked = RequestIds.current().map(cloud::onBehalfOf).orElse(cloud);
      return asked.findComputeService(hostName).isPresent();
    } catch (CloudException e) {
      log.atWarn()
          .addKeyValue("host", hostName)
          .addKeyValue("reason", e.getMessage())
          .log("the cloud could not be asked for a host");
      throw new RefusedException(refusal(e.failure()));
    }
  }

  /** A 403 is passed on in the cloud's words (Instance HA spec §5); the rest may pass by itself. */
  private static Refusal refusal(CloudFailure failure) {
    return failure instanceof CloudFailure.Refused(int status, String text) && status == FORBIDDEN
        ? new Refusal.Forbidden(text)
        : new Refusal.Busy("The compute service could not be asked; try again later.");
  }
}
