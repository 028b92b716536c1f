package io.tocsin.recovery;

import io.tocsin.failover.FailureNotifications;
import io.tocsin.failover.Hosts;
import io.tocsin.failover.Segments;
import io.tocsin.feed.Feed;
import io.tocsin.store.Database;

/**
 * What the operators' handles work on.
 *
 * @param wake has every node look what is due
 */
public record Surroundings(
    Database database,
    Segments segments,
    Hosts hosts,
    FailureNotifications notifications,
    Feed feed,
    Runnable wake) {
  Targets targets() {
    return new Targets(segments, hosts, notifications);
  }
}
