package io.tocsin.compute;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A server as the cloud described it at one moment.
 *
 * @param host the service host it is on; null while it has none. Not the hypervisor's name, which
 *     may differ and must never be compared with a service host (weakness W1)
 * @param vmState Nova's {@code vm_state}: {@code active}, {@code stopped}, {@code error} …
 * @param taskState null when the cloud is doing nothing with it
 * @param powerState Nova's number: 1 running, 4 shut down
 * @param fault what the cloud says went wrong, null unless in error
 * @param size what it takes of a host; null where the cloud did not say
 * @param isDeleted a changed-since list also tells of servers that are gone
 */
public record Server(
    ServerId id,
    String name,
    String projectId,
    @Nullable String host,
    String vmState,
    @Nullable String taskState,
    int powerState,
    boolean isLocked,
    Map<String, String> metadata,
    @Nullable String fault,
    @Nullable Size size,
    boolean isDeleted) {

  /** What a server takes of its host. */
  public record Size(int vcpus, int ramMebibytes) {}

  public Server {
    metadata = Map.copyOf(metadata);
  }

  /** What is left to say of a server the cloud no longer knows. */
  public static Server gone(ServerId id) {
    return new Server(id, "", "", null, "deleted", null, 0, false, Map.of(), null, null, true);
  }
}
