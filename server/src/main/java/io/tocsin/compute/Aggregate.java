package io.tocsin.compute;

import java.util.List;

/**
 * A host aggregate: hosts that the scheduler treats alike.
 *
 * @param id the cloud's number
 * @param hosts service host names
 */
public record Aggregate(long id, String name, List<String> hosts) {
  public Aggregate {
    hosts = List.copyOf(hosts);
  }
}
