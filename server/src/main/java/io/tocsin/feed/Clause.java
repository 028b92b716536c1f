package io.tocsin.feed;

import java.math.BigDecimal;
import java.time.Instant;

/**
 * One condition of a filter; all of a filter's conditions must hold. False where the field is
 * absent.
 */
public sealed interface Clause {
  EventField field();

  /** A field of kind TEXT, ID or LIST. */
  record OfText(EventField field, Comparison comparison, String value) implements Clause {}

  /** A field of kind NUMBER; {@link Comparison#CONTAINS} is no comparison of numbers. */
  record OfNumber(EventField field, Comparison comparison, BigDecimal value) implements Clause {}

  /** A field of kind TIME; {@link Comparison#CONTAINS} is no comparison of times. */
  record OfTime(EventField field, Comparison comparison, Instant value) implements Clause {}

  /** How the field is compared with the value. */
  enum Comparison {
    EQUAL,
    LESS,
    GREATER,
    AT_MOST,
    AT_LEAST,
    /** The field's text has the value somewhere in it. */
    CONTAINS
  }
}
