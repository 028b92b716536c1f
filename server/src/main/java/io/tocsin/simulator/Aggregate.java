package io.tocsin.simulator;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/** A host aggregate. */
record Aggregate(int id, UUID uuid, String name, List<String> hosts, Instant created) {
  Aggregate {
    hosts = List.copyOf(hosts);
  }

  Aggregate withHost(String host) {
    List<String> more = new ArrayList<>(hosts);
    more.add(host);
    return new Aggregate(id, uuid, name, more, created);
  }
}
