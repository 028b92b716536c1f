package io.tocsin.feed;

import io.tocsin.store.Columns;

/** What an event is about (Astra spec §3.2). */
public enum EventClass {
  SYSTEM,
  USER,
  SECURITY;

  /** The wire's and the database's spelling. */
  public String wire() {
    return Columns.lower(this);
  }
}
