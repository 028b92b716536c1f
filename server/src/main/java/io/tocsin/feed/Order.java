package io.tocsin.feed;

/**
 * What a list is ordered by: one field, and where that is equal the sequence in the same direction.
 * Events without the field come last in both directions. Of longer texts the first {@value
 * #COMPARED} code points count.
 *
 * @param field not of kind LIST
 */
public record Order(EventField field, boolean isDescending) {
  /** So that the place where a list goes on fits into a URL. */
  public static final int COMPARED = 256;

  public static final Order DEFAULT = new Order(EventField.SEQUENCE, false);
}
