package io.tocsin.feed;

import io.tocsin.feed.PublishStore.Placed;
import io.tocsin.feed.PublishStore.Row;
import io.tocsin.identity.Identifiers;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.random.RandomGenerator;
import org.jdbi.v3.core.Handle;

/**
 * Where events come in that are told of together with what they are about.
 *
 * <p>An event is written in the transaction of the change that it reports: it is there exactly when
 * the change is. That transaction then holds the account's row until it commits, so a caller
 * publishes last, once, all it has to tell; two that did so in parts and in different orders would
 * wait for each other.
 */
public final class Feed {
  private final RandomGenerator random;
  private final FeedMetrics metrics;

  public Feed(RandomGenerator random, FeedMetrics metrics) {
    this.random = random;
    this.metrics = metrics;
  }

  /** One that counts nothing. */
  public Feed(RandomGenerator random) {
    this(random, FeedMetrics.none());
  }

  /**
   * Stores the events with the next places of their accounts, in the order given, and returns them
   * in that order.
   */
  public List<Event> publish(Handle tx, List<Publication> publications) {
    List<Row> rows = new ArrayList<>(publications.size());
    for (Publication it : publications) {
      rows.add(new Row(it.account(), Identifiers.random(random), it.content()));
    }
    List<Event> events = publishAs(tx, rows);
    metrics.publishedByEngine(events.size());
    return events;
  }

  /** The same, with ids that somebody else made. */
  static List<Event> publishAs(Handle tx, List<Row> rows) {
    if (rows.isEmpty()) {
      return List.of();
    }
    Map<UUID, Placed> placed = new HashMap<>();
    PublishStore.publish(tx, rows).forEach(it -> placed.put(it.id(), it));
    List<Event> events = new ArrayList<>(rows.size());
    for (Row row : rows) {
      Placed it = placed.get(row.id());
      if (it == null) {
        throw new IllegalStateException("the database stored an event without a place");
      }
      events.add(
          new Event(it.sequence(), row.id(), it.createdAt(), row.content().withTtl(it.ttl())));
    }
    return List.copyOf(events);
  }
}
