package io.tocsin.feed;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One look at a list of events.
 *
 * @param filter all must hold; at most as many as the wire allows
 * @param skip so many are left out at the front; 0 for none
 * @param limit at most so many are given; null for all there are
 * @param counts whether all that match are counted, wherever the page stands
 * @param after only what comes after that place; null from the beginning
 */
public record EventQuery(
    View view,
    Reader reader,
    List<Clause> filter,
    Order order,
    long skip,
    @Nullable Long limit,
    boolean counts,
    @Nullable Position after) {
  public EventQuery {
    filter = List.copyOf(filter);
  }
}
