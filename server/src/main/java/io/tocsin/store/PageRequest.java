package io.tocsin.store;

import java.util.List;
import java.util.OptionalLong;

/**
 * Which rows of a list are wanted: those after the row {@code marker} in the given order.
 *
 * @param limit at most so many rows; 0 is allowed and gives none
 * @param marker integer id of the last row seen
 * @param sort never empty and ends with {@code id}, so that the order is total
 */
public record PageRequest(int limit, OptionalLong marker, List<SortKey> sort) {
  /** A column name from the owning store's own list, never a caller's text, and its direction. */
  public record SortKey(String column, boolean ascending) {}

  public PageRequest {
    sort = List.copyOf(sort);
  }
}
