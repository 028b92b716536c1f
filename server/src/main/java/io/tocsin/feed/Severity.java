package io.tocsin.feed;

import io.tocsin.store.Columns;

/** How grave an event is (Astra spec §3.1, after ITU-T X.733 clause 8.1.2.3). */
public enum Severity {
  /** A condition told of before, under the same correlation id and summary, is over. */
  CLEARED,
  INDETERMINATE,
  INFORMATIONAL,
  WARNING,
  CRITICAL;

  /** The wire's and the database's spelling. */
  public String wire() {
    return Columns.lower(this);
  }
}
