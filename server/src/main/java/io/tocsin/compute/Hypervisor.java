package io.tocsin.compute;

import org.jspecify.annotations.Nullable;

/**
 * A hypervisor as the cloud sees it.
 *
 * @param host the service host that runs it
 * @param isUsable enabled and up: the scheduler may choose it
 * @param freeMebibytes memory that no server takes, before any overcommitment the cloud allows;
 *     null where it does not say
 */
public record Hypervisor(String host, boolean isUsable, @Nullable Long freeMebibytes) {}
