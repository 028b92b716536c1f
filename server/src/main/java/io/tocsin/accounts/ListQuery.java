package io.tocsin.accounts;

import io.tocsin.feed.EventQuery;
import io.tocsin.feed.Order;
import io.tocsin.feed.Position;
import io.tocsin.feed.Reader;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a caller asks of a list (Astra spec §6).
 *
 * @param include the fields of each row, in order, with repeats; empty for whole objects
 * @param limit null for no limit
 * @param after null for the beginning
 */
record ListQuery(
    List<String> include,
    @Nullable Long limit,
    Filter filter,
    Order order,
    long skip,
    boolean counts,
    @Nullable Position after) {
  /** Of all the values of one query but the token, which we made ourselves. */
  static final int MAX_VALUE_CHARACTERS = 8 * 1024;

  /** Of all filters of one query together. */
  static final int MAX_CLAUSES = 32;

  /** Of one {@code include}. */
  static final int MAX_INCLUDED = 64;

  /** Numbers beyond are as good as this one, and one more is still a long. */
  static final long MOST = 1L << 62;

  /** Everything there is. */
  static final ListQuery EVERYTHING =
      new ListQuery(List.of(), null, Filter.NONE, Order.DEFAULT, 0, false, null);

  ListQuery {
    include = List.copyOf(include);
  }

  /**
   * The same for the feed.
   *
   * @param maxLimit what the operator lets a page have; null for no limit
   */
  EventQuery of(Noun noun, Reader reader, @Nullable Long maxLimit) {
    return new EventQuery(
        noun.view(), reader, filter.clauses(), order, skip, least(limit, maxLimit), counts, after);
  }

  private static @Nullable Long least(@Nullable Long a, @Nullable Long b) {
    if (a == null || b == null) {
      return a == null ? b : a;
    }
    return Math.min(a, b);
  }
}
