package io.tocsin.compute;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A host's {@code nova-compute} service as the cloud sees it.
 *
 * @param host the service host name, which identifies a host everywhere in this program
 * @param isEnabled takes new instances
 * @param isUp the cloud believes that it runs; a service that is forced down is not up
 * @param lastSeen its last heartbeat, null when the cloud never saw one
 */
public record ComputeService(
    String id,
    String host,
    boolean isEnabled,
    boolean isUp,
    boolean isForcedDown,
    @Nullable Instant lastSeen) {}
